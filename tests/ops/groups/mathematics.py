"""Cases for exponential, trigonometric and special functions; NumPy and SciPy are the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import scipy.special

from bridge import ops
from tests.ops.case import Case, by_numpy, case, complexes, floats, positive
from tests.ops.elementwise import drawn_fractions, drawn_two_fractions, fractions, two_fractions
from tests.ops.strategies import REAL

_ENTIRE = ("cos", "exp", "exp2", "expm1", "sin", "sinh", "cosh", "tanh", "atan", "asinh")
"""Functions that take every number."""

_LOGARITHMS = ("log", "log10", "log1p", "log2")

_OF_COMPLEX = {*_ENTIRE, *_LOGARITHMS, "acos", "acosh", "asin", "atanh", "tan"} - {"log1p", "exp2", "expm1"}


def below_one(*shape: int) -> numpy.ndarray:
    """Numbers between -1 and 1, away from 0."""
    return numpy.asarray(floats(*shape) / 2.1, "float32")


def above_one(*shape: int) -> numpy.ndarray:
    """Numbers from 1.5 to 3."""
    return numpy.asarray(positive(*shape) + 1, "float32")


_RANGES: dict[str, tuple[Callable[..., Any], float, float]] = {
    "acos": (numpy.acos, -0.9, 0.9),
    "asin": (numpy.asin, -0.9, 0.9),
    "atanh": (numpy.atanh, -0.9, 0.9),
    "erfinv": (scipy.special.erfinv, -0.9, 0.9),
    "acosh": (numpy.acosh, 1.1, 4),
    "tan": (numpy.tan, -1, 1),
    "digamma": (scipy.special.digamma, 1.75, 4),  # beyond its zero
    "lgamma": (scipy.special.gammaln, 0.5, 4),
    **{name: (getattr(numpy, name), 0.5, 4) for name in _LOGARITHMS},
}
"""Functions that do not take every number, with bounds within which they are smooth."""


def _sample(name: str, function: Callable[..., Any], low: float, high: float) -> list[Case]:
    make = {-0.9: below_one, -1: below_one, 1.1: above_one}.get(low, positive)
    extra = (complexes(3) / 3,) if name in _OF_COMPLEX else ()
    return fractions(function, *extra, make=make, whole=(0, 0, 0) if high == 0.9 else (1, 2, 5))


def _mathematics() -> dict[str, list[Case]]:
    bounded = {name: _sample(name, *row) for name, row in _RANGES.items()}
    entire = {
        name: fractions(getattr(numpy, name), *((complexes(3) / 3,) if name in _OF_COMPLEX else ())) for name in _ENTIRE
    }
    # XLA's lgamma is off by 5e-7 near its zeros, which are 1 and 2.
    bounded["lgamma"] = [example.but(tolerance=1e-3) for example in bounded["lgamma"]]
    poles = case(by_numpy(lambda x: -numpy.copysign(1, x)), numpy.array([0.0, -0.0], "float32"))
    poles = poles.but(via=lambda op: lambda x: ops.sign(op(x)), gradient=False)
    below = case(by_numpy(scipy.special.digamma), numpy.array([-0.5735, -1.7658, -8.4784, -20.25], "float32"))
    whole = case(by_numpy(lambda x: x < 0), numpy.array([-1.0, -7.0], "float32"))
    whole = whole.but(via=lambda op: lambda x: ops.isnan(op(x)))
    bounded["digamma"] = [*bounded["digamma"], below, whole, poles]
    return {
        **bounded,
        **entire,
        "atan2": two_fractions(numpy.atan2),
        "erf": fractions(scipy.special.erf),
        "erfc": fractions(scipy.special.erfc),
        "i0": fractions(numpy.i0),
        "igamma": _incomplete(scipy.special.gammainc),
        "igammac": _incomplete(scipy.special.gammaincc),
        "logaddexp": [*two_fractions(numpy.logaddexp), _equal(numpy.logaddexp), _far(numpy.logaddexp)],
        "logaddexp2": [*two_fractions(numpy.logaddexp2), _equal(numpy.logaddexp2), _far(numpy.logaddexp2)],
        "sinc": [
            *fractions(numpy.sinc, whole=(0, 0, 0)),
            case(by_numpy(numpy.sinc), numpy.zeros(2, "float32")).but(smooth=False),
        ],
    }


def _incomplete(function: Callable[..., Any]) -> list[Case]:
    """PyTorch has no gradient by the order."""
    both = [example.but(gradient=False) for example in two_fractions(function, make=positive)]
    ends = case(
        by_numpy(function), numpy.float32([1, 2, 3, 40, 0, 0]), numpy.float32([0, 30, numpy.inf, 45, 2, numpy.inf])
    )
    of_value = case(by_numpy(lambda x: function(numpy.full_like(x, 1.5), x)), positive(3))
    return [*both, ends.but(gradient=False), of_value.but(via=lambda op: lambda x: op(1.5, x))]


def _equal(function: Callable[..., Any]) -> Case:
    return case(by_numpy(function), numpy.ones(2, "float32"), numpy.ones(2, "float32"))


def _far(function: Callable[..., Any]) -> Case:
    first, second = numpy.array([1000.0, -1000.0, -30.0], "float32"), numpy.array([-1000.0, 1000.0, 0.0], "float32")
    return case(by_numpy(function), first, second)


CASES = _mathematics()

GENERATED = {
    **{name: drawn_fractions(function, low, high, REAL) for name, (function, low, high) in _RANGES.items()},
    **{name: drawn_fractions(getattr(numpy, name), -3, 3) for name in _ENTIRE},
    "atan2": drawn_two_fractions(numpy.atan2, 0.5, 4),
    "erf": drawn_fractions(scipy.special.erf),
    "erfc": drawn_fractions(scipy.special.erfc),
    "i0": drawn_fractions(numpy.i0),
    "igamma": drawn_two_fractions(scipy.special.gammainc, 0.5, 4),
    "igammac": drawn_two_fractions(scipy.special.gammaincc, 0.5, 4),
    "logaddexp": drawn_two_fractions(numpy.logaddexp),
    "logaddexp2": drawn_two_fractions(numpy.logaddexp2),
    "sinc": drawn_fractions(numpy.sinc, -0.9, 0.9),
}

OP_INFOS = {
    **{name: getattr(ops, name) for name in ("exp2", "expm1", "log1p", "log2", "log10", "logaddexp", "logaddexp2")},
    **{name: getattr(ops, name) for name in ("tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "asinh", "acosh")},
    **{name: getattr(ops, name) for name in ("atanh", "sinc", "i0", "erfc", "erfinv", "lgamma", "digamma")},
    **{name: getattr(ops, name) for name in ("igamma", "igammac")},
}
