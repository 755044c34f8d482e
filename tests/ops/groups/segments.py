"""Cases for reductions of the rows that share a number; the reference is a loop in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from tests.ops.case import Case, by_numpy, case, complexes, floats, integers
from tests.ops.strategies import FLOATING, NUMERIC, REAL, SEEDS, array

COUNTED = {
    "jax compiled": "the shape follows from traced values: give num_segments",
    "jax gradient": "the shape follows from traced values: give num_segments",
}


def _of_each(function: Callable[..., Any], empty: Any = None) -> Callable[..., Any]:
    """The reference that reduces each segment by itself; `empty` is for one without rows."""

    def reference(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
        count = num_segments if num_segments is not None else segment_ids.max(initial=-1) + 1
        rows = [data[segment_ids == segment] for segment in range(count)]
        made = [function(row, axis=0) if len(row) else numpy.full(data.shape[1:], empty) for row in rows]
        answer = numpy.stack(made) if made else numpy.zeros((0, *data.shape[1:]))
        return answer.astype("float32" if function is numpy.mean and data.dtype.kind in "iu" else data.dtype)

    return by_numpy(reference)


def _cases(function: Callable[..., Any], empty: Any = None) -> list[Case]:
    reference, ids = _of_each(function, empty), numpy.array([0, 2, 0, 1])
    cases = [
        case(reference, floats(4), ids, 3),
        case(reference, floats(4, 2, 3), ids, num_segments=3),
        case(reference, floats(4, 2), numpy.array([0, 0, 1, 2], "int32"), 3, True),
        case(reference, integers(4), ids, 3),
        case(reference, floats(1, 2), numpy.array([0]), 1),
        case(reference, floats(4, 1), ids).but(lacking=COUNTED),
        case(reference, floats(0, 2), integers(0), 0),
    ]
    if empty is not None:
        cases += [
            case(reference, floats(4), numpy.array([3, 1, 3, 3]), 5),
            case(reference, floats(0, 2), integers(0), 2),
        ]
    return cases


CASES = {
    "segment_max": [
        *_cases(numpy.max),
        case(_of_each(numpy.max, -(2**31)), integers(2, dtype="int32"), numpy.array([0, 2]), 3),
    ],
    "segment_mean": _cases(numpy.mean, 0),
    "segment_min": [
        *_cases(numpy.min),
        case(_of_each(numpy.min, 2**31 - 1), integers(2, dtype="int32"), numpy.array([0, 2]), 3),
    ],
    "segment_prod": [
        *_cases(numpy.prod, 1),
        case(
            _of_each(numpy.prod, 1),
            numpy.array([0, 2, 3, 0, 0, 5, 4], "float32"),
            numpy.array([0, 0, 0, 1, 1, 1, 2]),
            3,
        ),
    ],
    "segment_sum": [
        *_cases(numpy.sum, 0),
        case(_of_each(numpy.sum, 0), complexes(3, 2), numpy.array([1, 0, 1]), 3),
    ],
}


@st.composite
def _rows(draw: Any, function: Callable[..., Any], empty: Any, dtypes: Any, low: float = -4, high: float = 4) -> Case:
    shape = draw(st.sampled_from(((4,), (0,), (1, 2), (5, 2, 1), (3, 0))))
    data = array(shape, draw(st.sampled_from(dtypes)), low, high, draw(SEEDS))
    count = draw(st.integers(1, 4))
    ids = array(shape[:1], "int64", 0, count - 1, draw(SEEDS))
    return case(_of_each(function, empty), data, ids, count)


GENERATED = {
    "segment_max": _rows(numpy.max, -numpy.inf, FLOATING),
    "segment_mean": _rows(numpy.mean, 0, REAL),
    "segment_min": _rows(numpy.min, numpy.inf, FLOATING),
    "segment_prod": _rows(numpy.prod, 1, REAL, 1, 2),
    "segment_sum": _rows(numpy.sum, 0, NUMERIC),
}
