"""Interpolation, with the names and meaning of `torch.nn.functional`: channels come before the spatial axes."""

from __future__ import annotations

import math
from typing import Any

import numpy

from bridge.dispatch import op
from bridge.dtypes import dtype_name
from bridge.ops.comparison import logical_and
from bridge.ops.creation import arange_like, asarray_like
from bridge.ops.indexing import take
from bridge.ops.manipulation import astype, expand_dims, shape, single_or_double
from bridge.ops.rearranging import repeat_interleave
from bridge.ops.resampling import (
    Kernel,
    as_number,
    at_least_one,
    cubic,
    cubic_taps,
    lanczos,
    linear_taps,
    resample,
    restored,
    triangle,
    weigh_axis,
    window_weights,
)
from bridge.ops.rounding import clip, floor
from bridge.shapes import pair
from bridge.typing import Array

__all__ = [
    "interpolate",
]

RANKS = {
    "nearest": (3, 4, 5),
    "nearest-exact": (3, 4, 5),
    "area": (3, 4, 5),
    "linear": (3,),
    "bilinear": (4,),
    "bicubic": (4,),
    "trilinear": (5,),
    "lanczos": (4,),
}
"""Each mode, and how many axes an input has in it."""

COPYING = {("nearest", 4), ("linear", 3), ("bilinear", 4), ("trilinear", 5)}
"""Modes, with the count of axes, in which PyTorch copies an axis that keeps its size, whatever the scale factor."""

ANTIALIASING: dict[str, Kernel] = {"bilinear": triangle, "bicubic": cubic(-0.5), "lanczos": lanczos(3)}
"""The kernels that may be stretched."""


