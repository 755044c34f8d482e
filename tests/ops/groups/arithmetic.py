"""Cases for arithmetic, element by element; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers, positive
from tests.ops.elementwise import (
    UNSIGNED,
    by_fractions,
    drawn_fractions,
    drawn_two_fractions,
    fractions,
    one,
    two,
    two_fractions,
    whole,
)
from tests.ops.strategies import ALL, NUMERIC, REAL, SEEDS, SIGNED, WHOLE, array, of_one, of_two

_DIVISIONS = ("floor_divide", "fmod", "remainder")
_EXTREMES = ("fmax", "fmin", "maximum", "minimum")


def above_zero(*shape: int, dtype: str = "int64") -> numpy.ndarray:
    """Whole numbers from 1."""
    return numpy.asarray(integers(*shape) + 1, dtype)


def _divided(name: str) -> list[Case]:
    reference = by_numpy(getattr(numpy, name))
    return [
        *two(getattr(numpy, name)),
        case(reference, numpy.array([-7, 7, -7, 7]), numpy.array([2, 2, -2, -2])),
        case(reference, numpy.array([-7, 7, -6], "float32"), 2.5),
        case(reference, integers(4, dtype="int32"), above_zero(4, dtype="int32")),
        case(reference, integers(4, dtype="uint8"), above_zero(4, dtype="uint8")),
    ]


def _divide_no_nan(x1: Any, x2: Any) -> Any:
    with numpy.errstate(all="ignore"):
        return numpy.where(x2 == 0, 0, numpy.divide(x1, x2))


def _ldexp(x1: Any, x2: Any) -> Any:
    return numpy.ldexp(x1, numpy.asarray(x2, "int64"))


def _select(conditions: list[Any], choices: list[Any], default: Any = 0) -> Any:
    return numpy.select(conditions, choices, default)


def _of_one() -> dict[str, list[Case]]:
    numbers = (integers(3) - 2, integers(2, dtype="int32"), UNSIGNED[0])
    zeros = numpy.zeros(2, "float32")
    return {
        "abs": [*one(numpy.abs, *numbers, complexes(3)), case(by_numpy(numpy.abs), zeros).but(gradient=False)],
        "angle": fractions(numpy.angle, complexes(3), -numpy.ones(2, "float32")),
        "cbrt": fractions(numpy.cbrt, *numbers[:2]),
        "conj": one(numpy.conj, *numbers, complexes(3)),
        "deg2rad": fractions(numpy.deg2rad),
        "fabs": fractions(numpy.fabs, *numbers[:2]),
        "imag": one(numpy.imag, *numbers, complexes(3)),
        "negative": one(numpy.negative, *numbers, complexes(3)),
        "positive": one(numpy.positive, *numbers, complexes(3)),
        "rad2deg": fractions(numpy.rad2deg),
        "real": one(numpy.real, *numbers, complexes(3)),
        "reciprocal": fractions(lambda x: 1 / x, complexes(3), make=positive),
        "rsqrt": fractions(lambda x: 1 / numpy.sqrt(x), make=positive),
        "sign": [
            *one(numpy.sign, *numbers, complexes(3)),
            case(by_numpy(numpy.sign), zeros).but(smooth=False),
        ],
        "sqrt": fractions(numpy.sqrt, complexes(3), make=positive),
        "square": one(numpy.square, *numbers, complexes(3)),
    }


def _of_two() -> dict[str, list[Case]]:
    bases = [case(by_numpy(numpy.pow), integers(3, dtype="uint8"), integers(3, dtype="uint8"))]
    zeros, ones = numpy.zeros(3, "float32"), numpy.ones(3, "float32")
    near_zero = numpy.array([-1.5, 0.0, 2.0], "float32")
    return {
        "add": [
            *two(numpy.add),
            case(by_numpy(numpy.add), bools(3), True),
            case(by_numpy(numpy.add), bools(3), 2),
            case(by_numpy(numpy.add), complexes(3), floats(3)),
        ],
        "copysign": two_fractions(numpy.copysign),
        "divide": [*two_fractions(numpy.divide), case(by_numpy(numpy.divide), complexes(3), complexes(3))],
        "divide_no_nan": [
            *two_fractions(numpy.divide),
            case(by_numpy(_divide_no_nan), ones, near_zero).but(smooth=False),
            case(by_numpy(_divide_no_nan), integers(3), numpy.array([0, 1, 2])),
            case(by_numpy(_divide_no_nan), floats(3), 0),
            case(by_numpy(_divide_no_nan), 2, near_zero).but(smooth=False),
        ],
        **{name: _divided(name) for name in _DIVISIONS},
        **{name: two(getattr(numpy, name)) for name in _EXTREMES},
        "gcd": [
            *whole(numpy.gcd),
            case(by_numpy(numpy.gcd), numpy.array([-12, 18, 0, 0]), numpy.array([18, -12, 5, 0])),
        ],
        "heaviside": [
            *two_fractions(numpy.heaviside),
            case(by_numpy(numpy.heaviside), near_zero, floats(3)).but(smooth=False),
            case(by_numpy(numpy.heaviside), near_zero, 0.5).but(gradient=False),
        ],
        "hypot": [
            *two_fractions(numpy.hypot),
            case(by_numpy(numpy.hypot), ones, -ones),
            case(by_numpy(numpy.hypot), zeros, ones),
            case(by_numpy(numpy.hypot), ones * 1e30, ones * 1e30).but(smooth=False),
        ],
        "lcm": [
            *whole(numpy.lcm),
            case(by_numpy(numpy.lcm), numpy.array([-12, 18, 0, 0]), numpy.array([18, -12, 5, 0])),
        ],
        "ldexp": [
            case(by_numpy(_ldexp), floats(2, 3), integers(3)),
            case(by_numpy(_ldexp), floats(3), integers(3, dtype="int32") - 2),
            case(by_numpy(_ldexp), floats(), integers(2)),
            case(by_numpy(_ldexp), floats(0, 3), integers(1, 3)),
            case(by_numpy(_ldexp), floats(2, 3), 3),
            case(by_numpy(_ldexp), 1.5, integers(3)),
            case(by_numpy(by_fractions(_ldexp)), integers(3), integers(3)),
            case(by_numpy(_ldexp), ones * 1e-30, numpy.array([200, 190, 0])).but(gradient=False),
        ],
        "multiply": [*two(numpy.multiply), case(by_numpy(numpy.multiply), complexes(3), 2j)],
        "pow": [
            *two(numpy.pow, make=positive),
            *bases,
            *(case(by_numpy(numpy.pow), floats(2, 3), exponent) for exponent in (3.0, -2.0, 9.0)),
        ],
        "subtract": [*two(numpy.subtract), case(by_numpy(numpy.subtract), complexes(3), complexes(3))],
    }


def _choices() -> dict[str, list[Case]]:
    return {
        "select": [
            case(by_numpy(_select), [bools(2, 3), bools(3)], [floats(2, 3), floats(3)]),
            case(by_numpy(_select), [bools(4), bools(4)], [floats(4), 2.0], -1.0),
            case(by_numpy(_select), [bools(0, 3)], [floats(3)], default=floats(1, 3)),
            case(by_numpy(_select), [bools(3)], [integers(3)]),
            case(by_numpy(_select), [bools(2), bools(2) | True], [1, 2], 3),
        ],
        "where": [
            case(by_numpy(numpy.where), bools(2, 3), floats(2, 3), floats(3)),
            case(by_numpy(numpy.where), bools(2, 1), floats(3), 0),
            case(by_numpy(numpy.where), bools(2), 1.0, floats(2)),
            case(by_numpy(numpy.where), bools(2), integers(2), 0.5),
            case(by_numpy(numpy.where), bools(3), 1, 0),
            case(by_numpy(numpy.where), bools(0), integers(0, dtype="int32"), integers(1)),
        ],
    }


CASES = {**_of_one(), **_of_two(), **_choices()}

NOT_DIFFERENTIABLE = {"floor_divide", "gcd", "lcm"}


@st.composite
def _of_conditions(draw: Any, select: bool) -> Case:
    """`where`, or `select` by two conditions, between arrays of one dtype that broadcast."""
    choices = draw(of_two(numpy.add, ALL)).args
    shape = numpy.broadcast_shapes(*(choice.shape for choice in choices))
    first, second = (array(draw(st.sampled_from((shape, shape[-1:]))), "bool", 0, 1, draw(SEEDS)) for _ in range(2))
    if select:
        return case(by_numpy(_select), [first, second], list(choices), draw(st.integers(0, 1)))
    return case(by_numpy(numpy.where), first, *choices)


GENERATED = {
    **{name: of_two(getattr(numpy, name), NUMERIC) for name in ("add", "multiply", "subtract")},
    **{name: of_two(getattr(numpy, name), (*REAL, "bool")) for name in ("maximum", "minimum")},
    **{name: of_two(getattr(numpy, name), REAL) for name in ("fmax", "fmin")},
    **{name: of_two(getattr(numpy, name), ("float32", "float64", *WHOLE), 1, 9) for name in _DIVISIONS},
    **{name: drawn_two_fractions(getattr(numpy, name)) for name in ("copysign", "hypot")},
    **{name: of_two(getattr(numpy, name), SIGNED, -9, 9) for name in ("gcd", "lcm")},
    **{name: of_one(getattr(numpy, name), NUMERIC) for name in ("abs", "conj", "imag", "negative", "positive", "real")},
    **{name: of_one(getattr(numpy, name), NUMERIC, -2, 2) for name in ("sign", "square")},
    **{name: drawn_fractions(getattr(numpy, name)) for name in ("cbrt", "deg2rad", "rad2deg", "fabs", "angle")},
    "divide": drawn_two_fractions(numpy.divide, 1, 4, REAL),
    "divide_no_nan": drawn_two_fractions(numpy.divide, 1, 4, REAL),
    "heaviside": drawn_two_fractions(numpy.heaviside),
    "ldexp": of_two(by_fractions(_ldexp), WHOLE),
    "pow": of_two(numpy.pow, REAL, 0.5, 3),
    "reciprocal": drawn_fractions(lambda x: 1 / x, 1, 4, REAL),
    "rsqrt": drawn_fractions(lambda x: 1 / numpy.sqrt(x), 1, 4, REAL),
    "select": _of_conditions(True),
    "sqrt": drawn_fractions(numpy.sqrt, 0.5, 4),
    "where": _of_conditions(False),
}

OP_INFOS: dict[str, Callable[..., Any]] = {
    **{name: getattr(ops, name) for name in ("floor_divide", "remainder", "fmod", "fmax", "fmin", "copysign", "hypot")},
    **{name: getattr(ops, name) for name in ("gcd", "lcm", "ldexp", "heaviside", "conj", "real", "angle")},
    **{name: getattr(ops, name) for name in ("deg2rad", "rad2deg", "positive")},
}
