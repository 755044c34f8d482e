"""Losses."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array


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
        without_classes = shape[1:] if len(shape) == 1 else (shape[:1] + shape[2:])
        self.expect(
            _agree(received, shape) or _agree(received, without_classes),
            f"{without_classes} or {shape} as its target, beside logits of {shape}",
            target,
            "Classes are on axis 1 of the logits, and on no axis of integer targets.",
        )


class MSELoss(Layer, torch.nn.MSELoss):
    """The mean squared error: `torch.nn.MSELoss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.MSELoss()(torch.ones(2), torch.zeros(2))
    tensor(1.)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.mse_loss(input, target, reduction=self.reduction)

    def check_shapes(self, input: Array, target: Array) -> None:
        shape, received = static_shape(input), static_shape(target)
        pairs = [] if shape is None or received is None else zip(shape[::-1], received[::-1], strict=False)
        self.expect(
            all(a == b or 1 in (a, b) or None in (a, b) for a, b in pairs),
            f"{shape} as its target",
            target,
            "Give input and target one shape.",
        )


def _agree(shape: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
    return len(shape) == len(other) and all(a == b or None in (a, b) for a, b in zip(shape, other, strict=True))
