"""Pooling by means and by norms."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from bridge import ops
from bridge.layers.pooling import Pooling
from bridge.typing import Array

__all__ = ["AvgPool1d", "AvgPool2d", "AvgPool3d", "LPPool1d", "LPPool2d", "LPPool3d"]


class _AvgPool(Pooling):
    """What the poolings by means share: their forward."""

    pool: ClassVar[Any]
    kernel_size: Any
    stride: Any
    padding: Any
    ceil_mode: bool
    count_include_pad: bool

    def forward(self, input: Array) -> Array:
        return self.pool(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad, *self._divisor()
        )

    def _divisor(self) -> tuple[Any, ...]:
        return (self.divisor_override,)


class AvgPool1d(_AvgPool, torch.nn.AvgPool1d):
    """The mean of each window over one axis: `torch.nn.AvgPool1d` for every framework.

    Shape:
        Input `(N, C, L)` or `(C, L)`, output `(N, C, L_out)` or `(C, L_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AvgPool1d(2)(torch.ones(1, 3, 4)).shape
    torch.Size([1, 3, 2])
    """

    spatial = 1
    pool = staticmethod(ops.avg_pool1d)

    def _divisor(self) -> tuple[Any, ...]:
        return ()


class AvgPool2d(_AvgPool, torch.nn.AvgPool2d):
    """The mean of each window over two axes: `torch.nn.AvgPool2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AvgPool2d(2)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 2, 2])
    """

    spatial = 2
    pool = staticmethod(ops.avg_pool2d)


class AvgPool3d(_AvgPool, torch.nn.AvgPool3d):
    """The mean of each window over three axes: `torch.nn.AvgPool3d` for every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, D_out, H_out, W_out)` or `(C, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AvgPool3d(2)(torch.ones(1, 3, 4, 4, 4)).shape
    torch.Size([1, 3, 2, 2, 2])
    """

    spatial = 3
    pool = staticmethod(ops.avg_pool3d)


class _LPPool(Pooling):
    """What the poolings by norms share: their forward."""

    pool: ClassVar[Any]
    norm_type: float
    kernel_size: Any
    stride: Any
    ceil_mode: bool

    def forward(self, input: Array) -> Array:
        return self.pool(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)


class LPPool1d(_LPPool, torch.nn.LPPool1d):
    """The norm of each window over one axis: `torch.nn.LPPool1d` for every framework.

    Shape:
        Input `(N, C, L)` or `(C, L)`, output `(N, C, L_out)` or `(C, L_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.LPPool1d(2, 2)(torch.ones(1, 3, 4)).shape
    torch.Size([1, 3, 2])
    """

    spatial = 1
    pool = staticmethod(ops.lp_pool1d)


class LPPool2d(_LPPool, torch.nn.LPPool2d):
    """The norm of each window over two axes: `torch.nn.LPPool2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.LPPool2d(2, 2)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 2, 2])
    """

    spatial = 2
    pool = staticmethod(ops.lp_pool2d)


class LPPool3d(_LPPool, torch.nn.LPPool3d):
    """The norm of each window over three axes: `torch.nn.LPPool3d` for every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, D_out, H_out, W_out)` or `(C, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.LPPool3d(2, 2)(torch.ones(1, 3, 4, 4, 4)).shape
    torch.Size([1, 3, 2, 2, 2])
    """

    spatial = 3
    pool = staticmethod(ops.lp_pool3d)
