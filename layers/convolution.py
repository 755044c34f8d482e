"""Convolutions; channels come before the spatial axes, as in torch.nn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["Conv1d", "Conv2d", "Conv3d"]

SPATIAL_NAMES = {1: "L", 2: "H, W", 3: "D, H, W"}
"""What the spatial axes are called, by how many there are."""


class ChannelsFirst(Layer):
    """What all convolutions share: channels before the spatial axes, with a batch before them or without."""

    spatial_axes: ClassVar[int]
    in_channels: int

    def _axes(self) -> str:
        """The shapes that the layer takes; a lazy layer has no channels yet."""
        channels, names = self.in_channels or "C_in", SPATIAL_NAMES[self.spatial_axes]
        return f"(N, {channels}, {names}) or ({channels}, {names})"

    def _check_channels(self, input: Array) -> None:
        shape, rank = static_shape(input), self.spatial_axes + 1
        names = SPATIAL_NAMES[self.spatial_axes]
        self.expect(
            shape is None
            or (len(shape) in (rank, rank + 1) and (not self.in_channels or shape[-rank] in (None, self.in_channels))),
            self._axes(),
            input,
            f"Give {self.in_channels or 'the'} channels, before {names}, or build the layer with other in_channels.",
        )


class _Convolution(ChannelsFirst):
    """What the convolutions share: padding modes, and the check of the input."""

    convolve: ClassVar[Callable[..., Array]]
    padding_mode: Any
    kernel_size: Any
    stride: Any
    padding: Any
    dilation: Any
    _reversed_padding_repeated_twice: Any

    def forward(self, input: Array) -> Array:
        padding = self.padding
        if self.padding_mode != "zeros":
            input = ops.pad(input, tuple(self._reversed_padding_repeated_twice), mode=self.padding_mode)
            padding = (0,) * self.spatial_axes
        return self.convolve(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def check_shapes(self, input: Array) -> None:
        self._check_channels(input)
        shape = static_shape(input)
        sizes = () if shape is None else shape[-self.spatial_axes :]
        self.expect(
            all(self._fits(axis, size) for axis, size in enumerate(sizes)),
            f"{self._axes()} no smaller than the kernel {self.kernel_size}",
            input,
            "Give a larger input, or a padding.",
        )
        self.expect(
            all(self._pads(axis, size) for axis, size in enumerate(sizes)),
            f"{self._axes()} large enough to {self.padding_mode} {self.padding} elements",
            input,
            "Give a larger input, a smaller padding, or another padding_mode.",
        )

    def _fits(self, axis: int, size: int | None) -> bool:
        return size is None or bool(size + sum(self._ends(axis)) > self.dilation[axis] * (self.kernel_size[axis] - 1))

    def _pads(self, axis: int, size: int | None) -> bool:
        """Whether a mirror holds all that it is to show, and a circle is not gone round twice."""
        room = {"reflect": -1, "circular": 0}.get(self.padding_mode)
        return size is None or room is None or max(self._ends(axis)) <= size + room

    def _ends(self, axis: int) -> tuple[int, int]:
        before, after = self._reversed_padding_repeated_twice[::-1][2 * axis : 2 * axis + 2]
        return before, after


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
    convolve = staticmethod(ops.conv1d)


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
    convolve = staticmethod(ops.conv2d)


class Conv3d(_Convolution, torch.nn.Conv3d):
    """Cross-correlation over three spatial axes: `torch.nn.Conv3d` for every framework.

    Shape:
        Input `(N, in_channels, D, H, W)` or `(in_channels, D, H, W)`, output `(N, out_channels, D_out, H_out, W_out)`
        or `(out_channels, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes or channels, or is smaller than the kernel.

    >>> nn.Conv3d(2, 3, 3, padding=1)(torch.ones(1, 2, 5, 5, 5)).shape
    torch.Size([1, 3, 5, 5, 5])
    """

    spatial_axes = 3
    convolve = staticmethod(ops.conv3d)
