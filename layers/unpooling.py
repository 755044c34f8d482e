"""Max-pooling undone."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from bridge import ops
from bridge.layers.pooling import Pooling
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"]


class _MaxUnpool(Pooling):
    """What the unpoolings share: their forward, and the check of the indices."""

    unpool: ClassVar[Any]
    kernel_size: Any
    stride: Any
    padding: Any

    def forward(self, input: Array, indices: Array, output_size: Any = None) -> Array:
        return self.unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def check_shapes(self, input: Array, indices: Array, output_size: Any = None) -> None:
        super().check_shapes(input)
        shape, places = static_shape(input), static_shape(indices)
        if shape is not None and places is not None:
            self.expect(
                len(shape) == len(places) and all(a == b or None in (a, b) for a, b in zip(shape, places, strict=True)),
                f"{places}, that of its indices",
                input,
                "Give it what the pooling gave, with the indices that the pooling gave.",
            )


class MaxUnpool1d(_MaxUnpool, torch.nn.MaxUnpool1d):
    """Maxima put back where `MaxPool1d` found them: `torch.nn.MaxUnpool1d` for every framework.

    `output_size` says what the size was, where the pooling left it open.

    Shape:
        Input and indices `(N, C, L)` or `(C, L)`, output `(N, C, L_out)` or `(C, L_out)`.

    Raises:
        InputShapeError: the input has other axes, or another shape than its indices.

    >>> largest, indices = nn.MaxPool1d(2, return_indices=True)(torch.ones(1, 3, 4))
    >>> nn.MaxUnpool1d(2)(largest, indices).shape
    torch.Size([1, 3, 4])
    """

    spatial = 1
    unpool = staticmethod(ops.max_unpool1d)


class MaxUnpool2d(_MaxUnpool, torch.nn.MaxUnpool2d):
    """Maxima put back where `MaxPool2d` found them: `torch.nn.MaxUnpool2d` for every framework.

    `output_size` says what the size was, where the pooling left it open.

    Shape:
        Input and indices `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes, or another shape than its indices.

    >>> largest, indices = nn.MaxPool2d(2, return_indices=True)(torch.ones(1, 3, 4, 4))
    >>> nn.MaxUnpool2d(2)(largest, indices).shape
    torch.Size([1, 3, 4, 4])
    """

    spatial = 2
    unpool = staticmethod(ops.max_unpool2d)


class MaxUnpool3d(_MaxUnpool, torch.nn.MaxUnpool3d):
    """Maxima put back where `MaxPool3d` found them: `torch.nn.MaxUnpool3d` for every framework.

    `output_size` says what the size was, where the pooling left it open.

    Shape:
        Input and indices `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, D_out, H_out, W_out)` or
        `(C, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes, or another shape than its indices.

    >>> largest, indices = nn.MaxPool3d(2, return_indices=True)(torch.ones(1, 3, 4, 4, 4))
    >>> nn.MaxUnpool3d(2)(largest, indices).shape
    torch.Size([1, 3, 4, 4, 4])
    """

    spatial = 3
    unpool = staticmethod(ops.max_unpool3d)