@op
def interpolate(
    input: Array,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Array:
    """The spatial axes resized; `torch.nn.functional.interpolate`.

    Args:
        input: `(N, C, L)`, `(N, C, H, W)` or `(N, C, D, H, W)`, floating point or uint8.
        size: the spatial sizes of the output, one for all axes or one each; or else give `scale_factor`.
        scale_factor: what the sizes are multiplied by, one for all axes or one each; the output's are rounded down.
        mode: `"nearest"`, `"nearest-exact"` (the nearest by the centres of the elements) or `"area"` (the mean of what
            an element covers); `"linear"` of one spatial axis, `"bilinear"`, `"bicubic"` or `"lanczos"` of two,
            `"trilinear"` of three.
        align_corners: the centres of the corners stay where they are, instead of the outer edges.
        recompute_scale_factor: coordinates follow from the sizes rounded down, not from `scale_factor` itself.
        antialias: when it shrinks, `"bilinear"` and `"bicubic"` average; `"lanczos"` must.

    A uint8 that PyTorch computes by whole numbers may differ by one elsewhere.

    >>> ops.interpolate(torch.tensor([[[1.0, 3.0]]]), size=4, mode="linear")
    tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    _check(input, mode, align_corners, antialias)
    sizes = shape(input)[2:]
    targets, factors = targets_and_factors(sizes, size, scale_factor, recompute_scale_factor or mode == "area")
    x = input if mode.startswith("nearest") else single_or_double(input)
    for axis, (before, target, factor) in enumerate(zip(sizes, targets, factors, strict=True), 2):
        copied = factor is None or antialias or (mode, input.ndim) in COPYING
        if copied and isinstance(before, int) and isinstance(target, int) and before == target:
            continue
        if mode.startswith("nearest"):
            x = _nearest(x, axis, before, target, factor, 0.5 if mode == "nearest-exact" else 0.0)
        elif mode == "area":
            x = weigh_axis(x, _averaging(x, before, target), axis)
        else:
            x = _interpolated(x, axis, before, target, factor, mode, bool(align_corners), antialias)
    return restored(x, input.dtype)


def _check(input: Array, mode: str, align_corners: bool | None, antialias: bool) -> None:
    if input.ndim not in RANKS.get(mode, ()):
        ranks = "; ".join(f"{name} of {', '.join(map(str, ranks))}" for name, ranks in RANKS.items())
        raise NotImplementedError(f"expected a mode that takes {input.ndim} axes ({ranks}), got {mode!r}")
    if align_corners is not None and (mode.startswith("nearest") or mode == "area"):
        raise ValueError(f"align_corners has no meaning for the mode {mode!r}; leave it at None")
    if antialias and mode not in ANTIALIASING:
        raise ValueError(f"expected the mode {', '.join(ANTIALIASING)} with antialias, got {mode!r}")
    if mode == "lanczos" and (align_corners or not antialias):
        raise ValueError("the mode 'lanczos' expected antialias=True and no align_corners")
    name = dtype_name(input.dtype)
    if not mode.startswith("nearest") and name not in ("float16", "bfloat16", "float32", "float64", "uint8"):
        raise NotImplementedError(f"the mode {mode!r} expected floating point or uint8, got {name}")


def targets_and_factors(
    sizes: tuple[Any, ...], size: Any, scale_factor: Any, recompute: bool
) -> tuple[tuple[Any, ...], tuple[float | None, ...]]:
    """The spatial sizes of the output, and the factors that coordinates follow from, where they do."""
    unknown: tuple[float | None, ...] = (None,) * len(sizes)
    if (size is None) == (scale_factor is None):
        raise ValueError(f"expected either size or scale_factor, got {size} and {scale_factor}")
    if size is not None:
        return pair(size, len(sizes)), unknown
    numbers = (scale_factor,) * len(sizes) if isinstance(scale_factor, int | float) else tuple(scale_factor)
    if len(numbers) != len(sizes):
        raise ValueError(f"expected one scale_factor or {len(sizes)}, got {numbers}")
    targets = tuple(
        math.floor(before * factor)
        if isinstance(before, int)
        else astype(floor(astype(before, "float32") * factor), "int32")
        for before, factor in zip(sizes, numbers, strict=True)
    )
    return targets, unknown if recompute else numbers


def _places(x: Array, before: Any, target: Any) -> Array:
    """The output's elements, counted in the dtype of coordinates; a constant, where no size is dynamic."""
    dtype = "float64" if dtype_name(x.dtype) == "float64" else "float32"
    if isinstance(before, int) and isinstance(target, int):
        return numpy.arange(target, dtype=dtype)
    return arange_like(x, target, dtype=dtype)


def _step(places: Array, before: Any, target: Any, factor: float | None) -> Any:
    """How far the coordinate in the input moves for one element of the output."""
    return 1 / factor if factor is not None else as_number(before, places) / as_number(target, places)


def _nearest(x: Array, axis: int, before: Any, target: Any, factor: float | None, offset: float) -> Array:
    places = _places(x, before, target)
    index = floor((places + offset) * _step(places, before, target, factor))
    index = astype(clip(index, 0.0, as_number(before - 1, places)), "int32")
    if isinstance(index, numpy.ndarray) and target % before == 0:
        times = target // before
        if (index == numpy.arange(target) // times).all():
            return repeat_interleave(x, times, axis=axis)
    return take(x, index, axis=axis)


def _averaging(x: Array, before: Any, target: Any) -> Array:
    """`(target, before)`: the windows of adaptive pooling, which may overlap."""
    row, places = expand_dims(arange_like(x, target, dtype="int32"), -1), arange_like(x, before, dtype="int32")
    start, end = row * before // target, ((row + 1) * before + target - 1) // target
    inside = logical_and(places >= start, places < end)
    return astype(inside, x.dtype) / astype(end - start, x.dtype)


def _interpolated(
    x: Array, axis: int, before: Any, target: Any, factor: float | None, mode: str, align_corners: bool, antialias: bool
) -> Array:
    places = _places(x, before, target)
    offset = 0.0 if align_corners else 0.5
    step = _step(places, before, target, factor)
    if align_corners:
        gaps = as_number(target - 1, places)
        step = as_number(before - 1, places) / at_least_one(gaps) * (gaps / at_least_one(gaps))  # 0 for one element
    if antialias:
        weights = window_weights((places + 0.5) * step - 0.5, before, ANTIALIASING[mode], at_least_one(step))
        return weigh_axis(x, asarray_like(x, weights, dtype=x.dtype), axis)
    coordinates = (places + offset) * step - offset
    if mode == "bicubic":
        return resample(x, cubic_taps(coordinates), axis)
    return resample(x, linear_taps(clip(coordinates, 0.0)), axis)
