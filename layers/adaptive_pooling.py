"""Pooling over windows that give the output its size."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from bridge import ops
from bridge.layers.pooling import Pooling
from bridge.typing import Array

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
]


class _AdaptiveAvgPool(Pooling):
    """What the adaptive poolings by means share: their forward."""

    pool: ClassVar[Any]
    output_size: Any

    def forward(self, input: Array) -> Array:
        return self.pool(input, self.output_size)


class AdaptiveAvgPool1d(_AdaptiveAvgPool, torch.nn.AdaptiveAvgPool1d):
    """Means over one axis, to a given size: `torch.nn.AdaptiveAvgPool1d` for every framework.

    Shape:
        Input `(N, C, L)` or `(C, L)`, output `(N, C, *output_size)` or `(C, *output_size)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AdaptiveAvgPool1d(1)(torch.ones(1, 3, 4)).shape
    torch.Size([1, 3, 1])
    """

    spatial = 1
    pool = staticmethod(ops.adaptive_avg_pool1d)


class AdaptiveAvgPool2d(_AdaptiveAvgPool, torch.nn.AdaptiveAvgPool2d):
    """Means over two axes, to a given size: `torch.nn.AdaptiveAvgPool2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, *output_size)` or `(C, *output_size)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AdaptiveAvgPool2d(1)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 1, 1])
    """

    spatial = 2
    pool = staticmethod(ops.adaptive_avg_pool2d)


class AdaptiveAvgPool3d(_AdaptiveAvgPool, torch.nn.AdaptiveAvgPool3d):
    """Means over three axes, to a given size: `torch.nn.AdaptiveAvgPool3d` for every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, *output_size)` or `(C, *output_size)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AdaptiveAvgPool3d(1)(torch.ones(1, 3, 4, 4, 4)).shape
    torch.Size([1, 3, 1, 1, 1])
    """

    spatial = 3
    pool = staticmethod(ops.adaptive_avg_pool3d)


class _AdaptiveMaxPool(Pooling):
    """What the adaptive poolings by maxima share: their forward."""

    pool: ClassVar[Any]
    output_size: Any

    def forward(self, input: Array) -> Any:
        return self.pool(input, self.output_size, self.return_indices)


class AdaptiveMaxPool1d(_AdaptiveMaxPool, torch.nn.AdaptiveMaxPool1d):
    """Maxima over one axis, to a given size: `torch.nn.AdaptiveMaxPool1d` for every framework.

    Shape:
        Input `(N, C, L)` or `(C, L)`, output `(N, C, *output_size)` or `(C, *output_size)`; with
        `return_indices` the places of the largest come second, as in `MaxPool1d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AdaptiveMaxPool1d(1)(torch.ones(1, 3, 4)).shape
    torch.Size([1, 3, 1])
    """

    spatial = 1
    pool = staticmethod(ops.adaptive_max_pool1d)


class AdaptiveMaxPool2d(_AdaptiveMaxPool, torch.nn.AdaptiveMaxPool2d):
    """Maxima over two axes, to a given size: `torch.nn.AdaptiveMaxPool2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, *output_size)` or `(C, *output_size)`; with
        `return_indices` the places of the largest come second, as in `MaxPool2d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AdaptiveMaxPool2d(1)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 1, 1])
    """

    spatial = 2
    pool = staticmethod(ops.adaptive_max_pool2d)


class AdaptiveMaxPool3d(_AdaptiveMaxPool, torch.nn.AdaptiveMaxPool3d):
    """Maxima over three axes, to a given size: `torch.nn.AdaptiveMaxPool3d` for every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, *output_size)` or `(C, *output_size)`; with
        `return_indices` the places of the largest come second, as in `MaxPool3d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AdaptiveMaxPool3d(1)(torch.ones(1, 3, 4, 4, 4)).shape
    torch.Size([1, 3, 1, 1, 1])
    """

    spatial = 3
    pool = staticmethod(ops.adaptive_max_pool3d)
