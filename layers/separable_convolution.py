"""Convolutions of each channel by itself, whose answers are then mixed."""

from __future__ import annotations

from typing import Any

import torch

from bridge import Layer
from bridge.layers.convolution import Conv1d, Conv2d
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["DepthwiseSeparableConv1d", "DepthwiseSeparableConv2d"]


class _SeparableConvolution(Layer):
    """What the separable convolutions share: all but the kind of convolution."""

    convolution: type[torch.nn.Module]
    axes: str
    depthwise: Any

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: str | int | tuple[int, ...] = 0,
        dilation: int | tuple[int, ...] = 1,
        *,
        depth_multiplier: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        between = in_channels * depth_multiplier
        self.depthwise = self.convolution(
            in_channels,
            between,
            kernel_size,
            stride,
            padding,
            dilation,
            groups=in_channels,
            bias=False,
            padding_mode=padding_mode,
            device=device,
            dtype=dtype,
        )
        self.pointwise = self.convolution(between, out_channels, 1, bias=bias, device=device, dtype=dtype)

    def forward(self, input: Array) -> Array:
        if not self._fits(input):
            self.check_shapes(input)  # the layer is named, not its convolution
        return self.pointwise(self.depthwise(input))

    def _fits(self, input: Array) -> bool:
        shape, rank = static_shape(input), len(self.depthwise.kernel_size) + 2
        return shape is None or (
            len(shape) in (rank - 1, rank) and shape[1 - rank] in (None, self.depthwise.in_channels)
        )

    def check_shapes(self, input: Array) -> None:
        channels = self.depthwise.in_channels
        self.expect(
            self._fits(input),
            f"(N, {channels}, {self.axes}) or ({channels}, {self.axes})",
            input,
            f"Give {channels} channels, before {self.axes}, or build the layer with other in_channels.",
        )


class DepthwiseSeparableConv1d(_SeparableConvolution):
    """A convolution of each channel by itself, then a map of the channels at each place; `SeparableConv1D` of Keras.

    Args:
        in_channels: of the input.
        out_channels: of the output.
        kernel_size: of the convolution.
        stride: from place to place.
        padding: at both ends, or `"same"`, or `"valid"`.
        dilation: between the elements of the kernel.
        depth_multiplier: how many answers the convolution gives for each channel.
        bias: whether the map adds one; the convolution has none.
        padding_mode: as in `nn.Conv1d`.
        device: where the weights lie.
        dtype: of the weights.

    Shape:
        Input `(N, in_channels, L)` or `(in_channels, L)`, output `(N, out_channels, L_out)` or
        `(out_channels, L_out)`.

    Attributes:
        depthwise: the convolution, a `Conv1d` with `groups=in_channels`.
        pointwise: the map, a `Conv1d` of kernel 1.

    Raises:
        InputShapeError: the input has other axes or channels, or is smaller than the kernel.

    Reference: Chollet, Xception, https://arxiv.org/abs/1610.02357

    >>> nn.DepthwiseSeparableConv1d(2, 5, 3, padding=1)(torch.ones(1, 2, 8)).shape
    torch.Size([1, 5, 8])
    """

    convolution = Conv1d
    axes = "L"


class DepthwiseSeparableConv2d(_SeparableConvolution):
    """A convolution of each channel by itself, then a map of the channels at each place; `SeparableConv2D` of Keras.

    Args:
        in_channels: of the input.
        out_channels: of the output.
        kernel_size: of the convolution, one number or two, as in `nn.Conv2d`; likewise the next three.
        stride: from place to place.
        padding: at both ends, or `"same"`, or `"valid"`.
        dilation: between the elements of the kernel.
        depth_multiplier: how many answers the convolution gives for each channel.
        bias: whether the map adds one; the convolution has none.
        padding_mode: as in `nn.Conv2d`.
        device: where the weights lie.
        dtype: of the weights.

    Shape:
        Input `(N, in_channels, H, W)` or `(in_channels, H, W)`, output `(N, out_channels, H_out, W_out)` or
        `(out_channels, H_out, W_out)`.

    Attributes:
        depthwise: the convolution, a `Conv2d` with `groups=in_channels`.
        pointwise: the map, a `Conv2d` of kernel 1.

    Raises:
        InputShapeError: the input has other axes or channels, or is smaller than the kernel.

    Reference: Howard et al., MobileNets, https://arxiv.org/abs/1704.04861

    >>> nn.DepthwiseSeparableConv2d(2, 5, 3, padding=1)(torch.ones(1, 2, 8, 8)).shape
    torch.Size([1, 5, 8, 8])
    """

    convolution = Conv2d
    axes = "H, W"
