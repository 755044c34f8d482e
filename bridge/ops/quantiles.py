"""Medians, quantiles and percentiles, with NumPy's names and meaning; those called `nan...` leave NaN out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy
import torch

from bridge.dispatch import op
from bridge.dtypes import dtype_name, is_inexact
from bridge.frameworks import framework_of
from bridge.ops.arithmetic import divide, where
from bridge.ops.comparison import equal, isnan, logical_not
from bridge.ops.creation import asarray_like
from bridge.ops.indexing import take_along_axis
from bridge.ops.manipulation import astype, expand_dims, permute_dims, reshape, shape
from bridge.ops.reductions import count_nonzero
from bridge.ops.sorting import sort
from bridge.shapes import normalize_axes
from bridge.typing import Array, Axis

__all__ = [
    "median",
    "nanmedian",
    "nanpercentile",
    "nanquantile",
    "percentile",
    "quantile",
]

Parts: TypeAlias = Any
"""Which quantiles: one number, several in a sequence, or a tensor of no axis or one."""

CHOOSING = ("lower", "higher", "nearest")
METHODS = ("linear", "midpoint", *CHOOSING)
"""What a quantile between two elements may be."""


@op
def quantile(x: Array, q: Parts, /, *, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Array:
    """The values below which the parts `q` of the elements along `axis` lie; `numpy.quantile`.

    Args:
        x: real numbers or bool, in one axis or more.
        q: from 0 to 1; one number, several, or a tensor of no axis or one, whose values are not checked.
        axis: what is put in order, all of it by default.
        method: what stands between two elements: `"linear"` interpolates, `"midpoint"` is their mean, and
            `"lower"`, `"higher"` and `"nearest"` choose one; of two equally near that with the even place.
        keepdims: the axes stay, with size 1.

    Returns:
        The axis of `q`, if it has one, and then what `axis` leaves; NaN where an element is NaN. In the dtype of `x`,
        but float32 of bool and integers unless the method chooses an element.

    Raises:
        ValueError: `q` is not from 0 to 1, the method is another, or there are no elements.

    >>> ops.quantile(torch.tensor([1.0, 2.0, 3.0, 4.0]), [0.25, 0.5])
    tensor([1.7500, 2.5000])
    """
    rows, axes = _sorted_rows(x, axis, method)
    values = _values_at(rows, _positions(q, shape(rows)[-1], rows), method)
    if is_inexact(dtype_name(x.dtype)):
        largest = rows[..., -1:]  # where one is NaN, the last is
        values = where(isnan(largest), largest, values)
    return _arranged(values, q, axes, keepdims)


@op
def nanquantile(x: Array, q: Parts, /, *, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Array:
    """`quantile` of the elements that are not NaN, and NaN where all are; `numpy.nanquantile`.

    >>> ops.nanquantile(torch.tensor([1.0, float("nan"), 3.0]), 0.5)
    tensor(2.)
    """
    if not is_inexact(dtype_name(x.dtype)):
        return quantile(x, q, axis=axis, method=method, keepdims=keepdims)
    rows, axes = _sorted_rows(x, axis, method)
    count = count_nonzero(logical_not(isnan(rows)), axis=-1, keepdims=True)
    return _arranged(_values_at(rows, _positions(q, count, rows), method), q, axes, keepdims)


@op
def percentile(x: Array, q: Parts, /, *, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Array:
    """`quantile` with `q` in percent, from 0 to 100; `numpy.percentile`.

    >>> ops.percentile(torch.tensor([1.0, 2.0, 3.0, 4.0]), 25)
    tensor(1.7500)
    """
    return quantile(x, _hundredths(q), axis=axis, method=method, keepdims=keepdims)


@op
def nanpercentile(x: Array, q: Parts, /, *, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Array:
    """`nanquantile` with `q` in percent, from 0 to 100; `numpy.nanpercentile`.

    >>> ops.nanpercentile(torch.tensor([1.0, float("nan"), 3.0]), 50)
    tensor(2.)
    """
    return nanquantile(x, _hundredths(q), axis=axis, method=method, keepdims=keepdims)


@op
def median(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """The middle one of the elements along `axis` in order, or the mean of the middle two; `numpy.median`.

    Of bool and integers it is float32; NaN where an element is NaN. `torch.median` is the smaller of the two.

    >>> ops.median(torch.tensor([4.0, 1.0, 3.0, 2.0]))
    tensor(2.5000)
    """
    return quantile(x, 0.5, axis=axis, method="midpoint", keepdims=keepdims)


@op
def nanmedian(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """`median` of the elements that are not NaN, and NaN where all are; `numpy.nanmedian`.

    >>> ops.nanmedian(torch.tensor([4.0, 1.0, float("nan"), 2.0, 3.0]))
    tensor(2.5000)
    """
    return nanquantile(x, 0.5, axis=axis, method="midpoint", keepdims=keepdims)


def _sorted_rows(x: Array, axis: Axis, method: str) -> tuple[Array, tuple[int, ...]]:
    """`x` with the axes asked for as one, behind the others and in order; and these axes."""
    if method not in METHODS:
        raise ValueError(f"expected a method of {', '.join(METHODS)}, got {method!r}")
    sizes = shape(x)
    axes = normalize_axes(axis, len(sizes))
    kept = tuple(position for position in range(len(sizes)) if position not in axes)
    if any(isinstance(sizes[position], int) and sizes[position] == 0 for position in axes):
        raise ValueError("expected at least one element along the axis: nothing has no quantile")
    moved = permute_dims(x, (*kept, *axes))
    if len(axes) != 1:
        together = math.prod([sizes[position] for position in axes])
        moved = reshape(moved, (*(sizes[position] for position in kept), together))
    return sort(moved, axis=-1), axes


def _hundredths(q: Parts) -> Parts:
    if framework_of(q) is not None:
        return divide(q, 100)
    return [part / 100 for part in q] if isinstance(q, Sequence) else q / 100


def _positions(q: Parts, count: int | Array, rows: Array) -> list[float] | Array:
    """Where the quantiles stand among `count` elements: a list of numbers, or `(..., k)` where that is not known."""
    if isinstance(q, numpy.ndarray):
        q = q.tolist()
    if framework_of(q) is None:
        parts = list(q) if isinstance(q, Sequence) else [q]
        if not all(0 <= part <= 1 for part in parts):
            raise ValueError(f"expected q from 0 to 1, or from 0 to 100 percent, got {q}")
        if isinstance(count, int):
            return [part * (count - 1) for part in parts]
        q = asarray_like(rows, parts, dtype=_precise(rows))
    elif dtype_name(q.dtype) not in ("float32", "float64"):
        q = astype(q, _precise(rows))
    last = count - 1 if isinstance(count, int) else astype(count - 1, q.dtype)
    return reshape(q, (*_lead(rows), -1)) * last


def _lead(rows: Array) -> tuple[int, ...]:
    """The sizes before the last that broadcast against any rows."""
    return (1,) * (len(shape(rows)) - 1)


def _precise(x: Array) -> str:
    return "float64" if dtype_name(x.dtype) == "float64" else "float32"


def _neighbours(position: Any, method: str) -> tuple[Any, Any, Any]:
    """The places on both sides of a position, a number or a tensor, and the weight of the second."""
    lower, upper = position // 1, -(-position // 1)
    if method == "lower":
        return lower, lower, 0.0
    if method == "higher":
        return upper, upper, 0.0
    if method == "nearest":
        odd = lower % 2
        nearest = odd * ((position + 0.5) // 1) + (1 - odd) * -((0.5 - position) // 1)
        return nearest, nearest, 0.0
    return lower, upper, position - lower if method == "linear" else 0.5


def _values_at(rows: Array, positions: list[float] | Array, method: str) -> Array:
    """The quantiles at positions in sorted rows: `(..., k)`."""
    if isinstance(positions, list):
        places = [_neighbours(position, method) for position in positions]
        lower, upper = (
            reshape(asarray_like(rows, [int(place[side]) for place in places], dtype="int64"), (*_lead(rows), -1))
            for side in (0, 1)
        )
        weight: Any = asarray_like(rows, [place[2] for place in places], dtype=_precise(rows))
    else:
        lower, upper, weight = _neighbours(positions, method)
        lower, upper = astype(lower, "int64"), astype(upper, "int64")
    low = take_along_axis(rows, lower, axis=-1)
    if method in CHOOSING:
        return low
    high = take_along_axis(rows, upper, axis=-1)
    if not is_inexact(dtype_name(rows.dtype)):
        low, high = astype(low, torch.get_default_dtype()), astype(high, torch.get_default_dtype())
    if not isinstance(weight, float):
        weight = astype(weight, low.dtype)
    return low + where(equal(low, high), 0, high - low) * weight  # the distance between two infinities is NaN


def _arranged(values: Array, q: Parts, axes: tuple[int, ...], keepdims: bool) -> Array:
    """The quantiles, which stand in the last axis, with that axis first or away, and the axes reduced put back."""
    if keepdims:
        for axis in sorted(axes):
            values = expand_dims(values, axis)
    if isinstance(q, int | float) or (framework_of(q) is not None and len(shape(q)) == 0):
        return values[..., 0]
    last = len(shape(values)) - 1
    return permute_dims(values, (last, *range(last)))
