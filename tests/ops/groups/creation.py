"""Cases for new tensors; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.strategies import ALL, arrays, of_one


def _like(function: Callable[..., Any], *fill: Any) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, floats(2, 3), *fill),
        case(reference, integers(), *fill),
        case(reference, floats(0, 2), *fill, dtype="int32"),
        case(reference, integers(2), *fill, dtype="float16"),
        case(reference, floats(2, 3), *fill, shape=(1, 4)),
        case(reference, floats(2), *fill, dtype="bool", shape=()),
        case(reference, floats(2), *fill, dtype="complex64", shape=3),
        case(reference, bools(2, 1), *fill),
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
        case(reference, [2, 1], dtype="complex64"),
        case(reference, (2,), dtype="uint8"),
    ]


def _blank(op: Callable[..., Any]) -> Callable[..., Any]:
    """The op with the values that it does not set made zeros."""
    return lambda *args, **kwargs: ops.zeros_like(op(*args, **kwargs))


def _creation() -> dict[str, list[Case]]:
    asarray, arange, full = map(by_numpy, (numpy.asarray, numpy.arange, numpy.full))
    return {
        "arange": [
            case(arange, 3),
            case(arange, 0),
            case(arange, -2),
            case(arange, 3, 1),
            case(arange, 1, 3, -1),
            case(arange, 2, 7, 3),
            case(arange, 5, 0, -2),
            case(arange, 3.0),
            case(arange, 0, 1, 0.25),
            case(arange, 1.5, -1, -0.5),
            case(arange, 3, dtype="float32"),
            case(arange, 1, 4, dtype="int32"),
            case(arange, 4, dtype="int8"),
            case(arange, 1, 2, 0.25, dtype="float16"),
        ],
        "asarray": [
            case(asarray, 2.5),
            case(asarray, 3),
            case(asarray, True),
            case(asarray, 1 + 2j),
            case(asarray, [[1, 2], [3, 4]]),
            case(asarray, [1.0, 2.0]),
            case(asarray, [1, 2.5j]),
            case(asarray, []),
            case(asarray, [[], []]),
            case(asarray, [1, 2], dtype="float32"),
            case(asarray, [1.5], dtype="int32"),
            case(asarray, [0, 2], dtype="bool"),
            case(asarray, [1.5], copy=True),
            case(asarray, floats(2, 3)),
            case(asarray, integers(2, dtype="int32"), dtype="float16"),
            case(asarray, bools(2), copy=True),
        ],
        "copy": [case(by_numpy(numpy.copy), x) for x in (floats(2, 3), integers(), bools(0, 2), complexes(2))],
        "empty": [example.but(via=_blank) for example in _filled(numpy.zeros)],
        "empty_like": [example.but(via=_blank) for example in _like(numpy.zeros_like)],
        "from_dlpack": [
            case(lambda x: x, x).but(
                via=lambda op: op,
                lacking={
                    "torch compiled": "torch.compile does not look into DLPack",
                    "jax compiled": "a traced array has no memory to share",
                    "tensorflow compiled": "a symbolic tensor has no memory to share",
                },
            )
            for x in (floats(2, 3), integers(3, dtype="int32"), floats(0, 2), floats())
        ],
        "full": [
            case(full, (2, 3), 0.5),
            case(full, 2, 3),
            case(full, (), True),
            case(full, (2,), 1j),
            case(full, (0,), 1.0, dtype="float16"),
            case(full, (2,), 7, dtype="int32"),
            case(full, (2,), 7, dtype="complex64"),
        ],
        "full_like": [*_like(numpy.full_like, 1), case(by_numpy(numpy.full_like), complexes(2), 2j)],
        "ones": _filled(numpy.ones),
        "ones_like": _like(numpy.ones_like),
        "zeros": _filled(numpy.zeros),
        "zeros_like": _like(numpy.zeros_like),
    }


CASES = _creation()

IN_A_LAYER = {"arange", "asarray", "empty", "from_dlpack", "full", "ones", "zeros"}

NOT_DIFFERENTIABLE = {
    *("arange", "asarray", "empty", "empty_like", "from_dlpack", "full", "full_like", "ones", "ones_like", "zeros"),
    "zeros_like",
}

DTYPES = st.sampled_from(("float32", "float16", "int64", "int16", "uint8", "bool", "complex64"))
SIZES = st.sampled_from(((), 2, (0,), (2, 3), (1, 0, 2)))


def _of_sizes(function: Callable[..., Any], *fill: Any) -> st.SearchStrategy[Case]:
    return st.builds(lambda sizes, dtype: case(by_numpy(function), sizes, *fill, dtype=dtype), SIZES, DTYPES)


def _of_like(function: Callable[..., Any], *fill: Any) -> st.SearchStrategy[Case]:
    return st.builds(
        lambda x, sizes, dtype: case(by_numpy(function), x, *fill, dtype=dtype, shape=sizes),
        arrays(ALL),
        SIZES | st.none(),
        DTYPES,
    )


@st.composite
def _ranges(draw: Any) -> Case:
    whole = draw(st.booleans())
    bounds = st.integers(-9, 9) if whole else st.integers(-36, 36).map(lambda quarters: quarters / 4)
    steps = st.sampled_from((1, 2, -1, -3) if whole else (0.25, 0.5, -0.75, 2.0))
    dtype = st.sampled_from((None, "int32", "float32") if whole else (None, "float32", "float64"))
    return case(by_numpy(numpy.arange), draw(bounds), draw(bounds), draw(steps), dtype=draw(dtype)).but(tolerance=2e-5)


GENERATED = {
    "arange": _ranges(),
    "asarray": st.builds(lambda x: case(by_numpy(numpy.asarray), x.tolist()), arrays(("float32", "int64", "bool"))),
    "copy": of_one(numpy.copy, ALL),
    "full": _of_sizes(numpy.full, 1),
    "full_like": _of_like(numpy.full_like, 1),
    "ones": _of_sizes(numpy.ones),
    "ones_like": _of_like(numpy.ones_like),
    "zeros": _of_sizes(numpy.zeros),
    "zeros_like": _of_like(numpy.zeros_like),
}

OP_INFOS = {
    "arange": lambda *args, dtype=None, **device: ops.arange(*args, dtype=dtype),
}
