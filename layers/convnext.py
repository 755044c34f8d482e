"""The block of ConvNeXt."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.layers.convolution import Conv2d
from bridge.layers.drop_path import DropPath
from bridge.layers.layer_norm import LayerNorm
from bridge.layers.layer_scale import LayerScale
from bridge.layers.linear import Linear
from bridge.layers.smooth_activation import GELU
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["ConvNeXtBlock"]


class ConvNeXtBlock(Layer):
    """A residual block: a convolution of each channel, LayerNorm, and two linear maps over the channels.

    Args:
        num_channels: of the image.
        kernel_size: of the convolution, odd.
        expansion: how many times more channels stand between the two maps.
        drop_path: the probability with which an example skips the block while training; see `DropPath`.
        layer_scale: what the factors of the branch start as, see `LayerScale`; `None` for no factors.
        eps: of the LayerNorm.
        device: where the weights lie.
        dtype: of the weights.

    Shape:
        Input and output `(N, num_channels, H, W)`.

    Attributes:
        depthwise, norm, expand, reduce, scale, drop_path: its layers; `scale` is `None` without `layer_scale`.

    Raises:
        ValueError: `kernel_size` is even, or `drop_path` is no probability.
        InputShapeError: the input has other axes or channels.

    Reference: Liu et al., A ConvNet for the 2020s, https://arxiv.org/abs/2201.03545

    >>> nn.ConvNeXtBlock(8)(torch.ones(1, 8, 5, 5)).shape
    torch.Size([1, 8, 5, 5])
    """

    def __init__(
        self,
        num_channels: int,
        *,
        kernel_size: int = 7,
        expansion: int = 4,
        drop_path: float = 0.0,
        layer_scale: float | None = 1e-6,
        eps: float = 1e-6,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        if kernel_size % 2 == 0:
            raise ValueError(f"ConvNeXtBlock expected an odd kernel_size, got {kernel_size}")
        super().__init__()
        self.num_channels = num_channels
        self.drop_path = DropPath(drop_path)
        self.depthwise = Conv2d(
            num_channels,
            num_channels,
            kernel_size,
            padding=kernel_size // 2,
            groups=num_channels,
            device=device,
            dtype=dtype,
        )
        self.norm = LayerNorm(num_channels, eps, device=device, dtype=dtype)
        self.expand = Linear(num_channels, expansion * num_channels, device=device, dtype=dtype)
        self.activation = GELU()
        self.reduce = Linear(expansion * num_channels, num_channels, device=device, dtype=dtype)
        self.scale = None if layer_scale is None else LayerScale(num_channels, layer_scale, device=device, dtype=dtype)

    def forward(self, input: Array) -> Array:
        if not self._fits(input):
            self.check_shapes(input)  # the layer is named, not its convolution
        branch = ops.moveaxis(self.depthwise(input), 1, -1)
        branch = self.reduce(self.activation(self.expand(self.norm(branch))))
        if self.scale is not None:
            branch = self.scale(branch)
        return input + self.drop_path(ops.moveaxis(branch, -1, 1))

    def _fits(self, input: Array) -> bool:
        shape = static_shape(input)
        return shape is None or (len(shape) == 4 and shape[1] in (None, self.num_channels))

    def check_shapes(self, input: Array) -> None:
        self.expect(
            self._fits(input),
            f"(N, {self.num_channels}, H, W)",
            input,
            f"Give a batch of {self.num_channels} channels, or build the layer with other num_channels.",
        )
