"""Rounding, and numbers held within a range, element by element, with NumPy's names and meaning."""

from __future__ import annotations

import torch

from bridge.dispatch import op, primitive
from bridge.dtypes import dtype_name, is_inexact, torch_dtype
from bridge.ops.arithmetic import maximum, minimum, select, where
from bridge.ops.comparison import greater, greater_equal, isnan, less, less_equal
from bridge.ops.creation import full_like, zeros_like
from bridge.ops.manipulation import astype
from bridge.typing import Array, DType, Number

__all__ = [
    "ceil",
    "clip",
    "floor",
    "nan_to_num",
    "nextafter",
    "round",
    "saturate_cast",
    "trunc",
]


@primitive
def floor(x: Array, /) -> Array:
    """The largest integer not above `x`, in the dtype of `x`; `numpy.floor`.

    >>> ops.floor(torch.tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """


@primitive
def ceil(x: Array, /) -> Array:
    """The smallest integer not below `x`, in the dtype of `x`; `numpy.ceil`.

    >>> ops.ceil(torch.tensor([-1.5, 1.5]))
    tensor([-1.,  2.])
    """


@primitive
def trunc(x: Array, /) -> Array:
    """The integer part of `x`, in the dtype of `x`; `numpy.trunc`.

    >>> ops.trunc(torch.tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """


@primitive
def round(x: Array, /, decimals: int = 0) -> Array:
    """`x` to the nearest number of `decimals` places, half to even, in the dtype of `x`; `numpy.round`.

    A negative number of places rounds to tens, hundreds and so on, integers too.

    >>> ops.round(torch.tensor([0.5, 1.5, 2.5]))
    tensor([0., 2., 2.])
    >>> ops.round(torch.tensor([15, 25]), -1)
    tensor([20, 20])
    """


@op
def clip(x: Array, /, min: Array | Number | None = None, max: Array | Number | None = None) -> Array:
    """`x` held between `min` and `max`, either of which may be left out; `numpy.clip`.

    >>> ops.clip(torch.tensor([-1.0, 0.5, 2.0]), 0.0, 1.0)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is not None:
        x = where(greater_equal(x, min), x, maximum(x, min))  # the gradient at the bound is all that of `x`
    return x if max is None else where(less_equal(x, max), x, minimum(x, max))


@primitive
def nan_to_num(x: Array, /, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Array:
    """`x` with NaN and infinities replaced, of a complex number in each part; `numpy.nan_to_num`.

    Args:
        x: of any shape; integers and bool come back as they are.
        nan: in place of NaN.
        posinf: in place of infinity; the largest number of the dtype by default.
        neginf: in place of minus infinity; the smallest number of the dtype by default.

    >>> ops.nan_to_num(torch.tensor([1.0, float("nan"), float("inf")]), posinf=9.0)
    tensor([1., 0., 9.])
    """


@primitive
def nextafter(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The next number of the dtype after `x1` on the way to `x2`, broadcast; `numpy.nextafter`.

    Its gradient is that of `x1`.

    >>> ops.nextafter(torch.tensor([1.0]), 2.0) - 1.0
    tensor([1.1921e-07])
    """


@op
def saturate_cast(x: Array, dtype: DType, /) -> Array:
    """`x` as `dtype`, with what is out of its range at the end of that range; `tf.saturate_cast`.

    Fractions are cut off towards zero on the way to integers; NaN becomes 0 there.

    >>> ops.saturate_cast(torch.tensor([-1.5, 3.5, 300.0]), "uint8")
    tensor([  0,   3, 255], dtype=torch.uint8)
    """
    source, target = dtype_name(x.dtype), dtype_name(zeros_like(x, dtype=dtype, shape=()).dtype)
    if not is_inexact(source) or is_inexact(target):
        return astype(clip(x, *_common_limits(source, target)), dtype)
    x = where(isnan(x), 0, x)
    (lowest, highest), (lowest_held, highest_held) = _limits(target), _limits_held(target, source)
    inside = astype(clip(x, lowest_held, highest_held), dtype)
    above, below = greater(x, highest_held), less(x, lowest_held)
    ends = (full_like(inside, end, shape=()) for end in (highest, lowest))
    return select([above, below], list(ends), inside)


def _limits(name: str) -> tuple[float, float]:
    """The smallest and the largest finite number of a dtype."""
    dtype = torch_dtype(name)
    if dtype is torch.bool:
        return 0, 1
    limits = torch.finfo(dtype) if is_inexact(name) else torch.iinfo(dtype)
    return limits.min, limits.max


def _common_limits(source: str, target: str) -> tuple[float | None, float | None]:
    """The ends of `target`'s range that lie within that of `source`, as numbers of `source`."""
    (lowest, highest), (lowest_given, highest_given) = _limits(target), _limits(source)
    kind = float if is_inexact(source) else int
    return kind(lowest) if lowest > lowest_given else None, kind(highest) if highest < highest_given else None


def _limits_held(whole: str, floating: str) -> tuple[float, float]:
    """The ends of the range of an integer dtype as a floating one holds them, rounded inwards."""
    (lowest, highest), numbers = _limits(whole), torch.finfo(torch_dtype(floating))
    exact = 2 / numbers.eps
    highest = highest if highest < exact else (highest + 1) * (1 - numbers.eps / 2)
    return max(float(lowest), numbers.min), min(float(highest), numbers.max)
