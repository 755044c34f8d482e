"""Cases for matrices made of a rule; NumPy is the reference."""

from __future__ import annotations

from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.strategies import ALL, NUMERIC, arrays


def _eye(n_rows: int, n_cols: int | None = None, k: int = 0, dtype: Any = "float32") -> Any:
    return numpy.eye(n_rows, n_cols, k, dtype=dtype)


def _tri(n_rows: int, n_cols: int | None = None, k: int = 0, dtype: Any = "float32") -> Any:
    return numpy.tri(n_rows, n_cols, k, dtype=dtype)


def _vander(x: Any, n: int | None = None, increasing: bool = False) -> Any:
    exponents = numpy.arange(len(x) if n is None else n)
    x = x if x.dtype.kind in "fc" else x.astype("int64")
    return x[:, None] ** (exponents if increasing else exponents[::-1]).astype(x.dtype)


def _matrices() -> dict[str, list[Case]]:
    diag, diagflat, eye, identity, tri, vander = map(
        by_numpy, (numpy.diag, numpy.diagflat, _eye, numpy.identity, _tri, _vander)
    )
    shapes: list[tuple[Any, ...]] = [(3,), (2, 3), (3, 2), (1, 1), (0, 2), (0,), (2, None)]
    by_shape = [(shape, options) for shape in shapes for options in ({}, {"k": 1}, {"k": -1})]
    return {
        "diag": [
            case(diag, floats(3)),
            case(diag, floats(2), k=2),
            case(diag, floats(2), k=-1),
            case(diag, integers(2, 3)),
            case(diag, floats(3, 2), k=-1),
            case(diag, floats(3, 2), k=1),
            case(diag, floats(2, 3), k=5),
            case(diag, floats(0)),
            case(diag, floats(0), k=1),
            case(diag, bools(2)),
            case(diag, complexes(1), k=1),
            case(diag, floats(0, 3)),
        ],
        "diagflat": [case(diagflat, floats(2, 2)), case(diagflat, floats(), k=1), case(diagflat, integers(3), k=-2)],
        "eye": [
            *(case(eye, *shape, **options) for shape, options in by_shape),
            case(eye, 2, 3, k=7),
            case(eye, 2, 3, k=-7, dtype="int32"),
            case(eye, 2, dtype="bool"),
            case(eye, 2, k=1, dtype="complex64"),
        ],
        "identity": [case(identity, 3), case(identity, 0), case(identity, 2, dtype="int64")],
        "tri": [
            *(case(tri, *shape, **options) for shape, options in by_shape),
            case(tri, 3, dtype="bool"),
            case(tri, 2, 3, k=7, dtype="int32"),
        ],
        "vander": [
            case(vander, floats(3)),
            case(vander, floats(3), 2),
            case(vander, floats(2), 4, increasing=True),
            case(vander, numpy.array([0.0, 2.0], "float32"), 3),
            case(vander, integers(4, dtype="int32"), 3),
            case(vander, bools(2), 2),
            case(vander, floats(2), 0),
            case(vander, floats(0), 2),
            case(vander, complexes(2), 3),
        ],
    }


CASES = _matrices()

IN_A_LAYER = {"eye", "identity", "tri"}

NOT_DIFFERENTIABLE = {"eye", "identity", "tri"}

DTYPES = st.sampled_from(("float32", "float64", "float16", "int32", "uint8", "bool", "complex64"))


@st.composite
def _rule(draw: Any, function: Any) -> Case:
    rows, columns = draw(st.integers(0, 4)), draw(st.none() | st.integers(0, 4))
    return case(by_numpy(function), rows, columns, k=draw(st.integers(-5, 5)), dtype=draw(DTYPES))


def _with_k(function: Any, shapes: Any) -> st.SearchStrategy[Case]:
    return st.builds(lambda x, k: case(by_numpy(function), x, k=k), arrays(ALL, shapes), st.sampled_from((0, 1, -1, 4)))


GENERATED = {
    "diag": _with_k(numpy.diag, ((3,), (0,), (2, 3), (3, 1), (0, 2))),
    "diagflat": _with_k(numpy.diagflat, ((3,), (0,), (), (2, 2), (1, 2, 1))),
    "eye": _rule(_eye),
    "identity": st.builds(lambda n, dtype: case(by_numpy(numpy.identity), n, dtype=dtype), st.integers(0, 4), DTYPES),
    "tri": _rule(_tri),
    "vander": st.builds(
        lambda x, n, increasing: case(by_numpy(_vander), x, n, increasing=increasing),
        arrays(NUMERIC, ((3,), (1,), (0,)), -2, 2),
        st.sampled_from((None, 0, 1, 3)),
        st.booleans(),
    ),
}

OP_INFOS = {
    "diag": lambda x, k=0: ops.diag(x, k=k),
    "diagflat": lambda x, offset=0: ops.diagflat(x, k=offset),
}
