"""Pooling by maxima, with the names and meaning of `torch.nn.functional`: channels come before the spatial axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.dispatch import op, primitive
from bridge.errors import UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops.arithmetic import maximum, minimum, where
from bridge.ops.creation import arange_like
from bridge.ops.indexing import take, take_along_axis
from bridge.ops.manipulation import astype, expand_dims, flatten, reshape, shape, squeeze
from bridge.ops.random import draw_uniform
from bridge.ops.reductions import argmax
from bridge.shapes import pair
from bridge.typing import Array
from bridge.windows import Sizes, Windows, check_spatial, target_sizes, window_count

__all__ = [
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "fractional_max_pool2d",
    "fractional_max_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
]


@primitive
def max_pool1d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Array:
    """The largest of each window over one spatial axis; `torch.nn.functional.max_pool1d`.

    Where several are the largest, the gradient is the first one's, as in PyTorch.

    Args:
        input: `(N, C, L)`, or `(C, L)`.
        kernel_size: the window's size.
        stride: the step of the window; the window's size by default.
        padding: minus infinity added at both ends, at most half of the window.
        dilation: the distance between a window's elements.
        ceil_mode: a last window that overhangs counts too.
        return_indices: the places of the largest come second, for `max_unpool1d`: int64 (int32 in JAX without x64),
            along the axis.

    Returns:
        `(N, C, L_out)`, or `(C, L_out)`; twice with `return_indices`.

    >>> ops.max_pool1d(torch.arange(2.0).reshape(1, 2), 2)
    tensor([[1.]])
    """


@primitive
def max_pool2d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Array:
    """The largest of each window over two spatial axes; `torch.nn.functional.max_pool2d`.

    Where several are the largest, the gradient is the first one's, as in PyTorch.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        kernel_size: the window, one size for all axes or one each; so with the next three.
        stride: the step of the window; the window's size by default.
        padding: minus infinity added at both ends, at most half of the window.
        dilation: the distance between a window's elements.
        ceil_mode: a last window that overhangs counts too.
        return_indices: the places of the largest come second, for `max_unpool2d`: int64 (int32 in JAX without x64),
            counted through the spatial axes in row-major order.

    Returns:
        `(N, C, H_out, W_out)`, or `(C, H_out, W_out)`; twice with `return_indices`.

    >>> ops.max_pool2d(torch.arange(4.0).reshape(1, 2, 2), 2)
    tensor([[[3.]]])
    """


@primitive
def max_pool3d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Array:
    """The largest of each window over three spatial axes; `torch.nn.functional.max_pool3d`.

    Where several are the largest, the gradient is the first one's, as in PyTorch.

    Args:
        input: `(N, C, D, H, W)`, or `(C, D, H, W)`.
        kernel_size: the window, one size for all axes or one each; so with the next three.
        stride: the step of the window; the window's size by default.
        padding: minus infinity added at both ends, at most half of the window.
        dilation: the distance between a window's elements.
        ceil_mode: a last window that overhangs counts too.
        return_indices: the places of the largest come second, for `max_unpool3d`: int64 (int32 in JAX without x64),
            counted through the spatial axes in row-major order.

    Returns:
        `(N, C, D_out, H_out, W_out)`, or `(C, D_out, H_out, W_out)`; twice with `return_indices`.

    >>> ops.max_pool3d(torch.arange(8.0).reshape(1, 2, 2, 2), 2)
    tensor([[[[7.]]]])
    """


@op
def adaptive_max_pool1d(
    input: Array, output_size: int | tuple[int | None, ...] | None, return_indices: bool = False
) -> Array:
    """The largest of windows chosen so that the output has `output_size`; `torch.nn.functional.adaptive_max_pool1d`.

    Args:
        input: `(N, C, L)`, or `(C, L)`.
        output_size: the size, or `None` for the input's.
        return_indices: the places of the largest come second, as in `max_pool1d`.

    >>> ops.adaptive_max_pool1d(torch.arange(2.0).reshape(1, 2), 1)
    tensor([[1.]])
    """
    return _adaptive_largest(input, output_size, return_indices, 1)


@op
def adaptive_max_pool2d(
    input: Array, output_size: int | tuple[int | None, ...] | None, return_indices: bool = False
) -> Array:
    """The largest of windows chosen so that the output has `output_size`; `torch.nn.functional.adaptive_max_pool2d`.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        output_size: one size for all axes or one each; `None` keeps the input's.
        return_indices: the places of the largest come second, as in `max_pool2d`.

    >>> ops.adaptive_max_pool2d(torch.arange(4.0).reshape(1, 2, 2), 1)
    tensor([[[3.]]])
    """
    return _adaptive_largest(input, output_size, return_indices, 2)


@op
def adaptive_max_pool3d(
    input: Array, output_size: int | tuple[int | None, ...] | None, return_indices: bool = False
) -> Array:
    """The largest of windows chosen so that the output has `output_size`; `torch.nn.functional.adaptive_max_pool3d`.

    Args:
        input: `(N, C, D, H, W)`, or `(C, D, H, W)`.
        output_size: one size for all axes or one each; `None` keeps the input's.
        return_indices: the places of the largest come second, as in `max_pool3d`.

    >>> ops.adaptive_max_pool3d(torch.arange(8.0).reshape(1, 2, 2, 2), 1)
    tensor([[[[7.]]]])
    """
    return _adaptive_largest(input, output_size, return_indices, 3)


@op
def fractional_max_pool2d(
    input: Array,
    kernel_size: Sizes,
    output_size: Sizes | None = None,
    output_ratio: float | tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Array | None = None,
) -> Array:
    """The largest of windows that start at random distances; `torch.nn.functional.fractional_max_pool2d`.

    The windows are drawn anew for each plane: from torch's generator, the `rng` key in JAX, the seed in TensorFlow.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        kernel_size: the window, one size for all axes or one each; so with the next two.
        output_size: `(H_out, W_out)`; either it or `output_ratio` is given.
        output_ratio: the output's size as a part of the input's, below 1.
        return_indices: the places of the largest come second, as in `max_pool2d`.
        _random_samples: `(N, C, 2)`, from 0 to 1 and of the input's dtype, in place of what would be drawn.

    Raises:
        ValueError: neither a size nor a ratio is given, or the windows do not fit.
        UnsupportedOpError: a spatial axis is dynamic in TensorFlow.
        RuntimeError: there is no random key to draw from, in JAX or TensorFlow.

    Reference: Graham, Fractional max-pooling, https://arxiv.org/abs/1412.6071

    >>> ops.fractional_max_pool2d(torch.ones(1, 1, 5, 5), 2, 3).shape
    torch.Size([1, 1, 3, 3])
    """
    return _fractional_largest(input, kernel_size, output_size, output_ratio, return_indices, _random_samples, 2)


@op
def fractional_max_pool3d(
    input: Array,
    kernel_size: Sizes,
    output_size: Sizes | None = None,
    output_ratio: float | tuple[float, ...] | None = None,
    return_indices: bool = False,
    _random_samples: Array | None = None,
) -> Array:
    """The largest of windows that start at random distances; `torch.nn.functional.fractional_max_pool3d`.

    The windows are drawn anew for each plane: from torch's generator, the `rng` key in JAX, the seed in TensorFlow.

    Args:
        input: `(N, C, D, H, W)`, or `(C, D, H, W)`.
        kernel_size: the window, one size for all axes or one each; so with the next two.
        output_size: `(D_out, H_out, W_out)`; either it or `output_ratio` is given.
        output_ratio: the output's size as a part of the input's, below 1.
        return_indices: the places of the largest come second, as in `max_pool3d`.
        _random_samples: `(N, C, 3)`, from 0 to 1 and of the input's dtype, in place of what would be drawn.

    Raises:
        ValueError: neither a size nor a ratio is given, or the windows do not fit.
        UnsupportedOpError: a spatial axis is dynamic in TensorFlow.
        RuntimeError: there is no random key to draw from, in JAX or TensorFlow.

    Reference: Graham, Fractional max-pooling, https://arxiv.org/abs/1412.6071

    >>> ops.fractional_max_pool3d(torch.ones(1, 1, 5, 5, 5), 2, 3).shape
    torch.Size([1, 1, 3, 3, 3])
    """
    return _fractional_largest(input, kernel_size, output_size, output_ratio, return_indices, _random_samples, 3)


def _adaptive_largest(
    input: Array, output_size: int | tuple[int | None, ...] | None, return_indices: bool, spatial: int
) -> Array:
    check_spatial(input, spatial)
    sizes = whole_sizes(input, spatial)
    targets = target_sizes(output_size, sizes)
    axes = list(zip(sizes, targets, strict=True))
    if not return_indices and all(isinstance(size, int) and size % target == 0 for size, target in axes):
        return (max_pool1d, max_pool2d, max_pool3d)[spatial - 1](input, tuple(size // target for size, target in axes))
    places = [_adaptive_places(input, size, target) for size, target in axes]
    return _largest(input, places, return_indices)


def _adaptive_places(input: Array, size: Any, target: Any) -> Array:
    rows = arange_like(input, target)
    starts, ends = rows * size // target, ((rows + 1) * size + target - 1) // target
    divides = isinstance(size, int) and size % target == 0
    longest = size // target if divides else (size - 1) // target + 2
    return minimum(expand_dims(starts, 1) + arange_like(input, longest), expand_dims(ends - 1, 1))


def largest_in_windows(input: Array, windows: Windows, ceil_mode: bool, return_indices: bool) -> Array:
    """The largest of each window, by looking up all of its elements: for frameworks that lack dilation or indices."""
    sizes = whole_sizes(input, len(windows.kernel))
    axes = zip(sizes, *windows, windows.spans, strict=True)
    places = [
        _places(input, size, window_count(size, span, stride, before, ceil_mode), kernel, stride, dilation, before)
        for size, kernel, stride, dilation, (before, _), span in axes
    ]
    return _largest(input, places, return_indices)


def _places(input: Array, size: Any, count: Any, kernel: int, stride: int, dilation: int, before: int) -> Array:
    """`(count, kernel)`: what each window holds of an axis, with the nearest inside it for what lies outside."""
    starts = arange_like(input, count) * stride - before
    places = expand_dims(starts, 1) + arange_like(input, kernel) * dilation
    return minimum(maximum(places, places % dilation), size - 1 - (size - 1 - places) % dilation)


def _fractional_largest(
    input: Array,
    kernel_size: Sizes,
    output_size: Sizes | None,
    output_ratio: float | tuple[float, ...] | None,
    return_indices: bool,
    samples: Array | None,
    spatial: int,
) -> Array:
    check_spatial(input, spatial)
    batched = input if len(input.shape) == spatial + 2 else expand_dims(input, 0)
    sizes, kernel = shape(batched), pair(kernel_size, spatial)
    if not all(isinstance(size, int) for size in sizes[2:]):
        raise UnsupportedOpError(
            "fractional pooling over a dynamic size", str(framework_of(input)), "Give the input fixed spatial sizes."
        )
    targets = _fractional_targets(sizes[2:], output_size, output_ratio)
    if any(window + target - 1 > size for window, target, size in zip(kernel, targets, sizes[2:], strict=True)):
        raise ValueError(f"{targets} windows of {kernel} do not fit in {tuple(sizes[2:])} elements")
    if samples is None:
        samples = draw_uniform((*sizes[:2], spatial), (batched,), dtype=batched.dtype)
    samples = samples[: sizes[0]]  # torch takes the first where more came
    order = (1, 0) if spatial == 2 else (0, 1, 2)  # torch takes the last axis's from the first column, of two alone
    places = [
        _fractional_places(samples[..., column], *axis)
        for column, *axis in zip(order, sizes[2:], targets, kernel, strict=True)
    ]
    results = _largest(batched, places, return_indices)
    if batched is input:
        return results
    return tuple(squeeze(result, 0) for result in results) if return_indices else squeeze(results, 0)


def _fractional_targets(
    sizes: Sequence[int], output_size: Sizes | None, output_ratio: float | tuple[float, ...] | None
) -> tuple[int, ...]:
    if output_size is not None:
        return pair(output_size, len(sizes))
    if output_ratio is None:
        raise ValueError("expected an output_size or an output_ratio")
    ratios = (output_ratio,) * len(sizes) if isinstance(output_ratio, int | float) else output_ratio
    return tuple(int(size * ratio) for size, ratio in zip(sizes, ratios, strict=True))


def _fractional_places(samples: Array, size: int, target: int, kernel: int) -> Array:
    """`(N, C, target, kernel)` from samples of `(N, C)`: windows whose first starts at 0 and last ends at the end."""
    rows = arange_like(samples, target)
    step = (size - kernel) / max(target - 1, 1)
    samples = expand_dims(samples, -1)
    random = astype((astype(rows, samples.dtype) + samples) * step, "int64") - astype(samples * step, "int64")
    starts = where(rows == target - 1, size - kernel, random)
    return expand_dims(starts, -1) + arange_like(samples, kernel)


def whole_sizes(x: Array, count: int) -> list[Any]:
    """The last `count` sizes; a dynamic one as int64, like the indices that are reckoned from it."""
    return [size if isinstance(size, int) else astype(size, "int64") for size in shape(x)[-count:]]


def _largest(input: Array, places: Sequence[Array], return_indices: bool) -> Array:
    """The first of the largest in each window, of which `places` gives the elements on each spatial axis.

    Args:
        input: `(..., *spatial)`.
        places: for each spatial axis `(count, size of the window)`, or with the axes before `spatial` in front.
        return_indices: whether the places in a plane come second.
    """
    spatial = len(places)
    sizes = shape(input)
    windows = _windows_of_planes(places, whole_sizes(input, spatial))
    planes = flatten(input, -spatial)
    if len(windows.shape) == 2:  # the same in all planes
        count, size = whole_sizes(windows, 2)
        winners = argmax(take(planes, windows, axis=-1), axis=-1)
        indices = take(reshape(windows, (-1,)), winners + arange_like(input, count) * size, axis=0)
    else:
        elements = reshape(take_along_axis(planes, flatten(windows, -2), axis=-1), shape(windows))
        indices = squeeze(take_along_axis(windows, argmax(elements, axis=-1, keepdims=True), axis=-1), -1)
    output = (*sizes[:-spatial], *(shape(place)[-2] for place in places))
    values = reshape(take_along_axis(planes, indices, axis=-1), output)
    return (values, reshape(indices, output)) if return_indices else values


def _windows_of_planes(places: Sequence[Array], sizes: Sequence[Any]) -> Array:
    """`(..., count, size of the window)`: each window's elements as indices into the spatial axes made one."""
    windows = places[0]
    for place, size in zip(places[1:], sizes[1:], strict=True):
        pairs = windows[..., :, None, :, None] * size + place[..., None, :, None, :]
        windows = flatten(flatten(pairs, -2), -3, -2)
    return windows
