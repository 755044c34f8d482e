"""Pooling; channels come before the spatial axes, as in torch.nn."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array


class _Pooling(Layer):
    """What the poolings over two axes share: the check of the input."""

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or len(shape) in (3, 4),
            "(N, C, H, W) or (C, H, W)",
            input,
            "Channels come before height and width.",
        )


class MaxPool2d(_Pooling, torch.nn.MaxPool2d):
    """The largest of each window: `torch.nn.MaxPool2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.MaxPool2d(2)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 2, 2])
    """

    def forward(self, input: Array) -> Array:
        return ops.max_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            ceil_mode=self.ceil_mode,
            return_indices=self.return_indices,
        )


class AvgPool2d(_Pooling, torch.nn.AvgPool2d):
    """The mean of each window: `torch.nn.AvgPool2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AvgPool2d(2)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 2, 2])
    """

    def forward(self, input: Array) -> Array:
        return ops.avg_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class AdaptiveAvgPool2d(_Pooling, torch.nn.AdaptiveAvgPool2d):
    """Means over windows that give the output its size: `torch.nn.AdaptiveAvgPool2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, *output_size)` or `(C, *output_size)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.AdaptiveAvgPool2d(1)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 1, 1])
    """

    def forward(self, input: Array) -> Array:
        return ops.adaptive_avg_pool2d(input, self.output_size)
