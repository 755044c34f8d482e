"""Images cut into blocks, and put together again."""

from __future__ import annotations

import math

import torch

from bridge import Layer, ops
from bridge.shapes import pair, static_shape
from bridge.typing import Array
from bridge.windows import Windows, block_windows

__all__ = ["Fold", "Unfold"]


class Unfold(Layer, torch.nn.Unfold):
    """The blocks of an image that a window slides over, as columns: `torch.nn.Unfold` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C * K_h * K_w, blocks)` or without `N`.

    Raises:
        InputShapeError: the input has other axes, or no block fits in it.

    >>> nn.Unfold((2, 3))(torch.ones(1, 5, 3, 4)).shape
    torch.Size([1, 30, 4])
    """

    def forward(self, input: Array) -> Array:
        return ops.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        windows = block_windows(self.kernel_size, self.dilation, self.padding, self.stride)
        self.expect(
            shape is None
            or (len(shape) in (3, 4) and all(count is None or count > 0 for count in _blocks(shape[-2:], windows))),
            "(N, C, H, W) or (C, H, W), which a block fits in",
            input,
            f"With its padding it must hold a block that spans {windows.spans}.",
        )


class Fold(Layer, torch.nn.Fold):
    """The image whose blocks are the columns, summed where they overlap: `torch.nn.Fold` for every framework.

    Shape:
        Input `(N, C * K_h * K_w, blocks)` or `(C * K_h * K_w, blocks)`, output `(N, C, *output_size)` or without `N`.

    Raises:
        InputShapeError: the input has other axes, or is not made of so many blocks of such a size.

    >>> nn.Fold((3, 4), (2, 3))(torch.ones(1, 30, 4)).shape
    torch.Size([1, 5, 3, 4])
    """

    def forward(self, input: Array) -> Array:
        return ops.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        windows = block_windows(self.kernel_size, self.dilation, self.padding, self.stride)
        size = math.prod(windows.kernel)
        blocks = math.prod(count or 0 for count in _blocks(pair(self.output_size, 2), windows))
        self.expect(
            shape is None
            or (len(shape) in (2, 3) and (shape[-2] is None or shape[-2] % size == 0) and shape[-1] in (None, blocks)),
            f"(N, C * {size}, {blocks}) or (C * {size}, {blocks})",
            input,
            f"An output of {pair(self.output_size, 2)} is made of {blocks} blocks of {size} elements.",
        )


def _blocks(sizes: tuple[int | None, ...], windows: Windows) -> list[int | None]:
    """How many blocks begin along each axis, 0 or less where none fits."""
    axes = zip(sizes, windows.spans, windows.stride, windows.padding, strict=True)
    return [
        None if size is None else (size + sum(padding) - span) // stride + 1 for size, span, stride, padding in axes
    ]
