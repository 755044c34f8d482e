"""Reductions that leave NaN out, with NumPy's names and meaning."""

from __future__ import annotations

from bridge.dispatch import op
from bridge.dtypes import dtype_name, is_inexact
from bridge.ops import reductions
from bridge.ops.arithmetic import maximum, sqrt, square, subtract, where
from bridge.ops.comparison import isnan, logical_not
from bridge.ops.manipulation import astype
from bridge.ops.reductions import all, argmax, argmin, count_nonzero, cumulative_prod, cumulative_sum, prod, sum
from bridge.typing import Array, Axis, DType, Number

__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]


@op
def nansum(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> Array:
    """`sum` with zero in place of NaN; `numpy.nansum`.

    >>> ops.nansum(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(4.)
    """
    return sum(_replaced(x, 0), axis=axis, dtype=dtype, keepdims=keepdims)


@op
def nanprod(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> Array:
    """`prod` with one in place of NaN; `numpy.nanprod`.

    >>> ops.nanprod(torch.tensor([2.0, float("nan"), 3.0]))
    tensor(6.)
    """
    return prod(_replaced(x, 1), axis=axis, dtype=dtype, keepdims=keepdims)


@op
def nancumsum(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> Array:
    """`cumulative_sum` with zero in place of NaN; `numpy.nancumsum`.

    >>> ops.nancumsum(torch.tensor([1.0, float("nan"), 3.0]))
    tensor([1., 1., 4.])
    """
    return cumulative_sum(_replaced(x, 0), axis=axis, dtype=dtype, include_initial=include_initial)


@op
def nancumprod(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> Array:
    """`cumulative_prod` with one in place of NaN; `numpy.nancumprod`.

    >>> ops.nancumprod(torch.tensor([2.0, float("nan"), 3.0]))
    tensor([2., 2., 6.])
    """
    return cumulative_prod(_replaced(x, 1), axis=axis, dtype=dtype, include_initial=include_initial)


@op
def nanmean(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """`mean` of the elements that are not NaN, and NaN where all are; `numpy.nanmean`.

    >>> ops.nanmean(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(2.)
    """
    if not _may_be_nan(x):
        return reductions.mean(x, axis=axis, keepdims=keepdims)
    total = nansum(x, axis=axis, keepdims=keepdims)
    return total / astype(_count(x, axis, keepdims), total.dtype)


@op
def nanvar(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> Array:
    """`var` of the elements that are not NaN, and NaN where no more than `correction` are left; `numpy.nanvar`.

    >>> ops.nanvar(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(1.)
    """
    if not _may_be_nan(x):
        return reductions.var(x, axis=axis, correction=correction, keepdims=keepdims)
    distances = _replaced(subtract(x, nanmean(x, axis=axis, keepdims=True)), 0)
    total = sum(square(distances), axis=axis, keepdims=keepdims)
    freedom = astype(_count(x, axis, keepdims), total.dtype) - correction
    return where(freedom > 0, total / maximum(freedom, 1e-3), float("nan"))


@op
def nanstd(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> Array:
    """`std` of the elements that are not NaN, and NaN where no more than `correction` are left; `numpy.nanstd`.

    >>> ops.nanstd(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(1.)
    """
    return sqrt(nanvar(x, axis=axis, correction=correction, keepdims=keepdims))


@op
def nanmax(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """`max` of the elements that are not NaN, and NaN where all are; `numpy.nanmax`.

    >>> ops.nanmax(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(3.)
    """
    if not _may_be_nan(x):
        return reductions.max(x, axis=axis, keepdims=keepdims)
    largest = reductions.max(_replaced(x, float("-inf")), axis=axis, keepdims=keepdims)
    return where(all(isnan(x), axis=axis, keepdims=keepdims), float("nan"), largest)


@op
def nanmin(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """`min` of the elements that are not NaN, and NaN where all are; `numpy.nanmin`.

    >>> ops.nanmin(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(1.)
    """
    if not _may_be_nan(x):
        return reductions.min(x, axis=axis, keepdims=keepdims)
    smallest = reductions.min(_replaced(x, float("inf")), axis=axis, keepdims=keepdims)
    return where(all(isnan(x), axis=axis, keepdims=keepdims), float("nan"), smallest)


@op
def nanargmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """`argmax` of the elements that are not NaN, and -1 where all are; `numpy.nanargmax`, which raises there.

    >>> ops.nanargmax(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(2)
    """
    if not _may_be_nan(x):
        return argmax(x, axis=axis, keepdims=keepdims)
    place = argmax(_replaced(x, float("-inf")), axis=axis, keepdims=keepdims)
    return where(all(isnan(x), axis=axis, keepdims=keepdims), -1, place)


@op
def nanargmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """`argmin` of the elements that are not NaN, and -1 where all are; `numpy.nanargmin`, which raises there.

    >>> ops.nanargmin(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(0)
    """
    if not _may_be_nan(x):
        return argmin(x, axis=axis, keepdims=keepdims)
    place = argmin(_replaced(x, float("inf")), axis=axis, keepdims=keepdims)
    return where(all(isnan(x), axis=axis, keepdims=keepdims), -1, place)


def _may_be_nan(x: Array) -> bool:
    return is_inexact(dtype_name(x.dtype))


def _replaced(x: Array, value: Number) -> Array:
    """`x` with a value in place of NaN."""
    return where(isnan(x), value, x) if _may_be_nan(x) else x


def _count(x: Array, axis: Axis, keepdims: bool) -> Array:
    return count_nonzero(logical_not(isnan(x)), axis=axis, keepdims=keepdims)
