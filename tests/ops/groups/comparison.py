"""Cases for comparisons, tests of numbers and logic; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.elementwise import NOT_FINITE, NOT_FINITE_COMPLEX, UNSIGNED, one, two
from tests.ops.strategies import ALL, FLOATING, REAL, WHOLE, of_one, of_two

_ORDERINGS = ("greater", "greater_equal", "less", "less_equal")
_EQUALITIES = ("equal", "not_equal")
_OF_COMPLEX = ("isfinite", "isinf", "isnan", "isreal")
_OF_REAL = ("isneginf", "isposinf", "signbit")
_LOGICAL = ("logical_and", "logical_or", "logical_xor")


def _logical(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    pairs = [
        (bools(2, 3), bools(3)),
        (bools(0), bools(1)),
        (bools(3), True),
        (False, bools(3)),
        (integers(4), floats(4)),
        (integers(4), 0),
        (complexes(2), bools(2)),
    ]
    return [case(reference, *pair) for pair in pairs]


def _close(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    x = floats(2, 3)
    return [
        case(reference, x, x * (1 + 1e-6)),
        case(reference, x, x * 1.01),
        case(reference, x, x * 1.01, rtol=0.1),
        case(reference, x, x + 0.1, rtol=0, atol=0.5),
        case(reference, floats(0, 3), floats(3)),
        case(reference, x, 1),
        case(reference, 1, x),
        case(reference, integers(3), integers(3)),
        case(reference, integers(3), integers(3) + 0.25, atol=0.5),
        case(reference, bools(3), bools(3)),
        case(reference, complexes(3), complexes(3), 0.5, 0.5),
        case(reference, NOT_FINITE, NOT_FINITE),
        case(reference, NOT_FINITE, NOT_FINITE, equal_nan=True),
        case(reference, NOT_FINITE, NOT_FINITE[::-1].copy(), 1.0, 1.0, True),
    ]


def _comparison() -> dict[str, list[Case]]:
    others = (integers(3) - 2, integers(2, dtype="int32"), bools(2), *UNSIGNED)
    reals = (NOT_FINITE, *(NOT_FINITE.astype(dtype) for dtype in ("float16", "float64")), *others)
    return {
        **{name: [*two(getattr(numpy, name)), _of_bools(name)] for name in (*_ORDERINGS, *_EQUALITIES)},
        **{name: one(getattr(numpy, name), *reals, NOT_FINITE_COMPLEX) for name in _OF_COMPLEX},
        **{name: one(getattr(numpy, name), *reals) for name in ("isneginf", "isposinf")},
        "signbit": one(lambda x: (x < 0) | _is_minus_zero(x), *(x for x in reals if not _has_nan(x)), -UNSIGNED[0]),
        **{name: _logical(getattr(numpy, name)) for name in _LOGICAL},
        "logical_not": one(numpy.logical_not, bools(3), complexes(2), *others[:3], UNSIGNED[0]),
        "isclose": _close(numpy.isclose),
        "allclose": _close(numpy.allclose),
    }


def _of_bools(name: str) -> Case:
    return case(by_numpy(getattr(numpy, name)), bools(2, 3), bools(3))


def _is_minus_zero(x: Any) -> Any:
    return (x == 0) & (numpy.copysign(1.0, x) < 0)


def _has_nan(x: numpy.ndarray) -> bool:
    return x.dtype.kind == "f" and bool(numpy.isnan(x).any())


CASES = _comparison()

NOT_DIFFERENTIABLE = set(CASES)

GENERATED = {
    **{name: of_two(getattr(numpy, name), (*REAL, "bool"), -2, 2) for name in _ORDERINGS},
    **{name: of_two(getattr(numpy, name), ALL, -2, 2) for name in _EQUALITIES},
    **{name: of_two(getattr(numpy, name), ALL, -2, 2) for name in _LOGICAL},
    **{name: of_one(getattr(numpy, name), ALL) for name in (*_OF_COMPLEX, "logical_not")},
    **{name: of_one(getattr(numpy, name), (*REAL, "bool")) for name in ("isneginf", "isposinf")},
    "signbit": of_one(lambda x: x < 0, (*FLOATING, *WHOLE)),
    "isclose": of_two(numpy.isclose, ALL),
    "allclose": of_two(numpy.allclose, ALL),
}

OP_INFOS: dict[str, Callable[..., Any]] = {
    name: getattr(ops, name) for name in (*_OF_COMPLEX, *_OF_REAL, "logical_xor", "isclose")
}
