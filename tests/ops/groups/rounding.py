"""Cases for rounding and for numbers held within a range; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from bridge import ops
from bridge.dtypes import dtype_name
from tests.ops.case import Case, by_numpy, case, floats, integers
from tests.ops.elementwise import NOT_FINITE, NOT_FINITE_COMPLEX, UNSIGNED, one, two_fractions
from tests.ops.strategies import FLOATING, REAL, WHOLE, arrays, of_one, of_two

_HALVES = numpy.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5], "float32")
_WIDE = numpy.array([-3e9, -200.7, -1.5, -0.0, 0.5, 127.9, 255.5, 65535.9, 3e9, 1e20], "float32")
_WIDE_WHOLE = numpy.array([-(2**40), -129, -1, 0, 1, 127, 255, 256, 70000, 2**40])


def _saturated(x: Any, dtype: str) -> Any:
    """The meaning in whole numbers of Python's own, which have no bounds."""
    if dtype.startswith("float"):
        limits = numpy.finfo(dtype)
        return numpy.clip(x.astype("float64"), float(limits.min), float(limits.max)).astype(dtype)
    limits = numpy.iinfo(dtype)
    ends = [min(max(int(value), int(limits.min)), int(limits.max)) for value in x.ravel().tolist()]
    return numpy.array(ends, dtype).reshape(x.shape)


def _saturate_cast() -> list[Case]:
    whole = ("int8", "uint8", "int16", "int32", "uint16", "uint32")
    cases = [case(by_numpy(_saturated), _WIDE, dtype) for dtype in whole]
    cases += [case(by_numpy(_saturated), _WIDE_WHOLE.astype("int32"), dtype) for dtype in whole[:3]]
    cases += [case(by_numpy(_saturated), floats(*shape), "int32") for shape in ((2, 3), (), (0, 3), (1, 2))]
    return [
        *cases,
        case(by_numpy(_saturated), numpy.array([-1e6, 1.5, 1e6], "float32"), "float16").but(gradient=False),
        case(by_numpy(_saturated), floats(2, 3), "float32").but(smooth=False),
        case(by_numpy(_saturated), integers(3), "float32"),
        case(by_numpy(_saturated), numpy.array([0, 200], "uint8"), "int8"),
    ]


def _rounded() -> dict[str, list[Case]]:
    whole = (integers(3) - 2, integers(2, dtype="int32"), *UNSIGNED[:1])
    numbers = numpy.array([5, 15, 25, 14, 16, -5, -15, -149, 150, 250, 0])
    return {
        "ceil": one(numpy.ceil, *whole, _HALVES),
        "floor": one(numpy.floor, *whole, _HALVES),
        "trunc": one(numpy.trunc, *whole, _HALVES),
        "round": [
            *one(numpy.round, *whole),
            case(by_numpy(numpy.round), _HALVES).but(smooth=False),
            *(case(by_numpy(numpy.round), floats(2, 3) * 100, places) for places in (1, 2, -1)),
            *(case(by_numpy(numpy.round), numbers, decimals=places) for places in (1, -1, -2)),
        ],
        "clip": [
            case(by_numpy(numpy.clip), floats(2, 3), -0.5, 0.5),
            case(by_numpy(numpy.clip), floats(2, 3), min=0),
            case(by_numpy(numpy.clip), floats(0), max=1.0),
            case(by_numpy(numpy.clip), floats(2, 3), floats(3) - 2, floats(2, 1) + 2),
            case(by_numpy(numpy.clip), floats(2, 3), floats(3) - 2, 1.0),
            case(by_numpy(numpy.clip), floats(2, 3), -0.5, floats(2, 1) + 2),
            case(by_numpy(numpy.clip), integers(4), 1, 3),
            case(by_numpy(numpy.clip), integers(4), 0.5, None),
            case(by_numpy(lambda x: x), floats(2, 3)),
        ],
        "nan_to_num": [
            *one(numpy.nan_to_num, *whole),
            case(by_numpy(_replaced), NOT_FINITE, 2.0, posinf=9.0, neginf=-9.0).but(smooth=False),
            case(by_numpy(_replaced), NOT_FINITE_COMPLEX, posinf=9.0, neginf=-9.0).but(gradient=False),
            case(by_numpy(numpy.nan_to_num), NOT_FINITE).but(smooth=False),
        ],
        "nextafter": two_fractions(lambda x, y: numpy.nextafter(_single(x), _single(y))),
        "saturate_cast": _saturate_cast(),
    }


def _single(x: Any) -> Any:
    return numpy.asarray(x, "float32")


def _replaced(x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    return numpy.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


CASES = _rounded()


def _bits(op: Callable[..., Any]) -> Callable[..., Any]:
    """Answers as whole numbers, of which neighbours differ by one."""
    return lambda x, y: ops.view(op(x, y), dtype_name(x.dtype).replace("float", "int"))


def _next(dtype: str) -> Any:
    def reference(x: Any, y: Any) -> Any:
        return numpy.nextafter(x.astype(dtype), y.astype(dtype)).view(dtype.replace("float", "int"))

    return of_two(reference, (dtype,)).map(lambda example: example.but(via=_bits))


GENERATED = {
    **{name: of_one(getattr(numpy, name), REAL) for name in ("ceil", "floor", "trunc", "round")},
    "clip": of_two(lambda x, low: numpy.clip(x, low, None), REAL),
    "nextafter": _next("float32") | _next("float64"),
    "nan_to_num": of_one(numpy.nan_to_num, (*REAL, "complex64")),
    "saturate_cast": arrays((*FLOATING, *WHOLE), low=-300, high=300).map(
        lambda x: case(by_numpy(_saturated), x, "uint8")
    ),
}


def _round(x: Any, decimals: int = 0) -> Any:
    return ops.round(x, decimals)


OP_INFOS: dict[str, Callable[..., Any]] = {
    **{name: getattr(ops, name) for name in ("ceil", "trunc", "nan_to_num", "nextafter")},
    "round": _round,
}
