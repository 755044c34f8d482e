"""Softmax along an axis, and its kin."""

from __future__ import annotations

from collections.abc import Callable

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["LogSoftmax", "Softmax", "Softmax2d", "Softmin"]


class _AlongAxis(Layer):
    """What they share: the axis where none is given, and the check of the input."""

    function: Callable[[Array, int], Array]
    dim: int | None

    def forward(self, input: Array) -> Array:
        if self.dim is not None:
            return self.function(input, self.dim)
        if not self.is_replica:
            return super().forward(input)  # torch chooses an axis by the rank, with a warning
        return self.function(input, 0 if input.ndim in (0, 1, 3) else 1)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        rank = 1 if shape is None else max(1, len(shape))
        self.expect(
            shape is None or self.dim is None or -rank <= self.dim < rank,
            f"with an axis {self.dim}",
            input,
            "Build the layer with a dim that the input has.",
        )


class Softmax(_AlongAxis, torch.nn.Softmax):
    """`exp(x)` divided by its sum along `dim`, of any shape: `torch.nn.Softmax` for every framework.

    Raises:
        InputShapeError: the input has no such axis.

    >>> nn.Softmax(dim=-1)(torch.zeros(1, 4))
    tensor([[0.2500, 0.2500, 0.2500, 0.2500]])
    """

    function = staticmethod(ops.softmax)


class Softmin(_AlongAxis, torch.nn.Softmin):
    """The softmax of `-x` along `dim`, of any shape: `torch.nn.Softmin` for every framework.

    Raises:
        InputShapeError: the input has no such axis.

    >>> nn.Softmin(dim=-1)(torch.zeros(1, 4))
    tensor([[0.2500, 0.2500, 0.2500, 0.2500]])
    """

    function = staticmethod(ops.softmin)


class LogSoftmax(_AlongAxis, torch.nn.LogSoftmax):
    """The logarithm of the softmax along `dim`, without overflow: `torch.nn.LogSoftmax` for every framework.

    The input is of any shape.

    Raises:
        InputShapeError: the input has no such axis.

    >>> nn.LogSoftmax(dim=-1)(torch.zeros(1, 4))
    tensor([[-1.3863, -1.3863, -1.3863, -1.3863]])
    """

    function = staticmethod(ops.log_softmax)


class Softmax2d(Layer, torch.nn.Softmax2d):
    """The softmax over the channels of each place: `torch.nn.Softmax2d` for every framework.

    Shape:
        Input and output `(N, C, H, W)` or `(C, H, W)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.Softmax2d()(torch.zeros(1, 4, 1, 1)).flatten()
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """

    def forward(self, input: Array) -> Array:
        if input.ndim not in (3, 4):
            self.check_shapes(input)
        return ops.softmax(input, -3)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or len(shape) in (3, 4),
            "(N, C, H, W) or (C, H, W)",
            input,
            "Channels come before height and width.",
        )
