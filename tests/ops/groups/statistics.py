"""Cases for averages, correlations, counts and differences; NumPy is the reference."""

from __future__ import annotations

from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers, positive
from tests.ops.strategies import FLOATING, SIGNED, WHOLE, array, arrays, of_an_axis, of_one

VALUE_DEPENDENT = {
    "jax compiled": "the answer's length depends on values: give a length",
}


def _average(x: Any, axis: Any = None, weights: Any = None, keepdims: bool = False) -> Any:
    return numpy.average(x, axis, weights, keepdims=keepdims)


def _averages() -> list[Case]:
    reference, x = by_numpy(_average), floats(2, 3, 4)
    return [
        case(reference, x),
        case(reference, x, axis=1),
        case(reference, x, weights=positive(2, 3, 4)),
        case(reference, x, axis=1, weights=positive(3)),
        case(reference, x, axis=-1, weights=positive(4), keepdims=True),
        case(reference, x, axis=(2, 0), weights=positive(4, 2)),
        case(reference, x, axis=(0, 1), weights=positive(2, 3, 4), keepdims=True),
        case(reference, integers(5), weights=integers(5) + 1),
        case(reference, integers(5), weights=positive(5)),
        # By the only weight there is the gradient is zero, and what is found is rounding alone.
        case(reference, floats(1, 3), axis=0, weights=numpy.ones(1, "float32")).but(gradient=False),
    ]


