"""Losses of distances, similarities and ranks."""

from __future__ import annotations

from typing import Any

import torch

from bridge import Layer, ops
from bridge.layers.loss import PairLoss, SameShapeLoss, agree, broadcast
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = [
    "CosineEmbeddingLoss",
    "HingeEmbeddingLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class HingeEmbeddingLoss(PairLoss, torch.nn.HingeEmbeddingLoss):
    """Distances of pairs that are alike or not: `torch.nn.HingeEmbeddingLoss` for every framework.

    Shape:
        Input and target (1 or -1) of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.HingeEmbeddingLoss()(torch.tensor([0.5, 0.5]), torch.tensor([1.0, -1.0]))
    tensor(0.5000)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(Layer, torch.nn.CosineEmbeddingLoss):
    """Cosines of pairs that are alike or not: `torch.nn.CosineEmbeddingLoss` for every framework.

    Shape:
        Inputs `(N, D)` or `(D,)`, target (1 or -1) `(N,)` or `()`; the output has no dimensions, or the target's if
        `reduction="none"`.

    Raises:
        InputShapeError: the three do not go together.

    >>> nn.CosineEmbeddingLoss()(torch.ones(2, 3), torch.ones(2, 3), torch.tensor([1.0, -1.0]))
    tensor(0.5000)
    """

    def forward(self, input1: Array, input2: Array, target: Array) -> Array:
        return ops.cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)

    def check_shapes(self, input1: Array, input2: Array, target: Array) -> None:
        shape, other, received = static_shape(input1), static_shape(input2), static_shape(target)
        if shape is None or other is None or received is None:
            return
        self.expect(agree(shape, other), f"{shape} as its input2", input2, "Give both inputs one shape.")
        self.expect(
            len(received) < 2 and agree(received, shape[:-1]),
            f"{shape[:-1]} as its target",
            target,
            "Give one target for each pair of rows.",
        )


class MarginRankingLoss(Layer, torch.nn.MarginRankingLoss):
    """How much the wrong one of two leads: `torch.nn.MarginRankingLoss` for every framework.

    Shape:
        Inputs and target (1 or -1) of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast, or differ in their count of axes.

    >>> nn.MarginRankingLoss()(torch.tensor([0.0, 0.0]), torch.tensor([1.0, 2.0]), torch.tensor([1.0, -1.0]))
    tensor(0.5000)
    """

    def forward(self, input1: Array, input2: Array, target: Array) -> Array:
        return ops.margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)

    def check_shapes(self, input1: Array, input2: Array, target: Array) -> None:
        shape = static_shape(input1)
        for name, tensor in (("input2", input2), ("target", target)):
            received = static_shape(tensor)
            self.expect(
                shape is None or received is None or (len(shape) == len(received) and broadcast(shape, received)),
                f"{shape} as its {name}",
                tensor,
                "Give all three one shape.",
            )


class MultiLabelMarginLoss(SameShapeLoss, torch.nn.MultiLabelMarginLoss):
    """The hinge loss of several right classes: `torch.nn.MultiLabelMarginLoss` for every framework.

    Shape:
        Input `(C,)` or `(N, C)`, target of class indices in the same shape, -1 behind the last of each row; the output
        has no dimensions, or `(N,)` if `reduction="none"`.

    Raises:
        InputShapeError: input and target differ in shape.

    >>> nn.MultiLabelMarginLoss()(torch.zeros(1, 2), torch.tensor([[1, -1]]))
    tensor(0.5000)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiMarginLoss(Layer, torch.nn.MultiMarginLoss):
    """The hinge loss of one right class: `torch.nn.MultiMarginLoss` for every framework.

    Shape:
        Input `(C,)` or `(N, C)`, target of class indices `()` or `(N,)`; the output has no dimensions, or the target's
        if `reduction="none"`.

    Raises:
        InputShapeError: the target does not go with the input.

    >>> nn.MultiMarginLoss()(torch.zeros(1, 2), torch.tensor([1]))
    tensor(0.5000)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.multi_margin_loss(
            input, target, p=self.p, margin=self.margin, weight=self.weight, reduction=self.reduction
        )

    def check_shapes(self, input: Array, target: Array) -> None:
        shape, received = static_shape(input), static_shape(target)
        if shape is not None and received is not None:
            self.expect(agree(received, shape[:-1]), f"{shape[:-1]} as its target", target, "Give one class a row.")


class _TripletLoss(Layer):
    """What the losses of triplets share: the check of their inputs."""

    margin: float
    swap: bool
    reduction: str

    def check_shapes(self, anchor: Array, positive: Array, negative: Array) -> None:
        shape = static_shape(anchor)
        for name, tensor in (("positive", positive), ("negative", negative)):
            received = static_shape(tensor)
            self.expect(
                shape is None or received is None or (len(shape) == len(received) and broadcast(shape, received)),
                f"{shape} as its {name}",
                tensor,
                "Give all three one shape.",
            )


class TripletMarginLoss(_TripletLoss, torch.nn.TripletMarginLoss):
    """How much nearer the positive is than the negative: `torch.nn.TripletMarginLoss` for every framework.

    Shape:
        Anchor, positive and negative `(N, D)` or `(D,)`; the output has no dimensions, or `(N,)` or `()` if
        `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast, or differ in their count of axes.

    >>> nn.TripletMarginLoss()(torch.zeros(1, 2), torch.zeros(1, 2), torch.zeros(1, 2))
    tensor(1.)
    """

    def forward(self, anchor: Array, positive: Array, negative: Array) -> Array:
        return ops.triplet_margin_loss(
            anchor,
            positive,
            negative,
            margin=self.margin,
            p=self.p,
            eps=self.eps,
            swap=self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(_TripletLoss, torch.nn.TripletMarginWithDistanceLoss):
    """`TripletMarginLoss` with a distance of one's own: `torch.nn.TripletMarginWithDistanceLoss` for every framework.

    `distance_function` is any function or layer that is written in `bridge.ops`, or a `torch.nn.PairwiseDistance`.

    Shape:
        Anchor, positive and negative of one shape; the output has no dimensions, or the distance's shape if
        `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast, or differ in their count of axes.

    >>> def largest(x, y):
    ...     return ops.max(ops.abs(x - y), axis=-1)
    >>> loss = nn.TripletMarginWithDistanceLoss(distance_function=largest)
    >>> loss(torch.zeros(1, 2), torch.zeros(1, 2), torch.zeros(1, 2))
    tensor(1.)
    """

    def forward(self, anchor: Array, positive: Array, negative: Array) -> Array:
        if not self.is_replica:
            return super().forward(anchor, positive, negative)
        return ops.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self._distance,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )

    def _distance(self, first: Array, second: Array) -> Array:
        distance: Any = self.distance_function
        if isinstance(distance, torch.nn.PairwiseDistance):  # the default, which is torch's own class
            return ops.pairwise_distance(first, second, distance.norm, distance.eps, distance.keepdim)
        return distance(first, second)
