"""Normalisation over the spatial axes of each channel of each example."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import torch

from bridge import Layer, ops
from bridge.layers.convolution import SPATIAL_NAMES
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"]


class _InstanceNorm(Layer):
    """What the instance normalisations share: their forward, and the check of the input."""

    spatial_axes: ClassVar[int]
    num_features: int
    momentum: float | None
    eps: float
    running_mean: Any

    def forward(self, input: Array) -> Array:
        self._check_input_dim(input)
        self._check_channels(input)
        unbatched = input.ndim == self.spatial_axes + 1
        output = self._normalize(ops.expand_dims(input, 0) if unbatched else input)
        return ops.squeeze(output, 0) if unbatched else output

    def _normalize(self, input: Array) -> Array:
        mean, var, weight, bias = self.running_mean, self.running_var, self.weight, self.bias
        own_statistics = self.training or not self.track_running_stats
        if not own_statistics or mean is None:
            return ops.instance_norm(input, mean, var, weight, bias, own_statistics, 0.0, self.eps)
        momentum = 0.0 if self.momentum is None else self.momentum
        output, mean, var = ops.instance_norm_training(input, mean, var, weight, bias, momentum, self.eps)
        self.update_buffer("running_mean", mean)
        self.update_buffer("running_var", var)
        return output

    def _check_input_dim(self, input: Array) -> None:
        if input.ndim not in (self.spatial_axes + 1, self.spatial_axes + 2):
            self.check_shapes(input)

    def _check_channels(self, input: Array) -> None:
        channels = input.shape[-self.spatial_axes - 1]
        if channels in (None, self.num_features):
            return
        self.check_shapes(input)
        warnings.warn(
            f"{self} got {channels} channels, and not its num_features, which nothing depends on without affine",
            stacklevel=2,
        )

    def check_shapes(self, input: Array) -> None:
        shape, rank, channels = static_shape(input), self.spatial_axes + 1, self.num_features
        names = SPATIAL_NAMES[self.spatial_axes]
        # Without weights and statistics nothing depends on the channels, and torch takes any; a lazy layer has none.
        fixed = channels > 0 and not (self.weight is None and self.running_mean is None)
        axes = f"(N, {channels or 'C'}, {names}) or ({channels or 'C'}, {names})"
        self.expect(
            shape is None or (len(shape) in (rank, rank + 1) and (not fixed or shape[-rank] in (None, channels))),
            axes,
            input,
            f"Give {channels or 'the'} channels, before {names}, or build the layer with other num_features.",
        )
        own_statistics = self.training or not self.track_running_stats
        self.expect(
            not own_statistics or shape is None or set(shape[1 - rank :]) != {1},
            f"{axes} with more than one element in {names}",
            input,
            "Give a larger input: one value has no variance.",
        )


class InstanceNorm1d(_InstanceNorm, torch.nn.InstanceNorm1d):
    """Normalises each channel of each example over its length: `torch.nn.InstanceNorm1d` for every framework.

    With `track_running_stats` the running statistics move in training mode: in place in torch, in `new_buffers`
    elsewhere.

    Shape:
        Input and output `(N, num_features, L)` or `(num_features, L)`.

    Raises:
        InputShapeError: the input has other axes or channels, or one element for each channel.

    >>> nn.InstanceNorm1d(3)(torch.ones(4, 3, 2)).shape
    torch.Size([4, 3, 2])
    """

    spatial_axes = 1


class InstanceNorm2d(_InstanceNorm, torch.nn.InstanceNorm2d):
    """Normalises each channel of each example over space: `torch.nn.InstanceNorm2d` for every framework.

    With `track_running_stats` the running statistics move in training mode: in place in torch, in `new_buffers`
    elsewhere.

    Shape:
        Input and output `(N, num_features, H, W)` or `(num_features, H, W)`.

    Raises:
        InputShapeError: the input has other axes or channels, or one element for each channel.

    >>> nn.InstanceNorm2d(3)(torch.ones(4, 3, 2, 2)).shape
    torch.Size([4, 3, 2, 2])
    """

    spatial_axes = 2


class InstanceNorm3d(_InstanceNorm, torch.nn.InstanceNorm3d):
    """Normalises each channel of each example over space: `torch.nn.InstanceNorm3d` for every framework.

    With `track_running_stats` the running statistics move in training mode: in place in torch, in `new_buffers`
    elsewhere.

    Shape:
        Input and output `(N, num_features, D, H, W)` or `(num_features, D, H, W)`.

    Raises:
        InputShapeError: the input has other axes or channels, or one element for each channel.

    >>> nn.InstanceNorm3d(3)(torch.ones(4, 3, 2, 2, 2)).shape
    torch.Size([4, 3, 2, 2, 2])
    """

    spatial_axes = 3
