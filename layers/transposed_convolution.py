"""Transposed convolutions; channels come before the spatial axes, as in torch.nn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import torch

from bridge import ops
from bridge.layers.convolution import SPATIAL_NAMES, ChannelsFirst
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]


class _TransposedConvolution(ChannelsFirst):
    """What the transposed convolutions share: the output's size, and the check of the input."""

    transpose_convolve: ClassVar[Callable[..., Array]]
    kernel_size: Any
    stride: Any
    padding: Any
    dilation: Any
    output_padding: Any

    def forward(self, input: Array, output_size: Sequence[int] | None = None) -> Array:
        if output_size is None:
            return self._transpose(input, self.output_padding)
        sizes = self._spatial(output_size, input.ndim)
        extra = [size - least for size, least in zip(sizes, self._least(ops.shape(input)), strict=True)]
        if all(isinstance(size, int | torch.SymInt) for size in extra):
            self._check_extra(input, sizes, extra)
            return self._transpose(input, tuple(extra))
        # Sizes of a dynamic axis are known once it runs: all that the stride leaves open, cut to what was asked for.
        output = self._transpose(input, tuple(step - 1 for step in self.stride))
        output = output[(..., *(slice(0, size) for size in sizes))]
        open_sizes = [
            ops.where((more >= 0) & (more < step), size, 0)
            for size, more, step in zip(sizes, extra, self.stride, strict=True)
        ]
        return ops.reshape(output, (*ops.shape(output)[: -self.spatial_axes], *open_sizes))  # fails where none is open

    def _transpose(self, input: Array, output_padding: tuple[Any, ...]) -> Array:
        return self.transpose_convolve(
            input, self.weight, self.bias, self.stride, self.padding, output_padding, self.groups, self.dilation
        )

    def _least(self, shape: Sequence[Any]) -> list[Any]:
        """The smallest size of each spatial axis of the output: that without `output_padding`."""
        windows = zip(
            shape[-self.spatial_axes :], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
        )
        return [(size - 1) * step - 2 * cut + apart * (span - 1) + 1 for size, step, cut, apart, span in windows]

    def _spatial(self, output_size: Sequence[int], rank: int) -> list[Any]:
        """The spatial sizes of an `output_size`, in which batch and channels may stand before them."""
        sizes, spatial = list(output_size), self.spatial_axes
        if len(sizes) not in (spatial, rank):
            raise ValueError(
                f"{self} expected an output_size of {spatial} sizes, or of {rank} with batch and channels, got {sizes}"
            )
        return sizes[-spatial:]

    def _check_extra(self, input: Array, sizes: list[Any], extra: list[Any]) -> None:
        if any(not 0 <= more < step for more, step in zip(extra, self.stride, strict=True)):
            least = [size - more for size, more in zip(sizes, extra, strict=True)]
            most = [size + step - 1 for size, step in zip(least, self.stride, strict=True)]
            raise ValueError(
                f"{self} expected an output_size from {least} to {most} for an input of shape "
                f"{static_shape(input)}, got {sizes}"
            )

    def check_shapes(self, input: Array, output_size: Sequence[int] | None = None) -> None:
        self._check_channels(input)
        shape = static_shape(input)
        known = [] if shape is None or output_size is not None else shape[-self.spatial_axes :]
        names = SPATIAL_NAMES[self.spatial_axes]
        self.expect(
            all(self._leaves_some(axis, size) for axis, size in enumerate(known)),
            f"{self._axes()} with {names} of which the padding {self.padding} leaves some",
            input,
            "Give a larger input, or build the layer with a smaller padding.",
        )

    def _leaves_some(self, axis: int, size: int | None) -> bool:
        if size is None:
            return True
        least = self._least([size] * self.spatial_axes)[axis]
        return bool(size > 0 and least + self.output_padding[axis] > 0)


class ConvTranspose1d(_TransposedConvolution, torch.nn.ConvTranspose1d):
    """The gradient of `Conv1d` by its input, as a layer: `torch.nn.ConvTranspose1d` for every framework.

    `output_size` chooses among the sizes that the stride leaves open; with a dynamic axis of TensorFlow it may hold
    scalar tensors, as `ops.shape` gives them, and a size that is not open fails once it runs.

    Shape:
        Input `(N, in_channels, L)` or `(in_channels, L)`, output `(N, out_channels, L_out)` or
        `(out_channels, L_out)`.

    Raises:
        InputShapeError: the input has other axes or channels, or the padding takes all of the output.
        ValueError: no such `output_size` is open.

    >>> nn.ConvTranspose1d(2, 3, 3, stride=2)(torch.ones(1, 2, 5), output_size=(12,)).shape
    torch.Size([1, 3, 12])
    """

    spatial_axes = 1
    transpose_convolve = staticmethod(ops.conv_transpose1d)


class ConvTranspose2d(_TransposedConvolution, torch.nn.ConvTranspose2d):
    """The gradient of `Conv2d` by its input, as a layer: `torch.nn.ConvTranspose2d` for every framework.

    `output_size` chooses among the sizes that the stride leaves open; with a dynamic axis of TensorFlow it may hold
    scalar tensors, as `ops.shape` gives them, and a size that is not open fails once it runs.

    Shape:
        Input `(N, in_channels, H, W)` or `(in_channels, H, W)`, output `(N, out_channels, H_out, W_out)` or
        `(out_channels, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes or channels, or the padding takes all of the output.
        ValueError: no such `output_size` is open.

    >>> nn.ConvTranspose2d(2, 3, 3, stride=2)(torch.ones(1, 2, 5, 5), output_size=(12, 11)).shape
    torch.Size([1, 3, 12, 11])
    """

    spatial_axes = 2
    transpose_convolve = staticmethod(ops.conv_transpose2d)


class ConvTranspose3d(_TransposedConvolution, torch.nn.ConvTranspose3d):
    """The gradient of `Conv3d` by its input, as a layer: `torch.nn.ConvTranspose3d` for every framework.

    `output_size` chooses among the sizes that the stride leaves open; with a dynamic axis of TensorFlow it may hold
    scalar tensors, as `ops.shape` gives them, and a size that is not open fails once it runs.

    Shape:
        Input `(N, in_channels, D, H, W)` or `(in_channels, D, H, W)`, output `(N, out_channels, D_out, H_out, W_out)`
        or `(out_channels, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes or channels, or the padding takes all of the output.
        ValueError: no such `output_size` is open.

    >>> nn.ConvTranspose3d(2, 3, 3, stride=2)(torch.ones(1, 2, 5, 5, 5)).shape
    torch.Size([1, 3, 11, 11, 11])
    """

    spatial_axes = 3
    transpose_convolve = staticmethod(ops.conv_transpose3d)
