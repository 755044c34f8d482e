"""Pooling, with the names and meaning of `torch.nn.functional`: channels come before the spatial axes."""

from __future__ import annotations

import numpy

from bridge.dispatch import op, primitive
from bridge.errors import UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops.creation import zeros_like
from bridge.ops.elementwise import add
from bridge.ops.manipulation import astype, reshape, shape
from bridge.ops.products import matmul, matrix_transpose
from bridge.ops.reductions import mean
from bridge.shapes import pair
from bridge.typing import Array

__all__ = [
    "adaptive_avg_pool2d",
    "avg_pool2d",
    "max_pool2d",
]


@primitive
def max_pool2d(
    input: Array,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Array:
    """The largest of each window; `torch.nn.functional.max_pool2d`.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        kernel_size: the window, one size for both axes or one each; so with the next three.
        stride: the step of the window; the window's size by default.
        padding: minus infinity added at both ends, at most half of the window.
        dilation: the distance between a window's elements.
        ceil_mode: a last window that overhangs counts too.
        return_indices: the places of the largest come second; torch only.

    Returns:
        `(N, C, H_out, W_out)`, or `(C, H_out, W_out)`.

    Raises:
        UnsupportedOpError: `return_indices` outside torch.

    >>> ops.max_pool2d(torch.arange(4.0).reshape(1, 2, 2), 2)
    tensor([[[3.]]])
    """


@primitive
def avg_pool2d(
    input: Array,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The mean of each window; `torch.nn.functional.avg_pool2d`.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        kernel_size: the window, one size for both axes or one each; so with the next two.
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


@op
def adaptive_avg_pool2d(input: Array, output_size: int | tuple[int | None, int | None] | None) -> Array:
    """The means of windows chosen so that the output has `output_size`; `torch.nn.functional.adaptive_avg_pool2d`.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        output_size: one size for both axes or one each; `None` keeps the input's.

    Raises:
        UnsupportedOpError: H or W is dynamic and the output's size there is not 1.

    >>> ops.adaptive_avg_pool2d(torch.arange(4.0).reshape(1, 2, 2), 1)
    tensor([[[1.5000]]])
    """
    targets = output_size if isinstance(output_size, tuple | list) else (output_size, output_size)
    sizes = shape(input)
    height, width = (size if target is None else target for size, target in zip(sizes[-2:], targets, strict=True))
    if height == 1 and width == 1:
        return mean(input, axis=(-2, -1), keepdims=True)
    if not all(isinstance(size, int) for size in sizes[-2:]):
        raise UnsupportedOpError(
            f"adaptive_avg_pool2d from a dynamic size to {(height, width)}",
            str(framework_of(input)),
            "Give the input fixed spatial sizes, or pool to (1, 1).",
        )
    if sizes[-2] % height == 0 and sizes[-1] % width == 0:
        blocks = (*sizes[:-2], height, sizes[-2] // height, width, sizes[-1] // width)
        return mean(reshape(input, blocks), axis=(-3, -1))
    rows = _constant_like(input, averaging_matrix(sizes[-2], height))
    columns = _constant_like(input, averaging_matrix(sizes[-1], width))
    return matmul(rows, matmul(input, matrix_transpose(columns)))


def _constant_like(input: Array, constant: numpy.ndarray) -> Array:
    """A NumPy array in the framework and the dtype of `input`, which `asarray` outside a layer would not see."""
    return astype(add(zeros_like(input, shape=constant.shape), constant), input.dtype)


def averaging_matrix(size: int, target: int) -> numpy.ndarray:
    """`(target, size)`: each row averages one of PyTorch's adaptive windows."""
    matrix = numpy.zeros((target, size), numpy.float32)
    for row in range(target):
        start, end = row * size // target, -(-(row + 1) * size // target)
        matrix[row, start:end] = 1 / (end - start)
    return matrix


def overhang(size: int, window: int, stride: int, padding: int, ceil_mode: bool) -> int:
    """What must be added at an axis's end, beyond `padding`, for PyTorch's count of pooling windows.

    With `ceil_mode` a last window counts if it starts within the input or the padding before it.
    """
    span = size + 2 * padding - window
    steps = -(-span // stride) if ceil_mode else span // stride
    if ceil_mode and steps * stride >= size + padding:
        steps -= 1
    if steps < 0:
        raise ValueError(f"a pooling window of {window} does not fit in {size} elements padded by {padding}")
    return steps * stride - span


def window_arguments(
    kernel_size: int | tuple[int, ...], stride: int | tuple[int, ...] | None, padding: int | tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Kernel, stride and padding of a pooling over two axes, one number for each axis.

    Raises:
        ValueError: the padding is more than half of the window, as in PyTorch.
    """
    kernel, paddings = pair(kernel_size, 2), pair(padding, 2)
    if any(2 * padding > window for padding, window in zip(paddings, kernel, strict=True)):
        raise ValueError(f"pooling expected a padding of at most half the window {kernel}, got {paddings}")
    return kernel, kernel if stride is None or stride == () else pair(stride, 2), paddings
