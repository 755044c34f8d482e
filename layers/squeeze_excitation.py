"""Channels weighted by what the whole image holds."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.layers.activation import ReLU
from bridge.layers.convolution import Conv2d
from bridge.layers.smooth_activation import Sigmoid
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["SqueezeExcitation"]


class SqueezeExcitation(Layer):
    """Multiplies each channel by a factor that two linear maps make of all channels' means.

    The names of its weights are those of `torchvision.ops.SqueezeExcitation`.

    Args:
        input_channels: of the image.
        squeeze_channels: between the two maps.
        activation: a layer between the maps; `nn.ReLU()` by default.
        scale_activation: a layer that makes the factors; `nn.Sigmoid()` by default.
        device: where the weights lie.
        dtype: of the weights.

    Shape:
        Input and output `(N, input_channels, H, W)` or `(input_channels, H, W)`.

    Attributes:
        fc1: the map to `squeeze_channels`, a `Conv2d` of kernel 1.
        fc2: the map back.

    Raises:
        InputShapeError: the input has other axes or channels.

    Reference: Hu et al., Squeeze-and-Excitation Networks, https://arxiv.org/abs/1709.01507

    >>> nn.SqueezeExcitation(16, 4)(torch.ones(1, 16, 3, 3)).shape
    torch.Size([1, 16, 3, 3])
    """

    def __init__(
        self,
        input_channels: int,
        squeeze_channels: int,
        *,
        activation: torch.nn.Module | None = None,
        scale_activation: torch.nn.Module | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.input_channels = input_channels
        self.fc1 = Conv2d(input_channels, squeeze_channels, 1, device=device, dtype=dtype)
        self.fc2 = Conv2d(squeeze_channels, input_channels, 1, device=device, dtype=dtype)
        self.activation = ReLU() if activation is None else activation
        self.scale_activation = Sigmoid() if scale_activation is None else scale_activation

    def forward(self, input: Array) -> Array:
        if not self._fits(input):
            self.check_shapes(input)  # the layer is named, not its first map
        means = ops.mean(input, axis=(-2, -1), keepdims=True)
        return input * self.scale_activation(self.fc2(self.activation(self.fc1(means))))

    def _fits(self, input: Array) -> bool:
        shape = static_shape(input)
        return shape is None or (len(shape) in (3, 4) and shape[-3] in (None, self.input_channels))

    def check_shapes(self, input: Array) -> None:
        channels = self.input_channels
        self.expect(
            self._fits(input),
            f"(N, {channels}, H, W) or ({channels}, H, W)",
            input,
            f"Give {channels} channels, before H, W, or build the layer with other input_channels.",
        )
