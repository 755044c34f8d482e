"""Cases for arithmetic, comparison and logic, element by element; NumPy is the reference."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy

from tests.ops.case import Case, bools, by_numpy, case, floats, integers, positive
from tests.ops.strategies import FLOATING, of_one, of_two

NOT_FINITE = numpy.array([1.0, math.inf, -math.inf, math.nan], "float32")


def _of_one(function: Callable[..., Any], *extra: numpy.ndarray, make: Callable[..., Any] = floats) -> list[Case]:
    reference = by_numpy(function)
    return [case(reference, x) for x in (make(2, 3), make(), make(1), make(0, 3), make(1, 2, 1, 3), *extra)]


def _of_whole(function: Callable[..., Any], make: Callable[..., Any] = floats) -> list[Case]:
    """Cases of a function whose answer holds fractions even for whole numbers; NumPy's for bool is in float16."""

    def fractional(x: numpy.ndarray) -> Any:
        return function(x.astype("float32") if x.dtype == bool else x)

    return _of_one(fractional, integers(3) + 1, integers(3, dtype="int32") + 1, bools(2) | True, make=make)


def _of_two(function: Callable[..., Any], make: Callable[..., Any] = floats) -> list[Case]:
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


def _of_bools(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    pairs = [
        (bools(2, 3), bools(3)),
        (bools(0), bools(1)),
        (bools(3), True),
        (False, bools(3)),
        (integers(4), floats(4)),
        (integers(4), 0),
    ]
    return [case(reference, *pair) for pair in pairs]


def _elementwise() -> dict[str, list[Case]]:
    erf = numpy.vectorize(math.erf, otypes=[numpy.float64])
    whole = (integers(3), integers(2, dtype="int32"))
    return {
        "abs": _of_one(numpy.abs, integers(3) - 2),
        "add": [*_of_two(numpy.add), case(by_numpy(numpy.add), bools(3), True), case(by_numpy(numpy.add), bools(3), 2)],
        "clip": [
            case(by_numpy(numpy.clip), floats(2, 3), -0.5, 0.5),
            case(by_numpy(numpy.clip), floats(2, 3), min=0),
            case(by_numpy(numpy.clip), floats(0), max=1.0),
            case(by_numpy(numpy.clip), floats(2, 3), floats(3) - 2, floats(2, 1) + 2),
            case(by_numpy(numpy.clip), integers(4), 1, 3),
        ],
        "cos": _of_whole(numpy.cos),
        "divide": _of_two(numpy.divide),
        "equal": _of_two(numpy.equal),
        "erf": _of_whole(erf),
        "exp": _of_whole(numpy.exp),
        "floor": _of_one(numpy.floor, *whole),
        "greater": _of_two(numpy.greater),
        "greater_equal": _of_two(numpy.greater_equal),
        "isfinite": _of_one(numpy.isfinite, NOT_FINITE, *whole),
        "isnan": _of_one(numpy.isnan, NOT_FINITE, *whole),
        "less": _of_two(numpy.less),
        "less_equal": _of_two(numpy.less_equal),
        "log": _of_whole(numpy.log, make=positive),
        "logical_and": _of_bools(numpy.logical_and),
        "logical_not": _of_one(numpy.logical_not, bools(3), *whole),
        "logical_or": _of_bools(numpy.logical_or),
        "maximum": _of_two(numpy.maximum),
        "minimum": _of_two(numpy.minimum),
        "multiply": _of_two(numpy.multiply),
        "negative": _of_one(numpy.negative, *whole),
        "not_equal": _of_two(numpy.not_equal),
        "pow": _of_two(numpy.pow, make=positive),
        "power": [case(by_numpy(numpy.power), positive(2, 3), 2)],
        "reciprocal": _of_whole(lambda x: 1 / x, make=positive),
        "rsqrt": _of_whole(lambda x: 1 / numpy.sqrt(x), make=positive),
        "sign": [
            *_of_one(numpy.sign, integers(3) - 2),
            case(by_numpy(numpy.sign), numpy.zeros(2, "float32")).but(smooth=False),
        ],
        "sin": _of_whole(numpy.sin),
        "sqrt": _of_whole(numpy.sqrt, make=positive),
        "square": _of_one(numpy.square, *whole),
        "subtract": _of_two(numpy.subtract),
        "tanh": _of_whole(numpy.tanh),
        "where": [
            case(by_numpy(numpy.where), bools(2, 3), floats(2, 3), floats(3)),
            case(by_numpy(numpy.where), bools(2, 1), floats(3), 0),
            case(by_numpy(numpy.where), bools(2), 1.0, floats(2)),
            case(by_numpy(numpy.where), bools(2), integers(2), 0.5),
            case(by_numpy(numpy.where), bools(3), 1, 0),
            case(by_numpy(numpy.where), bools(0), integers(0, dtype="int32"), integers(1)),
        ],
    }


CASES = _elementwise()

NOT_DIFFERENTIABLE = {
    *("equal", "greater", "greater_equal", "isfinite", "isnan", "less", "less_equal"),
    *("logical_and", "logical_not", "logical_or", "not_equal"),
}

GENERATED = {
    "add": of_two(numpy.add),
    "exp": of_one(numpy.exp, FLOATING),
}
