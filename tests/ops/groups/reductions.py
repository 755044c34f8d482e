"""Cases for reductions; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy
import torch
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.skip import Skip
from tests.ops.strategies import FLOATING, SIGNED, WHOLE, of_an_axis


def _reduction(function: Callable[..., Any], inputs: Sequence[numpy.ndarray], empty: bool = True) -> list[Case]:
    reference = by_numpy(function)
    cases = [case(reference, x) for x in inputs]
    x = inputs[0]
    options: list[dict[str, Any]] = [
        {"axis": 1},
        {"axis": -1, "keepdims": True},
        {"axis": (0, 2)},
        {"axis": (-1, 0), "keepdims": True},
        {"keepdims": True},
        {"axis": (), "keepdims": True},
    ]
    cases += [case(reference, x, **option) for option in options]
    return cases + ([case(reference, x[:, :0], axis=1)] if empty else [])


def _place(function: Callable[..., Any]) -> list[Case]:
    reference, x = by_numpy(function), floats(2, 3, 4)
    ties = numpy.array([1, 3, 3, 0, 0])
    options: list[dict[str, Any]] = [{}, {"axis": 1}, {"axis": -1, "keepdims": True}, {"keepdims": True}]
    return (
        [case(reference, x, **option) for option in options]
        + [case(reference, x, axis=0) for x in (ties, bools(4))]
        + [case(reference, numpy.array([[1, numpy.nan, numpy.inf, numpy.nan], [3, 0, -0.0, 0]], "float32"), axis=1)]
    )


def _running(function: Callable[..., Any]) -> list[Case]:
    reference, x = by_numpy(function), floats(2, 3, 4)
    with_zeros = numpy.array([[2, 0, 3, 0, -1], [1, 2, 3, 4, 5], [0, 1, 2, 3, 4]], "float32")
    cases = [case(reference, x, axis=-1) for x in (integers(3, dtype="int32"), integers(3, dtype="int16"))]
    cases += [case(reference, x, axis=0) for x in (bools(4), floats(0, 2), complexes(3), floats(1))]
    return [
        *(case(reference, x, axis=axis) for axis in (1, -1)),
        case(reference, floats(3)),
        case(reference, x, axis=-2, include_initial=True),
        case(reference, floats(0), include_initial=True),
        case(reference, integers(2, 3), axis=1, dtype="float32", include_initial=True),
        case(reference, with_zeros, axis=1),
        *cases,
    ]


def _moments(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return numpy.mean(x, axis=axis, keepdims=keepdims), numpy.var(x, axis=axis, keepdims=keepdims)


def _logcumsumexp(x: Any, axis: int) -> Any:
    return numpy.log(numpy.cumsum(numpy.exp(_inexact(x)), axis=axis))


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return numpy.log(numpy.sum(numpy.exp(_inexact(x)), axis=axis, keepdims=keepdims))


def _inexact(x: Any) -> Any:
    """NumPy takes the exponential of an int8 in float16."""
    return x if x.dtype.kind in "fc" else x.astype("float64")


def _reductions() -> dict[str, list[Case]]:
    x = floats(2, 3, 4)
    mixed = (x, integers(3), integers(2, dtype="int32"), bools(4), floats())
    return {
        "all": _reduction(numpy.all, (bools(2, 3, 4), floats(3), integers(3), bools())),
        "any": _reduction(numpy.any, (bools(2, 3, 4), floats(3), integers(3), bools())),
        "argmax": _place(numpy.argmax),
        "argmin": _place(numpy.argmin),
        "count_nonzero": _reduction(
            numpy.count_nonzero, (integers(2, 3, 4), floats(3), bools(3), complexes(2), bools())
        ),
        "cumulative_prod": _running(numpy.cumulative_prod),
        "cumulative_sum": _running(numpy.cumulative_sum),
        "logcumsumexp": [case(by_numpy(_logcumsumexp), x, axis=axis) for axis in (0, -1)]
        + [case(by_numpy(_logcumsumexp), x, axis=0) for x in (floats(0, 2), floats(1), integers(3))]
        + [case(torch.logcumsumexp, numpy.array([1000.0, 1000.0, -1000.0], "float32"), axis=0)],
        "logsumexp": _reduction(_logsumexp, (x, integers(3), floats(1)), empty=False)
        + [case(torch.logsumexp, numpy.array([1000.0, 1000.0], "float32"), axis=0)],
        "max": _reduction(numpy.max, (x, integers(3), floats(), bools(3), integers(2, dtype="uint8")), empty=False),
        "mean": _reduction(numpy.mean, mixed, empty=False),
        "min": _reduction(numpy.min, (x, integers(3), floats(), bools(3), integers(2, dtype="uint8")), empty=False),
        "moments": _reduction(_moments, (x, integers(3), floats(1), bools(4)), empty=False),
        "prod": _reduction(numpy.prod, mixed) + [case(by_numpy(numpy.prod), integers(3), dtype="float32")],
        "ptp": _reduction(numpy.ptp, (x, integers(3), floats()), empty=False),
        # The square root has no gradient where the deviation is 0, as it is along no axes.
        "std": [
            example.but(gradient=example.kwargs.get("axis") != ())
            for example in _reduction(numpy.std, mixed[:-1], empty=False)
        ]
        + [case(by_numpy(numpy.std), x, axis=1, correction=1)],
        "sum": _reduction(numpy.sum, mixed) + [case(by_numpy(numpy.sum), bools(3, 4), axis=1, dtype="float32")],
        "var": _reduction(numpy.var, (*mixed, complexes(3)), empty=False)
        + [case(by_numpy(numpy.var), x, axis=1, correction=1), case(by_numpy(numpy.var), x, correction=1)],
    }


CASES = _reductions()

NOT_DIFFERENTIABLE = {"all", "any", "argmax", "argmin", "count_nonzero"}

_REAL = (*FLOATING, *WHOLE)
_KEEPDIMS = {"several": True, "none": True, "keepdims": st.booleans()}
_INITIAL = {"include_initial": st.booleans()}
_PLACE = {"none": True, "keepdims": st.booleans()}

GENERATED = {
    **{name: of_an_axis(getattr(numpy, name), (*_REAL, "bool"), **_KEEPDIMS) for name in ("all", "any", "max", "min")},
    **{name: of_an_axis(getattr(numpy, name), (*_REAL, "bool"), **_PLACE) for name in ("argmax", "argmin")},
    "count_nonzero": of_an_axis(numpy.count_nonzero, (*_REAL, "complex64", "bool"), -1, 1, **_KEEPDIMS),
    "cumulative_prod": of_an_axis(numpy.cumulative_prod, (*FLOATING, *SIGNED, "complex64"), -2, 2, **_INITIAL),
    "cumulative_sum": of_an_axis(numpy.cumulative_sum, (*FLOATING, *SIGNED, "complex64"), **_INITIAL),
    "logcumsumexp": of_an_axis(_logcumsumexp, _REAL),
    "logsumexp": of_an_axis(_logsumexp, _REAL, **_KEEPDIMS),
    "mean": of_an_axis(numpy.mean, (*_REAL, "complex64"), **_KEEPDIMS),
    "moments": of_an_axis(_moments, (*FLOATING, *SIGNED), **_KEEPDIMS),
    "prod": of_an_axis(numpy.prod, (*_REAL, "complex64"), -2, 2, **_KEEPDIMS),
    "ptp": of_an_axis(numpy.ptp, _REAL, **_KEEPDIMS),
    "std": of_an_axis(numpy.std, (*FLOATING, *SIGNED, "complex64"), **_KEEPDIMS),
    "var": of_an_axis(numpy.var, (*FLOATING, *SIGNED, "complex64"), **_KEEPDIMS),
    "sum": of_an_axis(numpy.sum, (*FLOATING, *WHOLE), several=True, none=True, keepdims=st.booleans()),
}


def _along(op: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, dim, **options: op(x, axis=dim, **options)


OP_INFOS = {
    "count_nonzero": lambda x, dim=None: ops.count_nonzero(x, axis=dim),
    "cumprod": _along(ops.cumulative_prod),
    "cumsum": _along(ops.cumulative_sum),
    "logcumsumexp": _along(ops.logcumsumexp),
}

SKIPS = (
    Skip(
        "torch takes axis 0 of a tensor without axes, which NumPy refuses",
        {"count_nonzero", "cumprod", "logcumsumexp"},
        lambda sample: sample.input.ndim == 0 and (len(sample.args) > 0 or "dim" in sample.kwargs),
    ),
)
