"""Pooling by means, with the names and meaning of `torch.nn.functional`: channels come before the spatial axes."""

from __future__ import annotations

import math

import numpy

from bridge.dispatch import op, primitive
from bridge.errors import UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops.arithmetic import abs, multiply, pow
from bridge.ops.creation import asarray_like
from bridge.ops.manipulation import reshape, shape, swapaxes
from bridge.ops.max_pooling import max_pool1d, max_pool2d, max_pool3d
from bridge.ops.products import matmul
from bridge.ops.reductions import mean
from bridge.shapes import pair
from bridge.typing import Array
from bridge.windows import Sizes, check_spatial, target_sizes

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
]


@primitive
def avg_pool1d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """The mean of each window over one spatial axis; `torch.nn.functional.avg_pool1d`.

    Args:
        input: `(N, C, L)`, or `(C, L)`.
        kernel_size: the window's size.
        stride: the step of the window; the window's size by default.
        padding: zeros added at both ends, at most half of the window.
        ceil_mode: a last window that overhangs counts too.
        count_include_pad: the zeros added count in the mean.

    Returns:
        `(N, C, L_out)`, or `(C, L_out)`.

    >>> ops.avg_pool1d(torch.arange(2.0).reshape(1, 2), 2)
    tensor([[0.5000]])
    """


@primitive
def avg_pool2d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The mean of each window over two spatial axes; `torch.nn.functional.avg_pool2d`.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        kernel_size: the window, one size for all axes or one each; so with the next two.
        stride: the step of the window; the window's size by default.
        padding: zeros added at both ends, at most half of the window.
        ceil_mode: a last window that overhangs counts too.
        count_include_pad: the zeros added count in the mean.
        divisor_override: what the sum is divided by instead of the count.

    Returns:
        `(N, C, H_out, W_out)`, or `(C, H_out, W_out)`.

    >>> ops.avg_pool2d(torch.arange(4.0).reshape(1, 2, 2), 2)
    tensor([[[1.5000]]])
    """


@primitive
def avg_pool3d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The mean of each window over three spatial axes; `torch.nn.functional.avg_pool3d`.

    Args:
        input: `(N, C, D, H, W)`, or `(C, D, H, W)`.
        kernel_size: the window, one size for all axes or one each; so with the next two.
        stride: the step of the window; the window's size by default.
        padding: zeros added at both ends, at most half of the window.
        ceil_mode: a last window that overhangs counts too.
        count_include_pad: the zeros added count in the mean.
        divisor_override: what the sum is divided by instead of the count.

    Returns:
        `(N, C, D_out, H_out, W_out)`, or `(C, D_out, H_out, W_out)`.

    >>> ops.avg_pool3d(torch.arange(8.0).reshape(1, 2, 2, 2), 2)
    tensor([[[[3.5000]]]])
    """


@op
def adaptive_avg_pool1d(input: Array, output_size: int | tuple[int | None, ...] | None) -> Array:
    """The means of windows chosen so that the output has `output_size`; `torch.nn.functional.adaptive_avg_pool1d`.

    Args:
        input: `(N, C, L)`, or `(C, L)`.
        output_size: the size, or `None` for the input's.

    Raises:
        UnsupportedOpError: an axis is dynamic in TensorFlow and the output's size there is not 1.

    >>> ops.adaptive_avg_pool1d(torch.arange(2.0).reshape(1, 2), 1)
    tensor([[0.5000]])
    """
    return _adaptive_means(input, output_size, 1)


@op
def adaptive_avg_pool2d(input: Array, output_size: int | tuple[int | None, ...] | None) -> Array:
    """The means of windows chosen so that the output has `output_size`; `torch.nn.functional.adaptive_avg_pool2d`.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        output_size: one size for all axes or one each; `None` keeps the input's.

    Raises:
        UnsupportedOpError: an axis is dynamic in TensorFlow and the output's size there is not 1.

    >>> ops.adaptive_avg_pool2d(torch.arange(4.0).reshape(1, 2, 2), 1)
    tensor([[[1.5000]]])
    """
    return _adaptive_means(input, output_size, 2)


@op
def adaptive_avg_pool3d(input: Array, output_size: int | tuple[int | None, ...] | None) -> Array:
    """The means of windows chosen so that the output has `output_size`; `torch.nn.functional.adaptive_avg_pool3d`.

    Args:
        input: `(N, C, D, H, W)`, or `(C, D, H, W)`.
        output_size: one size for all axes or one each; `None` keeps the input's.

    Raises:
        UnsupportedOpError: an axis is dynamic in TensorFlow and the output's size there is not 1.

    >>> ops.adaptive_avg_pool3d(torch.arange(8.0).reshape(1, 2, 2, 2), 1)
    tensor([[[[3.5000]]]])
    """
    return _adaptive_means(input, output_size, 3)


