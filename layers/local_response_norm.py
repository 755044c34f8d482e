"""Normalisation of each element over the channels beside its own."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.ops.creation import arange_like
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["CrossMapLRN2d", "LocalResponseNorm"]


class LocalResponseNorm(Layer, torch.nn.LocalResponseNorm):
    """`x / (k + alpha * mean) ** beta`: `torch.nn.LocalResponseNorm` for every framework.

    The mean is that of the squares of `size` channels, from each side of the element's own.

    Shape:
        Input and output `(N, C, *)`, with at least one axis after the channels.

    Raises:
        InputShapeError: the input has fewer axes.

    >>> nn.LocalResponseNorm(2)(torch.ones(1, 4, 3)).shape
    torch.Size([1, 4, 3])
    """

    def forward(self, input: Array) -> Array:
        return ops.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or len(shape) > 2,
            "(N, C, *) with at least one axis after the channels",
            input,
            "Give it a batch, channels, and one axis of space or more.",
        )


class CrossMapLRN2d(Layer, torch.nn.CrossMapLRN2d):
    """`LocalResponseNorm` of images as Lua's Torch had it: `torch.nn.CrossMapLRN2d` for every framework.

    torch's port of it is off by one, and its numbers are kept: every later window holds the first channel too, and
    the gradient is summed over windows that lie one channel too low. In new models take `LocalResponseNorm`.

    Shape:
        Input and output `(N, C, H, W)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.CrossMapLRN2d(3)(torch.ones(1, 4, 2, 2)).shape
    torch.Size([1, 4, 2, 2])
    """

    def forward(self, input: Array) -> Array:
        if not self.is_replica:
            return super().forward(input)
        reach = int((self.size - 1) / 2 + 1)
        ahead, behind = self._distances(input), int(self.size - (self.size - 1) / 2)
        first = ops.expand_dims(arange_like(input, ops.shape(input)[1]) == 0, 0)
        window = (ahead < reach) & (first | (ahead > -reach))
        scale = self._summed(window, ops.square(input)) * (self.alpha / self.size) + self.k
        value = ops.stop_gradient(input * scale**-self.beta)
        return value + self._slope(
            input, ops.stop_gradient(scale), value, (ahead >= -behind) & (ahead < self.size - behind)
        )

    def _slope(self, input: Array, scale: Array, value: Array, window: Array) -> Array:
        """Zero, with torch's gradient: linear in the input, less what it comes to."""
        across = self._summed(ops.swapaxes(window, 0, 1), ops.stop_gradient(input) * input)
        slope = input * scale**-self.beta - across * value / scale * (2 * self.alpha * self.beta / self.size)
        return slope - ops.stop_gradient(slope)

    def _distances(self, input: Array) -> Array:
        """How far the channel of each column lies ahead of that of the row."""
        channels = arange_like(input, ops.shape(input)[1])
        return ops.expand_dims(channels, 0) - ops.expand_dims(channels, 1)

    def _summed(self, window: Array, input: Array) -> Array:
        """For each channel, the sum of the channels that its row of the window holds."""
        return ops.einsum("cj,njhw->nchw", ops.astype(window, input.dtype), input)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or len(shape) == 4,
            "(N, C, H, W)",
            input,
            "Give it a batch, channels, height and width.",
        )