def _cov(x: Any, rowvar: bool = True, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    return numpy.cov(x, rowvar=rowvar, ddof=correction, fweights=fweights, aweights=aweights)


def _covariances() -> list[Case]:
    x, counts = floats(3, 5), numpy.array([1, 2, 1, 3, 1])
    return [
        case(by_numpy(_cov), x),
        case(by_numpy(_cov), x, rowvar=False),
        case(by_numpy(_cov), x, correction=0),
        case(by_numpy(_cov), x, fweights=counts),
        case(by_numpy(_cov), x, aweights=positive(5)),
        case(by_numpy(_cov), x, fweights=counts, aweights=positive(5), correction=2),
        case(by_numpy(_cov), floats(6)),
        case(by_numpy(_cov), floats(6), rowvar=False),
        case(by_numpy(_cov), floats(1, 6)),
        case(by_numpy(_cov), integers(2, 6)),
        case(by_numpy(_cov), complexes(2, 6)),
    ]


def _correlations() -> list[Case]:
    lengths = ((5, 3), (3, 5), (6, 2), (2, 6), (4, 4), (1, 3), (4, 1), (1, 1))
    return [
        case(by_numpy(numpy.correlate), floats(n), floats(m), mode=mode)
        for mode in ("full", "valid", "same")
        for n, m in lengths
    ] + [
        case(by_numpy(numpy.correlate), integers(5), integers(3), mode="full"),
        case(by_numpy(numpy.correlate), integers(5, dtype="int32"), floats(2), mode="same"),
        case(by_numpy(numpy.correlate), floats(5), floats(2)),
    ]


def _bincount(x: Any, weights: Any = None, minlength: int = 0, length: int | None = None) -> Any:
    if length is None:
        return numpy.bincount(x, weights, minlength)
    inside = (x >= 0) & (x < length)
    return numpy.bincount(x[inside], None if weights is None else weights[inside], length)


def _counts() -> list[Case]:
    reference, x = by_numpy(_bincount), integers(7)
    by_value = [
        case(reference, x),
        case(reference, integers(7, dtype="int32"), minlength=9),
        case(reference, integers(7, dtype="uint8"), weights=floats(7)),
        case(reference, integers(0)),
        case(reference, x, weights=integers(7), minlength=9),
    ]
    by_value[2] = by_value[2].but(
        lacking=VALUE_DEPENDENT
        | {"jax gradient": "the test compiles the gradient, whose shape follows from traced values"}
    )
    return [example.but(lacking=example.lacking or VALUE_DEPENDENT) for example in by_value] + [
        case(reference, x, length=5),
        case(reference, x, length=3),
        case(reference, numpy.array([-1, 2, 9, 2]), length=4),
        case(reference, x, weights=floats(7), length=6),
        case(reference, numpy.array([-1, 2, 9, 2]), weights=floats(4), length=4),
        case(reference, integers(0), length=4),
    ]


def _histograms() -> list[Case]:
    x = floats(40)
    return [
        case(by_numpy(numpy.histogram), x),
        case(by_numpy(numpy.histogram), floats(3, 4), 5),
        case(by_numpy(numpy.histogram), x, bins=4, range=(-1.0, 1.5)),
        case(by_numpy(numpy.histogram), x, numpy.array([-1, 0, 0.5, 3], "float32")),
        case(by_numpy(numpy.histogram), integers(20), [0, 1, 3, 4]),
        case(by_numpy(numpy.histogram), integers(20), bins=4),
        case(by_numpy(numpy.histogram), numpy.full(3, 2.0, "float32"), bins=2).but(gradient=False),  # a tie
        case(by_numpy(numpy.histogram), floats(0), bins=2),
        case(by_numpy(numpy.histogram), integers(20), bins=2, range=(1, 1)),
    ]


def _differences() -> list[Case]:
    reference, x = by_numpy(numpy.diff), floats(2, 3, 4)
    return [
        case(reference, x),
        case(reference, x, axis=0),
        case(reference, x, axis=1, n=2),
        case(reference, x, n=0),
        case(reference, x, n=9),
        case(reference, x, axis=-2, prepend=floats(2, 1, 4), append=floats(2, 2, 4)),
        case(reference, integers(5), prepend=integers(2)),
        case(reference, bools(6)),
        case(reference, integers(5, dtype="uint8"), append=integers(1, dtype="uint8")),
        case(reference, floats(1)),
        case(reference, complexes(3)),
    ]


def _integrals() -> list[Case]:
    reference, y = by_numpy(numpy.trapezoid), floats(2, 3, 4)
    return [
        case(reference, y),
        case(reference, y, dx=0.5, axis=1),
        case(reference, y, floats(3), axis=1),
        case(reference, y, x=floats(2, 3, 4), axis=0),
        case(reference, y, floats(4)),
        case(reference, floats(1)),
        case(reference, integers(5)),
        case(reference, integers(5), integers(5)),
    ]


def _coefficients() -> list[Case]:
    reference = by_numpy(numpy.corrcoef)
    return [
        case(reference, floats(3, 6)),
        case(reference, floats(3, 4), rowvar=False),
        # One variable is wholly correlated with itself: the gradient is zero, and what is found is rounding alone.
        case(reference, floats(1, 6)).but(gradient=False),
        case(reference, integers(2, 6)),
        case(reference, floats(5)).but(gradient=False),
    ]


CASES: dict[str, list[Case]] = {
    "average": _averages(),
    "bincount": _counts(),
    "corrcoef": _coefficients(),
    "correlate": _correlations(),
    "cov": _covariances(),
    "diff": _differences(),
    "histogram": _histograms(),
    "trapezoid": _integrals(),
}

FIXED = {"cov": ("fweights", "aweights")}


@st.composite
def _weighted(draw: Any) -> Case:
    example = draw(of_an_axis(_average, (*FLOATING, *SIGNED), several=True, none=True, keepdims=st.booleans()))
    x = example.args[0]
    dtype = x.dtype.name if x.dtype.name in FLOATING else "float32"
    weights = array(x.shape, dtype, 0.5, 2, draw(st.integers(0, 99)))
    return example.but(kwargs=example.kwargs | {"weights": weights})


@st.composite
def _of_counts(draw: Any) -> Case:
    x = draw(arrays(WHOLE, ((0,), (1,), (7,)), 0, 9))
    weights = array(x.shape, draw(st.sampled_from(["float32", "float64"])), -2, 2, 0) if draw(st.booleans()) else None
    length = {"length": draw(st.integers(1, 12))} if draw(st.booleans()) else {"minlength": draw(st.integers(0, 12))}
    return case(by_numpy(_bincount), x, weights=weights, **length)


@st.composite
def _of_vectors(draw: Any) -> Case:
    dtype = draw(st.sampled_from((*FLOATING, "int32", "int64")))
    first, second = (array((draw(st.integers(1, 6)),), dtype, -3, 3, draw(st.integers(0, 99))) for _ in range(2))
    return case(by_numpy(numpy.correlate), first, second, mode=draw(st.sampled_from(["full", "valid", "same"])))


GENERATED = {
    "average": _weighted(),
    "bincount": _of_counts(),
    "corrcoef": of_one(numpy.corrcoef, ("float32", "float64", *SIGNED), shapes=((5,), (1, 7), (2, 7), (3, 9))),
    "correlate": _of_vectors(),
    "cov": of_one(numpy.cov, ("float32", "float64", "complex64", *SIGNED), shapes=((5,), (1, 7), (2, 7), (3, 2))),
    "diff": of_an_axis(numpy.diff, (*FLOATING, *SIGNED, "complex64", "bool"), n=st.integers(0, 3)),
    "histogram": of_one(numpy.histogram, ("float32", "float64", "int32"), shapes=((9,), (2, 3), (0,))),
    "trapezoid": of_an_axis(numpy.trapezoid, (*FLOATING, *SIGNED), 0, dx=st.sampled_from([1.0, 0.25])),
}

OP_INFOS = {
    "bincount": lambda x, weights=None, minlength=0: ops.bincount(x, weights=weights, minlength=minlength),
    "corrcoef": ops.corrcoef,
    "cov": ops.cov,
    "diff": lambda x, n=1, dim=-1, prepend=None, append=None: ops.diff(
        x, n=n, axis=dim, prepend=prepend, append=append
    ),
    "trapezoid": lambda y, x=None, dim=-1, dx=1.0: ops.trapezoid(y, x, dx=dx, axis=dim),
}