@op
def lp_pool1d(
    input: Array, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Array:
    """The `norm_type`-norm of each window: `sum(x**p) ** (1 / p)`; `torch.nn.functional.lp_pool1d`.

    Args:
        input: `(N, C, L)`, or `(C, L)`.
        norm_type: the power `p`; infinite for the largest absolute value.
        kernel_size: the window's size.
        stride: the step of the window; the window's size by default.
        ceil_mode: a last window that overhangs counts too, scaled to the size of a full one.

    Returns:
        `(N, C, L_out)`, or `(C, L_out)`.

    >>> ops.lp_pool1d(torch.ones(1, 2), 1, 2)
    tensor([[2.]])
    """
    return _power_means(input, norm_type, kernel_size, stride, ceil_mode, 1)


@op
def lp_pool2d(
    input: Array, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Array:
    """The `norm_type`-norm of each window: `sum(x**p) ** (1 / p)`; `torch.nn.functional.lp_pool2d`.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        norm_type: the power `p`; infinite for the largest absolute value.
        kernel_size: the window, one size for all axes or one each; so with the next one.
        stride: the step of the window; the window's size by default.
        ceil_mode: a last window that overhangs counts too, scaled to the size of a full one.

    Returns:
        `(N, C, H_out, W_out)`, or `(C, H_out, W_out)`.

    >>> ops.lp_pool2d(torch.ones(1, 2, 2), 1, 2)
    tensor([[[4.]]])
    """
    return _power_means(input, norm_type, kernel_size, stride, ceil_mode, 2)


@op
def lp_pool3d(
    input: Array, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False
) -> Array:
    """The `norm_type`-norm of each window: `sum(x**p) ** (1 / p)`; `torch.nn.functional.lp_pool3d`.

    Args:
        input: `(N, C, D, H, W)`, or `(C, D, H, W)`.
        norm_type: the power `p`; infinite for the largest absolute value.
        kernel_size: the window, one size for all axes or one each; so with the next one.
        stride: the step of the window; the window's size by default.
        ceil_mode: a last window that overhangs counts too, scaled to the size of a full one.

    Returns:
        `(N, C, D_out, H_out, W_out)`, or `(C, D_out, H_out, W_out)`.

    >>> ops.lp_pool3d(torch.ones(1, 2, 2, 2), 1, 2)
    tensor([[[[8.]]]])
    """
    return _power_means(input, norm_type, kernel_size, stride, ceil_mode, 3)


def _adaptive_means(input: Array, output_size: int | tuple[int | None, ...] | None, spatial: int) -> Array:
    check_spatial(input, spatial)
    sizes = shape(input)[-spatial:]
    targets = target_sizes(output_size, sizes)
    whole = tuple(axis - spatial for axis, target in enumerate(targets) if isinstance(target, int) and target == 1)
    if whole:
        input = mean(input, axis=whole, keepdims=True)
    for axis, (size, target) in enumerate(zip(sizes, targets, strict=True), -spatial):
        if axis not in whole and target is not size:
            _check_fixed(input, size, targets)
            input = _means_along(input, axis, size, target)
    return input


def _check_fixed(input: Array, size: object, targets: tuple[int, ...]) -> None:
    if not isinstance(size, int):
        raise UnsupportedOpError(
            f"adaptive_avg_pool{len(targets)}d from a dynamic size to {targets}",
            str(framework_of(input)),
            f"Give the input fixed spatial sizes, or pool to {(1,) * len(targets)}.",
        )


def _means_along(input: Array, axis: int, size: int, target: int) -> Array:
    if size % target:
        averaging = asarray_like(input, averaging_matrix(size, target).T, dtype=input.dtype)
        rows = swapaxes(input, axis, -1)
        # Of two axes alone: TensorFlow's oneDNN has a fault in broadcast products of batches of size 1.
        means = matmul(reshape(rows, (-1, size)), averaging)
        return swapaxes(reshape(means, (*shape(rows)[:-1], target)), axis, -1)
    sizes = shape(input)
    after = sizes[len(sizes) + axis + 1 :]
    return mean(reshape(input, (*sizes[:axis], target, size // target, *after)), axis=axis)


def averaging_matrix(size: int, target: int) -> numpy.ndarray:
    """`(target, size)`: each row averages one of PyTorch's adaptive windows."""
    matrix = numpy.zeros((target, size))
    for row in range(target):
        start, end = row * size // target, -(-(row + 1) * size // target)
        matrix[row, start:end] = 1 / (end - start)
    return matrix


def _power_means(
    input: Array, norm_type: float, kernel_size: Sizes, stride: Sizes | None, ceil_mode: bool, spatial: int
) -> Array:
    if math.isinf(norm_type):
        largest = (max_pool1d, max_pool2d, max_pool3d)[spatial - 1]
        sign = 1 if norm_type > 0 else -1
        return multiply(largest(multiply(abs(input), sign), kernel_size, stride, ceil_mode=ceil_mode), sign)
    average = (avg_pool1d, avg_pool2d, avg_pool3d)[spatial - 1]
    means = average(pow(input, norm_type), kernel_size, stride, 0, ceil_mode)
    return pow(multiply(means, math.prod(pair(kernel_size, spatial))), 1 / norm_type)
