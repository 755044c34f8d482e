"""Cases for the bits of integers; NumPy is the reference."""

from __future__ import annotations

from typing import Any

import numpy

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, integers
from tests.ops.elementwise import one, whole
from tests.ops.strategies import WHOLE, of_one, of_two

_FUNCTIONS = ("bitwise_and", "bitwise_or", "bitwise_xor")
_SHIFTS = ("bitwise_left_shift", "bitwise_right_shift")


def _of_bits(function: Any) -> list[Case]:
    return [
        *whole(function),
        case(by_numpy(function), bools(2, 3), bools(3)),
        case(by_numpy(function), integers(4) - 2, integers(4)),
        case(by_numpy(function), numpy.array([1, 300], "uint16"), numpy.array([7, 256], "uint16")),
    ]


def _invert() -> list[Case]:
    extra = (bools(3), integers(3, dtype="int32"), integers(3, dtype="uint8"))
    return one(numpy.bitwise_invert, *extra, make=integers)


CASES: dict[str, list[Case]] = {
    **{name: _of_bits(getattr(numpy, name)) for name in _FUNCTIONS},
    **{name: whole(getattr(numpy, name)) for name in _SHIFTS},
    "bitwise_invert": _invert(),
}

NOT_DIFFERENTIABLE = set(CASES)

GENERATED = {
    **{name: of_two(getattr(numpy, name), (*WHOLE, "bool")) for name in _FUNCTIONS},
    **{name: of_two(getattr(numpy, name), WHOLE, low=0, high=6) for name in _SHIFTS},
    "bitwise_invert": of_one(numpy.bitwise_invert, (*WHOLE, "bool")),
}

OP_INFOS = {name: getattr(ops, name) for name in (*_FUNCTIONS, *_SHIFTS)} | {"bitwise_not": ops.bitwise_invert}
