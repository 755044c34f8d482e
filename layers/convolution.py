"""Convolutions; channels come before the spatial axes, as in torch.nn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array


class _Convolution(Layer):
    """What the convolutions share: padding modes, and the check of the input."""

    spatial_axes: int
    padding_mode: Any
    kernel_size: Any
    stride: Any
    padding: Any
    dilation: Any
    _reversed_padding_repeated_twice: Any

    def _convolve(self, function: Callable[..., Array], input: Array) -> Array:
        padding = self.padding
        if self.padding_mode != "zeros":
            input = ops.pad(input, tuple(self._reversed_padding_repeated_twice), mode=self.padding_mode)
            padding = (0,) * self.spatial_axes
        return function(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def check_shapes(self, input: Array) -> None:
        shape, rank = static_shape(input), self.spatial_axes + 1
        names = "L" if self.spatial_axes == 1 else "H, W"
        self.expect(
            shape is None or (len(shape) in (rank, rank + 1) and shape[-rank] in (None, self.in_channels)),
            f"(N, {self.in_channels}, {names}) or ({self.in_channels}, {names})",
            input,
            f"Give {self.in_channels} channels, before {names}, or build the layer with other in_channels.",
        )
        self.expect(
            shape is None or all(self._fits(axis, size) for axis, size in enumerate(shape[-self.spatial_axes :])),
            f"(N, {self.in_channels}, {names}) no smaller than the kernel {self.kernel_size}",
            input,
            "Give a larger input, or a padding.",
        )

    def _fits(self, axis: int, size: int | None) -> bool:
        padding = self._reversed_padding_repeated_twice[::-1][2 * axis : 2 * axis + 2]
        return size is None or bool(size + sum(padding) > self.dilation[axis] * (self.kernel_size[axis] - 1))


class Conv1d(_Convolution, torch.nn.Conv1d):
    """Cross-correlation over one spatial axis: `torch.nn.Conv1d` for every framework.

    Shape:
        Input `(N, in_channels, L)` or `(in_channels, L)`, output `(N, out_channels, L_out)` or
        `(out_channels, L_out)`.

    Raises:
        InputShapeError: the input has other axes or channels, or is smaller than the kernel.

    >>> nn.Conv1d(2, 3, 3)(torch.ones(1, 2, 5)).shape
    torch.Size([1, 3, 3])
    """

    spatial_axes = 1

    def forward(self, input: Array) -> Array:
        return self._convolve(ops.conv1d, input)


class Conv2d(_Convolution, torch.nn.Conv2d):
    """Cross-correlation over two spatial axes: `torch.nn.Conv2d` for every framework.

    Shape:
        Input `(N, in_channels, H, W)` or `(in_channels, H, W)`, output `(N, out_channels, H_out, W_out)` or
        `(out_channels, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes or channels, or is smaller than the kernel.

    >>> nn.Conv2d(2, 3, 3, padding=1)(torch.ones(1, 2, 5, 5)).shape
    torch.Size([1, 3, 5, 5])
    """

    spatial_axes = 2

    def forward(self, input: Array) -> Array:
        return self._convolve(ops.conv2d, input)
