"""Cases for numbers spaced evenly or by a factor; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, by_numpy, case, complexes, floats, integers
from tests.ops.strategies import ALL, SEEDS, array


def _spaced(function: Callable[..., Any]) -> list[Case]:
    """Cases whose ends are 1 or more, for a function that may take them as exponents or take their logarithm."""
    reference = by_numpy(function)
    return [
        case(reference, 1, 2, 5),
        case(reference, 1.5, 4.0, 4, endpoint=False),
        case(reference, 2, 1, 3),
        case(reference, 1, 2, 0),
        case(reference, 1, 2, 1),
        case(reference, 1, 2, 1, endpoint=False),
        case(reference, 1, 2),
        case(reference, 1, 4, 7, dtype="float16").but(tolerance=1e-3),  # half precision
        case(reference, 1 + 1j, 2, 4),
        case(reference, 1, 2, 3, dtype="complex64"),
    ]


def _meshgrid(*arrays: Any, indexing: str = "xy") -> Any:
    return list(numpy.meshgrid(*arrays, indexing=indexing))


def _ranges() -> dict[str, list[Case]]:
    linspace, logspace, geomspace, meshgrid = map(
        by_numpy, (numpy.linspace, numpy.logspace, numpy.geomspace, _meshgrid)
    )
    return {
        "geomspace": [
            *_spaced(numpy.geomspace),
            case(geomspace, -1, -8, 4),
            case(geomspace, 1000, 1, 4),
            case(geomspace, 1j, 8j, 4),
        ],
        "linspace": [
            *_spaced(numpy.linspace),
            case(linspace, -1, 1, 4),
            case(linspace, 0, 0, 3),
            case(linspace, 0, 7.5, 6, dtype="int32"),
            case(torch.linspace, 0, 1, 6, dtype=torch.float64),
        ],
        "logspace": [*_spaced(numpy.logspace), case(logspace, -1, 3, 5, base=2.0), case(logspace, 0, 1, 3, base=10)],
        "meshgrid": [
            case(meshgrid, floats(3), floats(2)).but(via=lambda op: op),
            case(meshgrid, floats(3), integers(2), indexing="ij"),
            case(meshgrid, floats(3), floats(2), complexes(4)),
            case(meshgrid, floats(3)),
            case(meshgrid, floats(), floats(2)),
            case(meshgrid, floats(0), floats(2), indexing="ij"),
            case(meshgrid, floats()),
        ],
    }


CASES = _ranges()

IN_A_LAYER = {"geomspace", "linspace", "logspace"}

NOT_DIFFERENTIABLE = {"geomspace", "linspace", "logspace"}


@st.composite
def _between(draw: Any, function: Callable[..., Any], low: float) -> Case:
    ends = st.floats(low, 3, width=32)
    dtype = st.sampled_from((None, "float32", "float64"))
    example = case(by_numpy(function), draw(ends), draw(ends), draw(st.integers(0, 7)), dtype=draw(dtype))
    return example.but(kwargs=example.kwargs | {"endpoint": draw(st.booleans())}, tolerance=2e-5)


@st.composite
def _grids(draw: Any) -> Case:
    sizes, dtype = draw(st.lists(st.sampled_from((1, 2, 3, 0)), min_size=1, max_size=3)), draw(st.sampled_from(ALL))
    given = [array((size,), dtype, -4, 4, draw(SEEDS)) for size in sizes]
    return case(by_numpy(_meshgrid), *given, indexing=draw(st.sampled_from(("xy", "ij"))))


GENERATED = {
    "geomspace": _between(numpy.geomspace, 0.25),
    "linspace": _between(numpy.linspace, -3),
    "logspace": _between(numpy.logspace, -2),
    "meshgrid": _grids(),
}

OP_INFOS = {
    "meshgrid": lambda first, *rest, indexing: tuple(
        ops.meshgrid(*(first if isinstance(first, list | tuple) else (first, *rest)), indexing=indexing)
    ),
}
