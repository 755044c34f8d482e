"""Comparisons, tests of numbers and logic, element by element, with NumPy's names and meaning."""

from __future__ import annotations

from bridge.dispatch import primitive
from bridge.typing import Array, Number

__all__ = [
    "allclose",
    "equal",
    "greater",
    "greater_equal",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isreal",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "signbit",
]


@primitive
def equal(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 == x2`, broadcast: a tensor of bool; `numpy.equal`.

    >>> ops.equal(torch.tensor([1, 2]), 2)
    tensor([False,  True])
    """


@primitive
def not_equal(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 != x2`, broadcast: a tensor of bool; `numpy.not_equal`.

    >>> ops.not_equal(torch.tensor([1, 2]), 2)
    tensor([ True, False])
    """


@primitive
def less(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 < x2`, broadcast: a tensor of bool; `numpy.less`.

    >>> ops.less(torch.tensor([1, 2]), 2)
    tensor([ True, False])
    """


@primitive
def less_equal(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 <= x2`, broadcast: a tensor of bool; `numpy.less_equal`.

    >>> ops.less_equal(torch.tensor([1, 2]), 1)
    tensor([ True, False])
    """


@primitive
def greater(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 > x2`, broadcast: a tensor of bool; `numpy.greater`.

    >>> ops.greater(torch.tensor([1, 2]), 1)
    tensor([False,  True])
    """


@primitive
def greater_equal(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 >= x2`, broadcast: a tensor of bool; `numpy.greater_equal`.

    >>> ops.greater_equal(torch.tensor([1, 2]), 2)
    tensor([False,  True])
    """


@primitive
def isclose(
    x1: Array | Number, x2: Array | Number, /, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Array:
    """Where `abs(x1 - x2) <= atol + rtol * abs(x2)`, broadcast: a tensor of bool; `numpy.isclose`.

    Infinities are close to themselves alone; NaN is close to NaN if `equal_nan` says so.

    >>> ops.isclose(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.1]))
    tensor([ True, False])
    """


@primitive
def allclose(
    x1: Array | Number, x2: Array | Number, /, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Array:
    """Whether `isclose` holds everywhere: a tensor of bool without axes, so that no value is read; `numpy.allclose`.

    >>> ops.allclose(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.1]))
    tensor(False)
    """


@primitive
def isfinite(x: Array, /) -> Array:
    """Where `x` is neither infinite nor NaN: a tensor of bool; `numpy.isfinite`.

    >>> ops.isfinite(torch.tensor([1.0, float("inf")]))
    tensor([ True, False])
    """


@primitive
def isinf(x: Array, /) -> Array:
    """Where `x` is infinite, of a complex number in either part: a tensor of bool; `numpy.isinf`.

    >>> ops.isinf(torch.tensor([1.0, float("-inf")]))
    tensor([False,  True])
    """


@primitive
def isnan(x: Array, /) -> Array:
    """Where `x` is not a number: a tensor of bool; `numpy.isnan`.

    >>> ops.isnan(torch.tensor([1.0, float("nan")]))
    tensor([False,  True])
    """


@primitive
def isneginf(x: Array, /) -> Array:
    """Where `x` is minus infinity: a tensor of bool; `numpy.isneginf`.

    >>> ops.isneginf(torch.tensor([float("inf"), float("-inf")]))
    tensor([False,  True])
    """


@primitive
def isposinf(x: Array, /) -> Array:
    """Where `x` is plus infinity: a tensor of bool; `numpy.isposinf`.

    >>> ops.isposinf(torch.tensor([float("inf"), float("-inf")]))
    tensor([ True, False])
    """


@primitive
def isreal(x: Array, /) -> Array:
    """Where the imaginary part of `x` is 0, as of any real number it is: a tensor of bool; `numpy.isreal`.

    >>> ops.isreal(torch.tensor([1.0 + 1.0j, 2.0]))
    tensor([False,  True])
    """


@primitive
def signbit(x: Array, /) -> Array:
    """Where the sign of `x` is minus, that of -0.0 included: a tensor of bool; `numpy.signbit`.

    >>> ops.signbit(torch.tensor([1.0, -0.0]))
    tensor([False,  True])
    """


@primitive
def logical_and(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where both are true or non-zero, broadcast: a tensor of bool; `numpy.logical_and`.

    >>> ops.logical_and(torch.tensor([True, True]), torch.tensor([True, False]))
    tensor([ True, False])
    """


@primitive
def logical_or(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where either is true or non-zero, broadcast: a tensor of bool; `numpy.logical_or`.

    >>> ops.logical_or(torch.tensor([False, True]), torch.tensor([False, False]))
    tensor([False,  True])
    """


@primitive
def logical_xor(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where exactly one is true or non-zero, broadcast: a tensor of bool; `numpy.logical_xor`.

    >>> ops.logical_xor(torch.tensor([True, True]), torch.tensor([True, False]))
    tensor([False,  True])
    """


@primitive
def logical_not(x: Array, /) -> Array:
    """Where `x` is false or zero: a tensor of bool; `numpy.logical_not`.

    >>> ops.logical_not(torch.tensor([True, False]))
    tensor([False,  True])
    """
