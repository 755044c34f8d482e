"""Cases for products of matrices and tensors; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.skip import Skip
from tests.ops.strategies import ALL, NUMERIC, SEEDS, array, of_one, of_two


def _bytes(*shape: int) -> numpy.ndarray:
    return integers(*shape, below=100, dtype="int8")


def _of_two(function: Callable[..., Any], *pairs: tuple[Any, Any], **options: Any) -> list[Case]:
    return [case(by_numpy(function), *pair, **options) for pair in pairs]


def _mixed(function: Callable[..., Any], first: tuple[int, ...], second: tuple[int, ...]) -> list[Case]:
    """Two dtypes in one product, complex numbers, and integers that wrap around."""
    return _of_two(
        function,
        (integers(*first), floats(*second)),
        (floats(*first), integers(*second, dtype="int32")),
        (complexes(*first), floats(*second)),
        (complexes(*first), complexes(*second)),
        (_bytes(*first), _bytes(*second)),
        (integers(*first, dtype="uint8"), integers(*second, dtype="int16")),
    )


def _einsum(subscripts: str, *operands: Any) -> Any:
    return numpy.einsum(subscripts, *operands)


def _products() -> dict[str, list[Case]]:
    def einsum(subscripts: str, *operands: numpy.ndarray) -> Case:
        return case(by_numpy(_einsum), subscripts, *operands)

    matmul, tensordot, vecdot = by_numpy(numpy.matmul), by_numpy(numpy.tensordot), by_numpy(numpy.vecdot)
    x = floats(2, 3, 4)
    diagonals: list[dict[str, Any]] = [
        {},
        {"offset": 1},
        {"offset": -1, "axis1": 1, "axis2": 2},
        {"axis1": -1, "axis2": 0},
        {"offset": 2, "axis1": 2, "axis2": 1},
    ]
    return {
        "cross": [
            *_of_two(numpy.cross, (floats(3), floats(3)), (floats(2, 3), floats(3)), (floats(4, 1, 3), floats(2, 3))),
            *_of_two(numpy.cross, (floats(3, 2), floats(3, 2)), (floats(3, 0), floats(3, 0)), axis=0),
            *_of_two(numpy.cross, (floats(2, 3, 1), floats(2, 3, 4)), axis=-2),
            *_mixed(numpy.cross, (2, 3), (2, 3)),
        ],
        "diagonal": [case(by_numpy(numpy.diagonal), x, **options) for options in diagonals]
        + [case(by_numpy(numpy.diagonal), x) for x in (floats(3, 3), integers(1, 3), bools(2, 2), floats(0, 3))]
        + [case(by_numpy(numpy.diagonal), floats(2, 3), offset) for offset in (3, 5, -2)],
        "dot": [
            *_of_two(numpy.dot, (floats(3), floats(3)), (floats(2, 3), floats(3, 4)), (floats(2, 2, 3), floats(3))),
            *_of_two(numpy.dot, (floats(2, 3), floats(4, 3, 1)), (floats(0), floats(0)), (floats(), floats(3))),
            *_of_two(numpy.dot, (floats(2, 3), floats()), (floats(3), floats(3, 2)), (floats(2, 0), floats(0, 2))),
            *_mixed(numpy.dot, (2, 3), (2, 3, 2)),
        ],
        "einsum": [
            einsum("ij,jk", floats(2, 3), floats(3, 4)),
            einsum("ij,jk->ki", floats(2, 3), floats(3, 4)),
            einsum("bij,bjk->bik", floats(2, 2, 3), floats(2, 3, 1)),
            einsum("...ij,...jk", floats(4, 2, 3), floats(3, 2)),
            einsum("...i,...i->...", floats(5, 1, 3), floats(2, 3)),
            einsum("i...->...", floats(2, 3)),
            einsum("ii", floats(3, 3)),
            einsum("ii->i", floats(3, 3)),
            einsum("iji->j", floats(3, 2, 3)),
            einsum("ba", floats(2, 3)),
            einsum("i,j,k->kij", floats(2), floats(3), floats(4)),
            einsum(" ab, bC, Cd -> ad ", floats(2, 3), floats(3, 4), floats(4, 1)),
            einsum("ij,ij->", floats(2, 3), floats(2, 3)),
            einsum("ij,jk->ik", floats(0, 3), floats(3, 2)),
            einsum("ij,jk->ik", integers(2, 3), floats(3, 2)),
            einsum("ij,jk->ik", integers(2, 3, dtype="uint8"), integers(3, 2, dtype="uint8")),
            einsum("ij,kj->ik", complexes(2, 3), complexes(2, 3)),
            einsum("ij,j,k->ik", floats(2, 3), integers(3, dtype="int32"), complexes(2)),
        ],
        "inner": [
            *_of_two(numpy.inner, (floats(3), floats(3)), (floats(2, 3), floats(4, 3)), (floats(2, 2, 3), floats(3))),
            *_of_two(numpy.inner, (floats(), floats(3)), (floats(2), floats()), (floats(2, 0), floats(3, 0))),
            *_mixed(numpy.inner, (2, 3), (4, 3)),
        ],
        "kron": [
            *_of_two(numpy.kron, (floats(2), floats(3)), (floats(2, 3), floats(3, 1)), (floats(2), floats(2, 3))),
            *_of_two(numpy.kron, (floats(2, 1, 2), floats(3)), (floats(), floats(2)), (floats(0, 2), floats(2, 3))),
            *_of_two(numpy.kron, (bools(2), bools(2, 2))),
            *_mixed(numpy.kron, (2, 2), (1, 3)),
        ],
        "matmul": [
            case(matmul, floats(2, 3), floats(3, 4)),
            case(matmul, floats(3), floats(3)),
            case(matmul, floats(3), floats(2, 3, 4)),
            case(matmul, floats(2, 2, 3), floats(3)),
            case(matmul, floats(5, 1, 2, 3), floats(2, 3, 1)),
            case(matmul, floats(0, 3), floats(3, 2)),
            case(matmul, floats(2, 0), floats(0, 3)),
            case(matmul, integers(2, 3, dtype="int32"), integers(3, 2, dtype="int32")),
            *_mixed(numpy.matmul, (2, 3), (3, 4)),
            *_mixed(numpy.matmul, (3,), (2, 3, 2)),
        ],
        "matrix_transpose": [
            case(by_numpy(numpy.matrix_transpose), x) for x in (floats(2, 3, 4), floats(1, 2), integers(0, 3))
        ],
        "outer": [
            *_of_two(numpy.outer, (floats(2), floats(3)), (floats(2, 2), floats(1, 3)), (floats(), floats(2))),
            *_of_two(numpy.outer, (floats(0), floats(2)), (bools(2), bools(3))),
            *_mixed(numpy.outer, (2,), (3,)),
        ],
        "tensordot": [
            case(tensordot, floats(2, 3, 4), floats(3, 4, 5)),
            case(tensordot, floats(2, 3), floats(3, 4), 1),
            case(tensordot, floats(2), floats(3), axes=0),
            case(tensordot, floats(2, 3), floats(5, 2), axes=([0], [1])),
            case(tensordot, floats(2, 3, 4), floats(4, 2, 1), axes=((0, -1), (1, 0))),
            case(tensordot, floats(2, 0), floats(0, 3), axes=1),
            *_of_two(numpy.tensordot, (_bytes(2, 3), _bytes(3, 2)), (integers(2, 3), floats(3, 2)), axes=1),
            *_of_two(numpy.tensordot, (complexes(2, 3), floats(2, 3)), (complexes(2, 3), complexes(2, 3))),
        ],
        "trace": [case(by_numpy(numpy.trace), x, **options) for options in diagonals]
        + [case(by_numpy(numpy.trace), x) for x in (floats(3, 3), integers(1, 3, dtype="int32"), floats(0, 3))]
        + [case(by_numpy(numpy.trace), floats(2, 3), 5), case(by_numpy(numpy.trace), complexes(2, 2))],
        "vdot": [
            *_of_two(numpy.vdot, (floats(3), floats(3)), (floats(2, 3), floats(2, 3)), (floats(0), floats(0))),
            *_of_two(numpy.vdot, (floats(), floats()), (complexes(4), floats(2, 2))),
            *_mixed(numpy.vdot, (3,), (3,)),
        ],
        "vecdot": [
            case(vecdot, floats(3), floats(3)),
            case(vecdot, floats(2, 3), floats(3)),
            case(vecdot, floats(4, 1, 3), floats(2, 3)),
            case(vecdot, floats(3, 2), floats(3, 2), axis=0),
            case(vecdot, floats(2, 3, 1), floats(2, 3, 4), axis=-2),
            case(vecdot, floats(2, 0), floats(2, 0)),
            *_mixed(numpy.vecdot, (2, 3), (2, 3)),
        ],
    }


CASES = _products()

SAME = ((2, 3), (2, 3))
MATRICES = (((2, 3), (3, 4)), ((1, 3), (3, 1)), ((2, 0), (0, 2)), ((5, 2, 3), (3, 2)), ((2, 1, 3, 2), (4, 2, 3)))


@st.composite
def _of_pairs(draw: Any, function: Any, pairs: Any, **options: Any) -> Case:
    """Two arrays of given shapes, each of its own dtype out of those that PyTorch and NumPy mix alike."""
    dtypes = draw(st.sampled_from([(dtype, dtype) for dtype in NUMERIC] + [("int32", "float64"), ("uint8", "int16")]))
    shapes = draw(st.sampled_from(pairs))
    seed = draw(SEEDS)  # equal vectors would have a product of 0, but for rounding
    first, second = (array(shapes[place], dtypes[place], -3, 3, seed + place) for place in range(2))
    return case(by_numpy(function), first, second, **options)


@st.composite
def _einsums(draw: Any) -> Case:
    subscripts, *shapes = draw(
        st.sampled_from(
            [
                ("ij,jk->ik", (2, 3), (3, 4)),
                ("...ij,jk->...ik", (5, 2, 3), (3, 2)),
                ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 1, 4)),
                ("iij->j", (2, 2, 3)),
                ("i,j", (2,), (0,)),
            ]
        )
    )
    dtype = draw(st.sampled_from(NUMERIC))
    return case(by_numpy(_einsum), subscripts, *(array(shape, dtype, -3, 3, draw(SEEDS)) for shape in shapes))


@st.composite
def _diagonals(draw: Any, function: Any, dtypes: Any) -> Case:
    shape = draw(st.sampled_from([(2, 3), (1, 1), (4, 2, 3), (2, 0, 3), (2, 1, 3, 2)]))
    axis1, axis2 = draw(st.permutations(range(len(shape))))[:2]
    x = array(shape, draw(st.sampled_from(dtypes)), -3, 3, draw(SEEDS))
    return case(by_numpy(function), x, draw(st.integers(-3, 3)), axis1, axis2)


VECTORS = (((3,), (3,)), ((2, 3), (2, 3)), ((5, 1, 3), (2, 3)), ((0, 3), (1, 3)))

GENERATED = {
    "cross": _of_pairs(numpy.cross, VECTORS),
    "diagonal": _diagonals(numpy.diagonal, ALL),
    "dot": _of_pairs(numpy.dot, (*MATRICES[:3], ((3,), (3,)), ((2, 3), (5, 3, 2)), ((), (3,)))),
    "einsum": _einsums(),
    "inner": _of_pairs(numpy.inner, (((3,), (3,)), ((2, 3), (4, 3)), ((2, 0), (3, 0)), ((2,), ()))),
    "kron": _of_pairs(numpy.kron, (((2,), (3,)), ((2, 1), (3, 2)), ((2,), (1, 2)), ((0, 2), (2, 2)))),
    "matmul": _of_pairs(numpy.matmul, MATRICES),
    "matrix_transpose": of_one(numpy.matrix_transpose, ALL, shapes=((2, 3), (1, 2), (0, 3), (4, 1, 2))),
    "outer": of_two(numpy.outer, NUMERIC),
    "tensordot": _of_pairs(numpy.tensordot, (((2, 3, 4), (3, 4, 1)), SAME, ((3, 4), (3, 4, 0)))),
    "trace": _diagonals(numpy.trace, NUMERIC),
    "vdot": _of_pairs(numpy.vdot, (((3,), (3,)), SAME, ((0,), (0,)))),
    "vecdot": _of_pairs(numpy.vecdot, VECTORS),
}


OP_INFOS = {
    "T": lambda x: ops.permute_dims(x),
    "bmm": ops.matmul,
    "diagonal": lambda x, offset=0, dim1=0, dim2=1: ops.diagonal(x, offset, dim1, dim2),
    "dot": ops.dot,
    "einsum": lambda operands, subscripts: ops.einsum(subscripts, *operands),
    "inner": ops.inner,
    "kron": ops.kron,
    "linalg.cross": lambda x, y, dim=-1: ops.cross(x, y, axis=dim),
    "linalg.vecdot": lambda x, y, dim=-1: ops.vecdot(x, y, axis=dim),
    "mT": ops.matrix_transpose,
    "mm": ops.matmul,
    "mv": ops.matmul,
    "outer": ops.outer,
    "tensordot": lambda x, y, dims=2: ops.tensordot(x, y, dims),
    "trace": ops.trace,
    "vdot": ops.vdot,
}

SKIPS = (
    Skip(
        "torch broadcasts an axis of size 1 that is summed over, which NumPy refuses",
        {"tensordot"},
        lambda sample: sample.input.shape == (1, 1, 1),
    ),
)
