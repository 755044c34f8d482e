"""Pooling by maxima, over windows that lie evenly or at random distances."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from bridge import ops
from bridge.layers.pooling import Pooling
from bridge.typing import Array

__all__ = ["FractionalMaxPool2d", "FractionalMaxPool3d", "MaxPool1d", "MaxPool2d", "MaxPool3d"]


class _MaxPool(Pooling):
    """What the poolings by maxima share: their forward."""

    pool: ClassVar[Any]
    kernel_size: Any
    stride: Any
    padding: Any
    dilation: Any

    def forward(self, input: Array) -> Any:
        return self.pool(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            ceil_mode=self.ceil_mode,
            return_indices=self.return_indices,
        )


class MaxPool1d(_MaxPool, torch.nn.MaxPool1d):
    """The largest of each window over one axis: `torch.nn.MaxPool1d` for every framework.

    Shape:
        Input `(N, C, L)` or `(C, L)`, output `(N, C, L_out)` or `(C, L_out)`; with
        `return_indices` the places of the largest come second, for `MaxUnpool1d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.MaxPool1d(2)(torch.ones(1, 3, 4)).shape
    torch.Size([1, 3, 2])
    """

    spatial = 1
    pool = staticmethod(ops.max_pool1d)


class MaxPool2d(_MaxPool, torch.nn.MaxPool2d):
    """The largest of each window over two axes: `torch.nn.MaxPool2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`; with
        `return_indices` the places of the largest come second, for `MaxUnpool2d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.MaxPool2d(2)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 2, 2])
    """

    spatial = 2
    pool = staticmethod(ops.max_pool2d)


class MaxPool3d(_MaxPool, torch.nn.MaxPool3d):
    """The largest of each window over three axes: `torch.nn.MaxPool3d` for every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, D_out, H_out, W_out)` or `(C, D_out, H_out, W_out)`;
        with `return_indices` the places of the largest come second, for `MaxUnpool3d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.MaxPool3d(2)(torch.ones(1, 3, 4, 4, 4)).shape
    torch.Size([1, 3, 2, 2, 2])
    """

    spatial = 3
    pool = staticmethod(ops.max_pool3d)


class _FractionalMaxPool(Pooling):
    """What the fractional poolings share: their forward."""

    draws_in_eval = True
    pool: ClassVar[Any]
    kernel_size: Any
    output_size: Any
    output_ratio: Any

    def forward(self, input: Array) -> Any:
        return self.pool(
            input,
            self.kernel_size,
            self.output_size,
            self.output_ratio,
            self.return_indices,
            _random_samples=self._random_samples,
        )


class FractionalMaxPool2d(_FractionalMaxPool, torch.nn.FractionalMaxPool2d):
    """The largest of windows at random distances: `torch.nn.FractionalMaxPool2d` for every framework.

    The windows are drawn anew at each call, in eval mode too: from torch's generator, the `rng` key in JAX, the seed in
    TensorFlow. Constructed with `_random_samples` `(N, C, 2)`, it takes those, and is the same in every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`; with
        `return_indices` the places of the largest come second, as in `MaxPool2d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.FractionalMaxPool2d(2, output_size=3)(torch.ones(1, 3, 5, 5)).shape
    torch.Size([1, 3, 3, 3])
    """

    spatial = 2
    pool = staticmethod(ops.fractional_max_pool2d)


class FractionalMaxPool3d(_FractionalMaxPool, torch.nn.FractionalMaxPool3d):
    """The largest of windows at random distances: `torch.nn.FractionalMaxPool3d` for every framework.

    The windows are drawn anew at each call, in eval mode too: from torch's generator, the `rng` key in JAX, the seed in
    TensorFlow. Constructed with `_random_samples` `(N, C, 3)`, it takes those, and is the same in every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, D_out, H_out, W_out)` or `(C, D_out, H_out, W_out)`;
        with `return_indices` the places of the largest come second, as in `MaxPool3d`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.FractionalMaxPool3d(2, output_size=3)(torch.ones(1, 3, 5, 5, 5)).shape
    torch.Size([1, 3, 3, 3, 3])
    """

    spatial = 3
    pool = staticmethod(ops.fractional_max_pool3d)
