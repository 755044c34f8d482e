"""Cases for distinct values and places that hold; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, floats, integers
from tests.ops.strategies import FLOATING, SHAPES, WHOLE, of_one, of_two

EAGER_ONLY = {
    "jax compiled": "the answer's size depends on values: give a size",
}


GRADIENT_TOO = EAGER_ONLY | {"jax gradient": "the test compiles the gradient, whose shape follows from traced values"}


def _by_value(reference: Callable[..., Any], *args: Any, **kwargs: Any) -> Case:
    lacking = GRADIENT_TOO if args[0].dtype.kind == "f" else EAGER_ONLY
    return case(by_numpy(reference), *args, **kwargs).but(lacking=lacking)


def _padded(values: Any, size: int, fill: Any) -> Any:
    missing = max(size - len(values), 0)
    return numpy.concatenate([values[:size], numpy.full((missing, *values.shape[1:]), fill, values.dtype)])


def _argwhere(x: Any, size: int, fill_value: int = 0) -> Any:
    return _padded(numpy.argwhere(x), size, fill_value)


def _nonzero(x: Any, size: int, fill_value: int = 0) -> Any:
    return tuple(_padded(places, size, fill_value) for places in numpy.nonzero(x))


def _flatnonzero(x: Any, size: int, fill_value: int = 0) -> Any:
    return _padded(numpy.flatnonzero(x), size, fill_value)


def _unique_all(x: Any, size: int, fill_value: Any = None) -> Any:
    values, indices, inverse, counts = numpy.unique_all(x)
    fill = values[0] if fill_value is None else fill_value
    return _padded(values, size, fill), _padded(indices, size, indices[0]), inverse, _padded(counts, size, 0)


def _unique_counts(x: Any, size: int, fill_value: Any = None) -> Any:
    return _unique_all(x, size, fill_value)[::3]


def _unique_inverse(x: Any, size: int, fill_value: Any = None) -> Any:
    return _unique_all(x, size, fill_value)[::2]


def _unique_values(x: Any, size: int, fill_value: Any = None) -> Any:
    return _unique_all(x, size, fill_value)[0]


def _places(plain: Callable[..., Any], sized: Callable[..., Any]) -> list[Case]:
    inputs = (integers(3, 4, below=2), bools(2, 3, 1), floats(3), floats(0, 2), numpy.zeros(3, "float32"))
    return [
        *(_by_value(plain, x) for x in inputs),
        case(by_numpy(sized), bools(3, 4), size=20),
        case(by_numpy(sized), integers(3, 4, below=2), size=2, fill_value=7),
        case(by_numpy(sized), integers(6, below=2), size=8, fill_value=-1),
    ]


def _distinct(plain: Callable[..., Any], sized: Callable[..., Any]) -> list[Case]:
    inputs = (integers(8), integers(2, 3, dtype="int32"), bools(5), floats(2, 2), integers(1), floats())
    repeated = integers(9, below=4)
    return [
        *(_by_value(plain, x) for x in inputs),
        _by_value(plain, floats(0)),
        case(by_numpy(sized), repeated, size=6),
        case(by_numpy(sized), repeated, size=5, fill_value=99),
        case(by_numpy(sized), integers(2, 3), size=6),
        case(by_numpy(sized), floats(2, 2), size=3),
        case(by_numpy(sized), floats(3), size=5, fill_value=-1),
    ]


def _unique(*args: Any, **options: Any) -> Case:
    return _by_value(numpy.unique, *args, **options)


ROWS = integers(6, 2, below=2)
REPEATED = integers(9, below=4)
NANS = numpy.array([numpy.nan, 1, numpy.nan, 0], "float32")
EVERYTHING = {"return_index": True, "return_inverse": True, "return_counts": True}


def _where_nan(**options: Any) -> Case:
    """Where the distinct values are NaN, since no case may answer NaN itself."""
    return _by_value(lambda x, **given: numpy.isnan(numpy.unique(x, **given)), NANS, **options).but(
        via=lambda op: lambda x, **given: ops.isnan(op(x, **given)), gradient=False
    )


CASES: dict[str, list[Case]] = {
    "argwhere": [*_places(numpy.argwhere, _argwhere), _by_value(numpy.argwhere, floats())],
    "flatnonzero": _places(numpy.flatnonzero, _flatnonzero),
    "isin": [
        case(by_numpy(numpy.isin), integers(2, 3), integers(2)),
        case(by_numpy(numpy.isin), integers(6), integers(2, 2), invert=True),
        case(by_numpy(numpy.isin), integers(6, dtype="int32"), [1, 3]),
        case(by_numpy(numpy.isin), floats(3), numpy.zeros(0, "float32")),
        case(by_numpy(numpy.isin), bools(3), numpy.array([True])),
        case(by_numpy(numpy.isin), NANS, NANS),
        case(by_numpy(numpy.isin), integers(4), numpy.array([1.0, 2.5], "float32")),
        case(by_numpy(numpy.isin), numpy.array(3), integers(4)),
        case(by_numpy(numpy.isin), integers(5), 3),
    ],
    "nonzero": _places(numpy.nonzero, _nonzero),
    "unique": [
        _unique(integers(8)),
        _unique(floats(2, 3), **EVERYTHING),
        _unique(integers(2, 3), **EVERYTHING),
        _unique(ROWS, axis=0, **EVERYTHING),
        _unique(ROWS, axis=-1, return_inverse=True),
        _unique(integers(3, 2, 2, below=2), axis=1, return_counts=True),
        _unique(floats(5), return_index=True),
        _where_nan(),
        _where_nan(equal_nan=False),
        case(by_numpy(_unique_values), REPEATED, size=6),
        case(by_numpy(_unique_values), floats(4), size=3),
        case(by_numpy(_unique_counts), REPEATED, size=5, fill_value=99).but(
            via=lambda op: lambda *args, **kwargs: op(*args, return_counts=True, **kwargs)
        ),
    ],
    "unique_all": _distinct(numpy.unique_all, _unique_all),
    "unique_counts": _distinct(numpy.unique_counts, _unique_counts),
    "unique_inverse": _distinct(numpy.unique_inverse, _unique_inverse),
    "unique_values": _distinct(lambda x: numpy.unique_all(x).values, _unique_values),
}
NOT_DIFFERENTIABLE = {"argwhere", "flatnonzero", "isin", "nonzero"}

GENERATED = {
    "argwhere": of_one(numpy.argwhere, (*FLOATING, *WHOLE, "complex64", "bool"), low=-1, high=1),
    "flatnonzero": of_one(numpy.flatnonzero, (*FLOATING, *WHOLE, "complex64", "bool"), low=-1, high=1),
    "isin": of_two(numpy.isin, (*FLOATING, *WHOLE, "bool")),
    "nonzero": of_one(numpy.nonzero, (*FLOATING, *WHOLE, "complex64", "bool"), low=-1, high=1, shapes=SHAPES[1:]),
    **{
        name: of_one(getattr(numpy, name), (*FLOATING, *WHOLE, "bool"), low=-2, high=2)
        for name in ("unique", "unique_all", "unique_counts", "unique_inverse")
    },
    "unique_values": of_one(lambda x: numpy.unique_all(x).values, (*FLOATING, *WHOLE, "bool"), low=-2, high=2),
}

OP_INFOS = {
    "argwhere": ops.argwhere,
    "isin": lambda x1, x2, assume_unique=False, invert=False: ops.isin(x1, x2, invert=invert),
    "nonzero_static": lambda x, size, fill_value=-1: ops.argwhere(x, size=size, fill_value=fill_value),
}
