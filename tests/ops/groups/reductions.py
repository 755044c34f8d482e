"""Cases for reductions; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy
import torch
from hypothesis import strategies as st

from tests.ops.case import Case, bools, by_numpy, case, floats, integers
from tests.ops.strategies import FLOATING, WHOLE, of_an_axis


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
    ]
    cases += [case(reference, x, **option) for option in options]
    return cases + ([case(reference, x[:, :0], axis=1)] if empty else [])


def _place(function: Callable[..., Any]) -> list[Case]:
    reference, x = by_numpy(function), floats(2, 3, 4)
    ties = numpy.array([1, 3, 3, 0, 0])
    options: list[dict[str, Any]] = [{}, {"axis": 1}, {"axis": -1, "keepdims": True}, {"keepdims": True}]
    return [case(reference, x, **option) for option in options] + [case(reference, ties, axis=0)]


def _cumulative_sum(x: Any, axis: int) -> Any:
    return numpy.cumulative_sum(x, axis=axis)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return numpy.log(numpy.sum(numpy.exp(x), axis=axis, keepdims=keepdims))


def _reductions() -> dict[str, list[Case]]:
    x = floats(2, 3, 4)
    mixed = (x, integers(3), integers(2, dtype="int32"), bools(4), floats())
    return {
        "all": _reduction(numpy.all, (bools(2, 3, 4), floats(3), integers(3), bools())),
        "any": _reduction(numpy.any, (bools(2, 3, 4), floats(3), integers(3), bools())),
        "argmax": _place(numpy.argmax),
        "argmin": _place(numpy.argmin),
        "cumulative_sum": [case(by_numpy(_cumulative_sum), x, axis=1)]
        + [case(by_numpy(_cumulative_sum), x, axis=-1) for x in (integers(3, dtype="int32"), bools(4), floats(0, 2))],
        "logsumexp": _reduction(_logsumexp, (x, integers(3), floats(1)), empty=False)
        + [case(torch.logsumexp, numpy.array([1000.0, 1000.0], "float32"), axis=0)],
        "max": _reduction(numpy.max, (x, integers(3), floats()), empty=False),
        "mean": _reduction(numpy.mean, mixed, empty=False),
        "min": _reduction(numpy.min, (x, integers(3), floats()), empty=False),
        "prod": _reduction(numpy.prod, mixed) + [case(by_numpy(numpy.prod), integers(3), dtype="float32")],
        "std": _reduction(numpy.std, mixed[:-1], empty=False) + [case(by_numpy(numpy.std), x, axis=1, correction=1)],
        "sum": _reduction(numpy.sum, mixed) + [case(by_numpy(numpy.sum), bools(3, 4), axis=1, dtype="float32")],
        "var": _reduction(numpy.var, mixed, empty=False)
        + [case(by_numpy(numpy.var), x, axis=1, correction=1), case(by_numpy(numpy.var), x, correction=1)],
    }


CASES = _reductions()

NOT_DIFFERENTIABLE = {"all", "any", "argmax", "argmin"}

GENERATED = {
    "sum": of_an_axis(numpy.sum, (*FLOATING, *WHOLE), several=True, none=True, keepdims=st.booleans()),
}
