"""Cases for new tensors; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from tests.ops.case import Case, by_numpy, case, floats, integers


def _like(function: Callable[..., Any], *fill: Any) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, floats(2, 3), *fill),
        case(reference, integers(), *fill),
        case(reference, floats(0, 2), *fill, dtype="int32"),
        case(reference, integers(2), *fill, dtype="float16"),
        case(reference, floats(2, 3), *fill, shape=(1, 4)),
        case(reference, floats(2), *fill, dtype="bool", shape=()),
    ]


def _filled(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, (2, 3)),
        case(reference, 3),
        case(reference, ()),
        case(reference, (0, 2), dtype="int64"),
        case(reference, (1,), dtype="float16"),
        case(reference, (2,), dtype="bool"),
    ]


def _creation() -> dict[str, list[Case]]:
    asarray, arange, full = map(by_numpy, (numpy.asarray, numpy.arange, numpy.full))
    return {
        "arange": [
            case(arange, 3),
            case(arange, 0),
            case(arange, 2, 7, 3),
            case(arange, 5, 0, -2),
            case(arange, 3.0),
            case(arange, 0, 1, 0.25),
            case(arange, 3, dtype="float32"),
            case(arange, 1, 4, dtype="int32"),
        ],
        "asarray": [
            case(asarray, 2.5),
            case(asarray, 3),
            case(asarray, True),
            case(asarray, [[1, 2], [3, 4]]),
            case(asarray, [1.0, 2.0]),
            case(asarray, [1, 2], dtype="float32"),
            case(asarray, [1.5], dtype="int32"),
        ],
        "full": [
            case(full, (2, 3), 0.5),
            case(full, 2, 3),
            case(full, (), True),
            case(full, (0,), 1.0, dtype="float16"),
            case(full, (2,), 7, dtype="int32"),
        ],
        "full_like": _like(numpy.full_like, 1),
        "ones": _filled(numpy.ones),
        "ones_like": _like(numpy.ones_like),
        "zeros": _filled(numpy.zeros),
        "zeros_like": _like(numpy.zeros_like),
    }


CASES = _creation()

IN_A_LAYER = {"arange", "asarray", "full", "ones", "zeros"}

NOT_DIFFERENTIABLE = {"arange", "asarray", "full", "full_like", "ones", "ones_like", "zeros", "zeros_like"}
