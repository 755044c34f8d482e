"""Losses of scores against classes and probabilities."""

from __future__ import annotations

import warnings

import torch
from typing_extensions import deprecated

from bridge import Layer, ops
from bridge.layers.loss import ClassLoss, PairLoss, SameShapeLoss, agree, without_classes
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "KLDivLoss",
    "LinearCrossEntropyLoss",
    "MultiLabelSoftMarginLoss",
    "NLLLoss",
    "NLLLoss2d",
    "SoftMarginLoss",
]


class CrossEntropyLoss(Layer, torch.nn.CrossEntropyLoss):
    """Cross entropy of logits against classes or probabilities: `torch.nn.CrossEntropyLoss` for every framework.

    Shape:
        Input `(C,)`, `(N, C)` or `(N, C, d1, ...)`; target of integers without the axis C, or of probabilities in
        the input's shape; the output has no dimensions, or the target's without C if `reduction="none"`.

    Raises:
        InputShapeError: the target does not go with the input.

    >>> nn.CrossEntropyLoss()(torch.zeros(2, 4), torch.tensor([0, 3]))
    tensor(1.3863)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.cross_entropy(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )

    def check_shapes(self, input: Array, target: Array) -> None:
        shape, received = static_shape(input), static_shape(target)
        if shape is None or received is None:
            return
        self.expect(
            agree(received, shape) or agree(received, without_classes(shape)),
            f"{without_classes(shape)} or {shape} as its target, beside logits of {shape}",
            target,
            "Classes are on axis 1 of the logits, and on no axis of integer targets.",
        )


class LinearCrossEntropyLoss(Layer, torch.nn.LinearCrossEntropyLoss):
    """Cross entropy of a linear map's logits: `torch.nn.LinearCrossEntropyLoss` for every framework.

    `options`, which says how torch cuts the classes into chunks, is torch's alone; it does not change the loss.

    Shape:
        Input `(in_features,)` or `(N, in_features)`; target of integers `()`, `(N,)` or `(N, *out_features)`, or of
        probabilities with the axis C at 1, or alone. The output has no dimensions, or the shape of the integers if
        `reduction="none"`.

    Raises:
        InputShapeError: the input has other axes or features, or the target does not go with it.

    >>> loss = nn.LinearCrossEntropyLoss(3, 4)
    >>> loss(torch.zeros(2, 3), torch.tensor([0, 3]))
    tensor(1.3863, grad_fn=<NllLossBackward0>)
    """

    def forward(self, input: Array, target: Array) -> Array:
        if not self.is_replica:
            return super().forward(input, target)
        outputs, bias = (self.num_classes, *self.out_features), self.linear.bias
        return ops.linear_cross_entropy(
            input,
            ops.reshape(self.linear.weight, (*outputs, self.linear.in_features)),
            target,
            linear_bias=None if bias is None else ops.reshape(bias, outputs),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
        )

    def check_shapes(self, input: Array, target: Array) -> None:
        shape, received, features = static_shape(input), static_shape(target), self.linear.in_features
        if shape is None or received is None:
            return
        self.expect(
            len(shape) in (1, 2) and shape[-1] in (None, features),
            f"(N, {features}) or ({features},)",
            input,
            f"Its last axis must hold {features} features; or build the layer with other in_features.",
        )
        classes = (*shape[:-1], *self.out_features)
        probabilities = (*shape[:-1], self.num_classes, *self.out_features)
        self.expect(
            agree(received, classes) or agree(received, probabilities),
            f"{classes} or {probabilities} as its target",
            target,
            "Classes are on axis 1 of probabilities, and on no axis of integer targets.",
        )


class NLLLoss(ClassLoss, torch.nn.NLLLoss):
    """The negative log likelihood of classes: `torch.nn.NLLLoss` for every framework.

    Shape:
        Input `(C,)`, `(N, C)` or `(N, C, d1, ...)`, of log-probabilities; target of integers without the axis C; the
        output has no dimensions, or the target's if `reduction="none"`.

    Raises:
        InputShapeError: the target does not go with the input.

    >>> nn.NLLLoss()(torch.zeros(2, 4).log_softmax(1), torch.tensor([0, 3]))
    tensor(1.3863)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.nll_loss(input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


with warnings.catch_warnings(action="ignore", category=FutureWarning):  # torch warns of a subclass too

    @deprecated("`NLLLoss2d` has been deprecated. Please use `NLLLoss` instead.", category=FutureWarning)
    class NLLLoss2d(NLLLoss, torch.nn.NLLLoss2d):
        """`NLLLoss` by its name of old: `torch.nn.NLLLoss2d`, deprecated there too, for every framework.

        Shape:
            Input `(N, C, H, W)`, target of integers `(N, H, W)`; the output has no dimensions, or the target's if
            `reduction="none"`.

        Raises:
            InputShapeError: the target does not go with the input.

        >>> import warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     loss = nn.NLLLoss2d()
        >>> loss(torch.zeros(1, 4, 2, 2).log_softmax(1), torch.zeros(1, 2, 2, dtype=torch.int64))
        tensor(1.3863)
        """


class BCELoss(SameShapeLoss, torch.nn.BCELoss):
    """Cross entropy of probabilities against probabilities of two classes: `torch.nn.BCELoss` for every framework.

    An input that is no probability is an error on torch tensors alone, as others cannot read it while compiling.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: input and target differ in shape.

    >>> nn.BCELoss()(torch.full((2,), 0.5), torch.tensor([0.0, 1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.binary_cross_entropy(input, target, weight=self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(SameShapeLoss, torch.nn.BCEWithLogitsLoss):
    """Cross entropy of logits against probabilities of two classes: `torch.nn.BCEWithLogitsLoss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: input and target differ in shape.

    >>> nn.BCEWithLogitsLoss()(torch.zeros(2), torch.tensor([0.0, 1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.binary_cross_entropy_with_logits(
            input, target, weight=self.weight, pos_weight=self.pos_weight, reduction=self.reduction
        )


class MultiLabelSoftMarginLoss(SameShapeLoss, torch.nn.MultiLabelSoftMarginLoss):
    """The mean over classes of `BCEWithLogitsLoss`: `torch.nn.MultiLabelSoftMarginLoss` for every framework.

    Shape:
        Input and target `(C,)` or `(N, C)`; the output has no dimensions, or `(N,)` if `reduction="none"`.

    Raises:
        InputShapeError: input and target differ in shape.

    >>> nn.MultiLabelSoftMarginLoss()(torch.zeros(1, 2), torch.tensor([[0.0, 1.0]]))
    tensor(0.6931)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.multilabel_soft_margin_loss(input, target, weight=self.weight, reduction=self.reduction)


class SoftMarginLoss(PairLoss, torch.nn.SoftMarginLoss):
    """`log(1 + exp(-target * input))` for targets of -1 and 1: `torch.nn.SoftMarginLoss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.SoftMarginLoss()(torch.zeros(2), torch.tensor([-1.0, 1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.soft_margin_loss(input, target, reduction=self.reduction)


class KLDivLoss(PairLoss, torch.nn.KLDivLoss):
    """The Kullback-Leibler divergence of log-probabilities: `torch.nn.KLDivLoss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.KLDivLoss(reduction="batchmean")(torch.zeros(1, 2).log_softmax(1), torch.tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
