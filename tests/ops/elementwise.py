"""What the groups of ops that work element by element share: cases over shapes and dtypes, and their strategies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy
from hypothesis.strategies import SearchStrategy

from tests.ops.case import Case, by_numpy, case, floats, integers
from tests.ops.strategies import FLOATING, WHOLE, of_one, of_two

NOT_FINITE = numpy.array([1.0, math.inf, -math.inf, math.nan, -0.0], "float32")
NOT_FINITE_COMPLEX = numpy.array([complex(1, math.inf), complex(math.nan, 1), 2 - 1j, 3], "complex64")
UNSIGNED = tuple(numpy.array([1, 7, 200], dtype) for dtype in ("uint8", "uint16", "uint32", "uint64"))

FRACTIONAL = (*FLOATING, *WHOLE, "bool")
"""The dtypes of a function whose answer holds fractions even for whole numbers."""


def by_fractions(function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy function of fractions: of whole numbers it is computed in double precision, where NumPy has less."""

    def fractional(*args: Any, **kwargs: Any) -> Any:
        return function(*(_widened(value) for value in args), **kwargs)

    return fractional


def _widened(value: Any) -> Any:
    return value.astype("float64") if hasattr(value, "dtype") and value.dtype.kind in "biu" else value


def one(function: Callable[..., Any], *extra: numpy.ndarray, make: Callable[..., Any] = floats) -> list[Case]:
    """Cases of a NumPy function of one array, over shapes, and of `extra`."""
    reference = by_numpy(function)
    return [case(reference, x) for x in (make(2, 3), make(), make(1), make(0, 3), make(1, 2, 1, 3), *extra)]


def fractions(
    function: Callable[..., Any],
    *extra: numpy.ndarray,
    make: Callable[..., Any] = floats,
    whole: Sequence[int] = (1, 2, 5),
) -> list[Case]:
    """Cases of a NumPy function of one array whose answer holds fractions even for whole numbers."""
    of_whole = (numpy.array(whole), numpy.array(whole, "int32"), numpy.array(whole[:1], bool))
    return one(by_fractions(function), *of_whole, *extra, make=make)


def two(function: Callable[..., Any], make: Callable[..., Any] = floats) -> list[Case]:
    """Cases of a NumPy function of two arrays that broadcast, or of one and a number, on either side."""
    reference = by_numpy(function)
    pairs = [
        (make(2, 3), make(3)),
        (make(0, 3), make(1, 3)),
        (make(), make(3)),
        (make(2, 3), 2),
        (1, make(2, 3)),
        (integers(3) + 1, integers(3) + 1),
        (3, integers(3) + 1),
        (integers(3) + 1, 0.5),
        (integers(3) + 1, make(2, 3)),
    ]
    return [case(reference, *pair) for pair in pairs]


def two_fractions(function: Callable[..., Any], make: Callable[..., Any] = floats) -> list[Case]:
    """`two` of a function whose answer holds fractions even for whole numbers."""
    return two(by_fractions(function), make)


def whole(function: Callable[..., Any], make: Callable[..., Any] = integers) -> list[Case]:
    """Cases of a NumPy function of two arrays of integers, or of one and a number."""
    reference = by_numpy(function)
    pairs = [
        (make(2, 3), make(3)),
        (make(0, 3), make(1, 3)),
        (make(), make(3)),
        (make(2, 3), 2),
        (3, make(2, 3)),
        (make(3, dtype="int32"), make(3)),
        (make(3, dtype="uint8"), make(2, 1, dtype="uint8")),
    ]
    return [case(reference, *pair) for pair in pairs]


def drawn_fractions(
    function: Callable[..., Any], low: float = -4, high: float = 4, dtypes: Sequence[str] = FRACTIONAL
) -> SearchStrategy[Case]:
    """`of_one` over all the dtypes that a function of fractions takes."""
    return of_one(by_fractions(function), dtypes, low, high)


def drawn_two_fractions(
    function: Callable[..., Any], low: float = -4, high: float = 4, dtypes: Sequence[str] = FRACTIONAL
) -> SearchStrategy[Case]:
    """`of_two` over all the dtypes that a function of fractions takes."""
    return of_two(by_fractions(function), dtypes, low, high)
