"""Cases for linear algebra; NumPy, SciPy and PyTorch are the references.

What is unique but for signs or order is compared after the matrix is put together again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
import scipy.linalg
import torch
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.matrices import (
    adjoint,
    cholesky_inverse,
    cholesky_solve,
    complex_regular,
    complex_square,
    definite,
    factors,
    hermitian,
    logdet,
    lstsq,
    lu_factor,
    of_products,
    on_hermitian,
    qr_parts,
    rebuilt_by_qr,
    rebuilt_by_svd,
    regular,
    solve_triangular,
    square_of_hermitian,
    squared_by_eig,
    squared_by_eigh,
    svd_parts,
    through_definite,
    traces,
    triangles,
    without_order,
)
from tests.ops.skip import Skip
from tests.ops.strategies import FLOATING, SEEDS, WHOLE, array

DOUBLE = ("float32", "float64", "complex64")
"""What decompositions compute in."""

VALUES_ONLY = {"gradient": False}


def _of_one(reference: Callable[..., Any], *inputs: numpy.ndarray, **options: Any) -> list[Case]:
    return [case(reference, x, **options) for x in inputs]


def _decompositions() -> dict[str, list[Case]]:
    cholesky = by_numpy(through_definite(numpy.linalg.cholesky))
    one_triangle = definite(floats(3, 3)) + numpy.triu(floats(3, 3), 1)
    eigh, eigvalsh = by_numpy(square_of_hermitian), by_numpy(hermitian(numpy.linalg.eigvalsh))
    lower_only = numpy.tril(floats(2, 3, 3))
    svd, qr = by_numpy(svd_parts), by_numpy(qr_parts)
    matrices = (floats(3, 3), floats(1, 1), floats(2, 3, 4), floats(4, 3), floats(0, 2, 3))
    return {
        "linalg.cholesky": [
            *(
                case(cholesky, x, upper=upper).but(via=of_products)
                for x in (floats(3, 3), floats(2, 1, 2, 2), floats(1, 1), floats(0, 2, 2), complexes(2, 2))
                for upper in (False, True)
            ),
            # What numpy.linalg.cholesky reads; that finite differences do not see the other triangle is the convention.
            case(by_numpy(numpy.linalg.cholesky), one_triangle).but(smooth=False),
            case(by_numpy(numpy.linalg.cholesky), one_triangle.T.copy(), upper=True).but(smooth=False),
            case(by_numpy(numpy.linalg.cholesky), 2 * numpy.eye(2, dtype="int64")),
        ],
        "linalg.eig": [
            case(by_numpy(complex_square), x).but(via=squared_by_eig, tolerance=1e-4)
            for x in (floats(3, 3), floats(2, 2, 2), floats(1, 1), complexes(2, 2), floats(0, 2, 2))
        ],
        "linalg.eigh": [
            case(eigh, x).but(via=squared_by_eigh)
            for x in (floats(3, 3), floats(2, 3, 3), floats(1, 1), complexes(2, 2), floats(0, 2, 2))
        ],
        "linalg.eigvals": [
            case(by_numpy(traces), x).but(via=without_order, tolerance=1e-4)  # the sums cancel
            for x in (floats(3, 3), floats(2, 2, 2), floats(1, 1), complexes(2, 2), floats(0, 2, 2))
        ],
        "linalg.eigvalsh": [
            *(
                case(eigvalsh, x).but(via=on_hermitian)
                for x in (floats(3, 3), floats(2, 3, 3), floats(1, 1), complexes(2, 2), floats(0, 2, 2))
            ),
            # The gradient is Hermitian in every framework, though only one triangle is read.
            case(by_numpy(numpy.linalg.eigvalsh), lower_only).but(smooth=False),
            case(by_numpy(numpy.linalg.eigvalsh), numpy.array([[2, 1], [1, 2]])),
        ],
        "linalg.lu_factor": [
            *_of_one(by_numpy(lu_factor), floats(3, 3), floats(2, 4, 4), floats(1, 1), floats(2, 2, 2, 2)),
            *_of_one(by_numpy(lu_factor), floats(4, 2), floats(2, 4), floats(2, 5, 3), floats(2, 3, 5)),
            case(by_numpy(lu_factor), integers(2, 2) + 3 * numpy.eye(2, dtype="int64")),
            # LAPACK takes the row of the largest |re| + |im|, TensorFlow that of the largest modulus; one has both.
            *_of_one(
                by_numpy(lu_factor),
                complexes(3, 3) + numpy.complex64(9 * numpy.eye(3)),
                complexes(4, 2) + numpy.complex64(9 * numpy.eye(4, 2)),
            ),
        ],
        "linalg.qr": [
            *(case(qr, x).but(via=rebuilt_by_qr) for x in (*matrices, complexes(3, 2), integers(3, 2))),
            case(qr, floats(3, 3), mode="complete").but(via=rebuilt_by_qr),
            case(qr, floats(2, 4), mode="complete").but(via=rebuilt_by_qr),
            case(qr, floats(2, 4, 2), mode="complete").but(via=rebuilt_by_qr, **VALUES_ONLY),
        ],
        "linalg.svd": [
            *(
                case(svd, x, full_matrices=False).but(via=rebuilt_by_svd)
                for x in (*matrices, complexes(3, 2), integers(3, 2))
            ),
            *_of_one(svd, floats(3, 3), complexes(2, 2)),
            *(case(svd, x).but(**VALUES_ONLY) for x in (floats(2, 4, 2), floats(1, 4), floats(0, 3, 2))),
        ],
        "linalg.svdvals": _of_one(by_numpy(numpy.linalg.svdvals), *matrices, complexes(3, 2), integers(3, 2)),
    }


def _via(cases: list[Case], via: Callable[..., Any]) -> list[Case]:
    return [example if example.via else example.but(via=via) for example in cases]


def _functions() -> dict[str, list[Case]]:
    matrices = (regular(3, 3), regular(2, 2, 2), regular(1, 1), complex_regular(2, 2), floats(0, 2, 2))
    whole = integers(2, 2) + 5 * numpy.eye(2, dtype="int64")
    negative = numpy.array([[0, 2], [1, 1]], "float32")
    diagonal = by_numpy(numpy.linalg.diagonal)
    pinv, rank = by_numpy(numpy.linalg.pinv), by_numpy(numpy.linalg.matrix_rank)
    flat = numpy.asarray(floats(4, 1) @ floats(1, 3), "float32")
    power = by_numpy(numpy.linalg.matrix_power)
    return {
        "linalg.cholesky_inverse": [
            case(by_numpy(cholesky_inverse), triangles(3, 3)),
            case(by_numpy(cholesky_inverse), triangles(2, 3, 3, upper=True), upper=True),
            case(by_numpy(cholesky_inverse), triangles(1, 1)),
            # LAPACK takes the diagonal to be real, of which finite differences in imaginary directions know nothing.
            case(by_numpy(cholesky_inverse), factors(2, 2)).but(smooth=False),
            case(by_numpy(cholesky_inverse), floats(0, 2, 2)),
        ],
        "linalg.cholesky_solve": [
            case(by_numpy(cholesky_solve), floats(3, 2), triangles(3, 3)),
            case(by_numpy(cholesky_solve), floats(2, 3, 1), triangles(2, 3, 3, upper=True), upper=True),
            case(by_numpy(cholesky_solve), complexes(2, 2), factors(2, 2)),
            case(by_numpy(cholesky_solve), floats(2, 2), numpy.tril(whole)),
            case(by_numpy(cholesky_solve), floats(0, 2, 1), floats(0, 2, 2)),
        ],
        "linalg.det": _of_one(
            by_numpy(numpy.linalg.det), *matrices, whole, negative, floats(3, 2, 2), floats(0, 0), floats(2, 0, 0)
        ),
        "linalg.diagonal": [
            *_of_one(diagonal, floats(3, 3), floats(2, 3, 4), integers(1, 2), bools(2, 2)),
            *(case(diagonal, floats(2, 3, 4), offset=offset) for offset in (1, -2, 5)),
        ],
        "linalg.inv": _of_one(by_numpy(numpy.linalg.inv), *matrices, whole),
        "linalg.logdet": _of_one(by_numpy(logdet), *matrices, whole),
        "linalg.matrix_exp": _of_one(
            by_numpy(scipy.linalg.expm),
            *(floats(3, 3), floats(2, 2, 2), floats(1, 1), complexes(2, 2), integers(2, 2)),
        )
        + [case(by_numpy(scipy.linalg.expm), 5 * floats(2, 2)).but(tolerance=1e-4)],  # rounding grows with the norm
        "linalg.matrix_power": [case(power, regular(3, 3), n) for n in (0, 1, 2, 3, 7, -1, -3)]
        + [case(power, x, 2) for x in (floats(2, 2, 2), floats(1, 1), complexes(2, 2), floats(0, 2, 2))]
        + [case(power, complex_regular(2, 2), 5), case(by_numpy(_float_power), integers(2, 2), 2)],
        "linalg.matrix_rank": [
            *_of_one(rank, floats(3, 3), floats(2, 3, 4), flat, flat.T.copy(), complexes(2, 2), integers(2, 2)),
            case(rank, numpy.zeros((2, 2), "float32")),
            case(rank, floats(0, 2, 2)),
            case(rank, numpy.diag(numpy.array([9, 0.9, 0.09], "float32")), rtol=0.05),
            case(rank, floats(2, 3, 3), rtol=numpy.array([0.9, 1e-4], "float32")),
        ],
        "linalg.multi_dot": [
            case(by_numpy(numpy.linalg.multi_dot), list(arrays))
            for arrays in (
                (floats(2, 3), floats(3, 4)),
                (floats(2, 3), floats(3, 1), floats(1, 4), floats(4, 2)),
                (floats(3), floats(3, 4), floats(4)),
                (floats(3), floats(3, 4)),
                (floats(2, 0), floats(0, 3), floats(3)),
                (integers(2, 3), floats(3, 2), complexes(2, 2)),
            )
        ],
        "linalg.pinv": [
            *_of_one(pinv, floats(3, 3), floats(2, 3, 4), floats(4, 2), floats(1, 1), complexes(3, 2), complexes(2, 3)),
            *_of_one(pinv, floats(0, 2, 3), integers(3, 2), numpy.eye(3, dtype="float32")),
            case(pinv, numpy.diag(numpy.array([9, 0.9, 0.09], "float32")), rtol=0.05).but(smooth=False),
            case(pinv, floats(2, 3, 3), rtol=numpy.array([1e-3, 1e-4], "float32")),
        ],
        "linalg.slogdet": _of_one(by_numpy(numpy.linalg.slogdet), *matrices, whole, negative, floats(3, 2, 2)),
        "linalg.trace": [
            *_of_one(by_numpy(numpy.linalg.trace), floats(3, 3), floats(2, 3, 4), integers(2, 2, dtype="int32")),
            *(case(by_numpy(numpy.linalg.trace), floats(2, 3, 4), offset=offset) for offset in (1, -2, 5)),
            case(by_numpy(numpy.linalg.trace), integers(2, 2), dtype="float32"),
            case(by_numpy(numpy.linalg.trace), bools(2, 2)),
        ],
    }


def _float_power(x: Any, n: int) -> Any:
    return numpy.linalg.matrix_power(x.astype(float), n)


def _solutions() -> dict[str, list[Case]]:
    solve, triangular, least = by_numpy(numpy.linalg.solve), by_numpy(solve_triangular), by_numpy(lstsq)
    flat = numpy.asarray(floats(4, 1) @ floats(1, 3), "float32")
    return {
        "linalg.lstsq": [
            case(least, floats(4, 2), floats(4)),
            case(least, floats(4, 2), floats(4, 3)),
            case(least, floats(2, 4), floats(2, 1)),
            case(least, floats(3, 3), floats(3)),
            case(least, floats(2, 4, 3), floats(2, 4, 1)),
            case(least, floats(2, 4, 3), floats(4, 2)),
            case(least, complexes(3, 2), complexes(3)),
            case(least, integers(3, 2) + 5 * numpy.eye(3, 2, dtype="int64"), floats(3, 1)),
            # A small change makes the rank full.
            case(least, flat, floats(4), rcond=1e-3).but(**VALUES_ONLY),
        ],
        "linalg.solve": [
            case(solve, regular(3, 3), floats(3)),
            case(solve, regular(3, 3), floats(3, 2)),
            case(solve, regular(2, 3, 3), floats(3)),
            case(solve, regular(2, 2, 2), floats(2, 2)),
            case(solve, regular(4, 1, 2, 2), floats(3, 2, 1)),
            case(solve, regular(1, 1), floats(1)),
            case(solve, floats(0, 2, 2), floats(0, 2, 1)),
            case(solve, complex_regular(2, 2), floats(2)),
            case(solve, regular(2, 2), integers(2)),
            case(solve, integers(2, 2) + 5 * numpy.eye(2, dtype="int64"), integers(2, 1)),
        ],
        "linalg.solve_triangular": [
            case(triangular, regular(3, 3), floats(3)),
            case(triangular, regular(3, 3), floats(3, 2), lower=True),
            case(triangular, floats(3, 3), floats(3, 2), unit_diagonal=True),
            case(triangular, floats(2, 3, 3), floats(3), lower=True, unit_diagonal=True),
            case(triangular, regular(4, 1, 2, 2), floats(3, 2, 1)),
            case(triangular, regular(1, 1), floats(1)),
            case(triangular, floats(0, 2, 2), floats(0, 2, 1)),
            case(triangular, complex_regular(2, 2), complexes(2, 1), lower=True),
            case(triangular, regular(2, 2), integers(2)),
        ],
    }


def _norms() -> dict[str, list[Case]]:
    vector, matrix, norm = (
        by_numpy(function) for function in (numpy.linalg.vector_norm, numpy.linalg.matrix_norm, numpy.linalg.norm)
    )
    x = floats(2, 3, 4)
    zero = numpy.zeros(3, "float32")
    orders: tuple[Any, ...] = ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)
    options: list[dict[str, Any]] = [
        {},
        {"keepdims": True},
        {"axis": 1},
        {"axis": (0, -1)},
        {"axis": (2, 0), "keepdims": True},
        {"axis": (-1,), "ord": 1},
        {"ord": "nuc", "axis": (0, 2), "keepdims": True},
        {"ord": 1, "axis": (2, 0)},
        {"ord": math.inf, "axis": (1, 2), "keepdims": True},
        {"ord": 3, "axis": -1},
        {"ord": -math.inf, "axis": 0, "keepdims": True},
    ]
    return {
        "linalg.matrix_norm": [
            *(case(matrix, x, ord=order) for order in orders),
            # Far from singular: the smallest singular value is rounded by as much as the largest is.
            *(case(matrix, regular(3, 3), ord=order, keepdims=True) for order in orders),
            *_of_one(matrix, floats(1, 1), complexes(2, 3), integers(2, 3), floats(0, 2, 2)),
            case(torch.linalg.matrix_norm, numpy.zeros((2, 2), "float32")).but(smooth=False),
        ],
        "linalg.norm": [
            *(case(norm, x, **option) for option in options),
            *(case(norm, floats(2, 3), ord=order) for order in orders),
            *(case(norm, floats(4), ord=order, keepdims=True) for order in (0, 1, 2.5, -1, math.inf)),
            *_of_one(norm, floats(3), floats(1), complexes(3), integers(2, 2), floats(0)),
            case(torch.linalg.norm, zero).but(smooth=False),
        ],
        "linalg.vector_norm": [
            *(case(vector, x, ord=order, axis=1) for order in (0, 0.5, 1, 2, 2.5, 3, -1, math.inf, -math.inf)),
            case(vector, x),
            case(vector, x, keepdims=True, ord=3),
            case(vector, x, axis=(0, -1), keepdims=True),
            case(vector, x, axis=()),
            *_of_one(vector, floats(1), complexes(2, 3), integers(3), bools(3), floats(0), floats()),
            # torch's gradient is 0 where a norm has none.
            *(case(torch.linalg.vector_norm, zero, ord=order).but(smooth=False) for order in (1, 2, 3, math.inf)),
            case(torch.linalg.vector_norm, numpy.array([0, 1, 2], "float32"), ord=3).but(smooth=False),
        ],
    }


CASES = _decompositions() | _functions() | _solutions() | _norms()
CASES["linalg.svd"] = _via(CASES["linalg.svd"], rebuilt_by_svd)

NOT_DIFFERENTIABLE = {"linalg.matrix_rank"}

FIXED = {"linalg.pinv": ("rtol",)}


SQUARES = ((1, 1), (2, 2), (3, 3), (4, 2, 2), (2, 1, 3, 3), (0, 2, 2))
RECTANGLES = ((1, 1), (2, 3), (4, 2), (3, 3), (2, 3, 2), (2, 1, 2, 3), (0, 2, 3))


@st.composite
def _matrices(
    draw: Any,
    reference: Callable[..., Any],
    via: Callable[..., Any] | None = None,
    shapes: Any = SQUARES,
    dtypes: Any = DOUBLE,
    diagonal: float = 0,
    tolerance: float = 1e-5,
    **options: Any,
) -> Case:
    """Cases of matrices, to which a multiple of the identity is added."""
    shape = draw(st.sampled_from(shapes))
    x = array(shape, draw(st.sampled_from(dtypes)), -1, 1, draw(SEEDS))
    x = numpy.asarray(x + diagonal * numpy.eye(*shape[-2:]), x.dtype) if diagonal else x
    given = {name: draw(st.sampled_from(values)) for name, values in options.items()}
    return case(by_numpy(reference), x, **given).but(via=via, tolerance=tolerance)


@st.composite
def _systems(
    draw: Any, reference: Callable[..., Any], shapes: Any, diagonal: float = 4, swapped: bool = False, **options: Any
) -> Case:
    """Cases of matrices and right-hand sides, now and then of two dtypes."""
    first, second = draw(st.sampled_from(shapes))
    dtypes = draw(st.sampled_from([*((dtype, dtype) for dtype in DOUBLE), ("float64", "int32"), ("int64", "float64")]))
    a = array(first, dtypes[0], -1, 1, draw(SEEDS))
    a = numpy.asarray(a + diagonal * numpy.eye(*first[-2:]), a.dtype)
    b = array(second, dtypes[1], -2, 2, draw(SEEDS))
    given = {name: draw(st.sampled_from(values)) for name, values in options.items()}
    return case(by_numpy(reference), *((b, a) if swapped else (a, b)), **given)


@st.composite
def _chains(draw: Any) -> Case:
    """Matrices that can be multiplied."""
    sizes = draw(st.sampled_from([(2, 3, 4), (3, 1, 4, 2), (1, 0, 2), (5, 2, 3, 1, 4)]))
    dtype = draw(st.sampled_from((*FLOATING, *WHOLE, "complex64")))
    seed = draw(SEEDS)
    chain = [array(sizes[i : i + 2], dtype, -2, 2, seed + i) for i in range(len(sizes) - 1)]
    return case(by_numpy(numpy.linalg.multi_dot), chain)


@st.composite
def _powers(draw: Any) -> Case:
    x = array(draw(st.sampled_from(SQUARES)), draw(st.sampled_from(DOUBLE)), -1, 1, draw(SEEDS))
    x = numpy.asarray(x + 2 * numpy.eye(x.shape[-1]), x.dtype)
    return case(by_numpy(numpy.linalg.matrix_power), x, draw(st.integers(-2, 6)))


TWO_SIDES = (((2, 2), (2,)), ((3, 3), (3, 2)), ((2, 2, 2), (2, 2)), ((4, 1, 2, 2), (3, 2, 1)), ((0, 2, 2), (0, 2, 1)))
FACTORED = (((2, 2), (2, 1)), ((3, 3), (3, 2)), ((2, 2, 2), (2, 2, 3)), ((0, 2, 2), (0, 2, 1)))
TALL = (((4, 2), (4,)), ((3, 2), (3, 2)), ((2, 3), (2, 1)), ((2, 3, 3), (2, 3, 1)))
ORDERS = (0, 0.5, 1, 2, 3, math.inf, -math.inf)

GENERATED = {
    "linalg.cholesky": _matrices(through_definite(numpy.linalg.cholesky), of_products, upper=(False, True)),
    "linalg.cholesky_inverse": _matrices(
        lambda x, upper=False: cholesky_inverse(numpy.triu(x) if upper else numpy.tril(x), upper),
        dtypes=("float32", "float64"),
        diagonal=4,
        upper=(False, True),
    ),
    "linalg.cholesky_solve": _systems(
        lambda b, a, upper=False: cholesky_solve(b, numpy.triu(a) if upper else numpy.tril(a), upper),
        FACTORED,
        swapped=True,
        upper=(False, True),
    ),
    "linalg.det": _matrices(numpy.linalg.det, dtypes=(*DOUBLE, "int32"), diagonal=2),
    "linalg.diagonal": _matrices(
        numpy.linalg.diagonal, None, RECTANGLES, (*FLOATING, *WHOLE, "bool"), offset=(0, 1, -2)
    ),
    "linalg.eig": _matrices(complex_square, squared_by_eig, tolerance=1e-2),  # two eigenvalues may be near
    "linalg.eigh": _matrices(square_of_hermitian, squared_by_eigh),
    "linalg.eigvals": _matrices(traces, without_order, tolerance=1e-2),
    "linalg.eigvalsh": _matrices(hermitian(numpy.linalg.eigvalsh), on_hermitian),
    "linalg.inv": _matrices(numpy.linalg.inv, dtypes=(*DOUBLE, "int32"), diagonal=4),
    "linalg.logdet": _matrices(logdet, dtypes=DOUBLE, diagonal=4),
    "linalg.lstsq": _systems(lstsq, TALL),
    # Which complex number is the largest, and so the pivot, LAPACK tells by another norm than TensorFlow.
    "linalg.lu_factor": _matrices(lu_factor, shapes=((1, 1), (3, 3), (4, 2, 2)), dtypes=("float32", "float64")),
    "linalg.matrix_exp": _matrices(scipy.linalg.expm, dtypes=(*DOUBLE, "int32")),
    "linalg.matrix_norm": _matrices(
        numpy.linalg.matrix_norm,
        None,
        RECTANGLES[:-1],
        ord=("fro", "nuc", 1, -1, 2, -2, math.inf),
        keepdims=(False, True),
    )
    | _matrices(numpy.linalg.matrix_norm, None, RECTANGLES[:-1], (*FLOATING, "int32"), ord=("fro", 1, -math.inf)),
    "linalg.matrix_power": _powers(),
    "linalg.matrix_rank": _matrices(numpy.linalg.matrix_rank, None, RECTANGLES, rtol=(None, 0.1)),
    "linalg.multi_dot": _chains(),
    "linalg.norm": _matrices(
        numpy.linalg.norm,
        None,
        RECTANGLES[:-1],
        (*FLOATING, "int16"),
        axis=(None, 0, -1, (0, 1)),
        keepdims=(False, True),
    ),
    "linalg.pinv": _matrices(numpy.linalg.pinv, None, RECTANGLES, (*DOUBLE, "int32"), diagonal=3),
    "linalg.qr": _matrices(qr_parts, rebuilt_by_qr, RECTANGLES, mode=("reduced", "complete")),
    "linalg.slogdet": _matrices(numpy.linalg.slogdet, diagonal=3),
    "linalg.solve": _systems(numpy.linalg.solve, TWO_SIDES),
    "linalg.solve_triangular": _systems(solve_triangular, TWO_SIDES, lower=(False, True), unit_diagonal=(False, True)),
    "linalg.svd": _matrices(svd_parts, rebuilt_by_svd, RECTANGLES, full_matrices=(False, True)),
    "linalg.svdvals": _matrices(numpy.linalg.svdvals, None, RECTANGLES, (*DOUBLE, "int32")),
    "linalg.trace": _matrices(numpy.linalg.trace, None, RECTANGLES, (*FLOATING, *WHOLE), offset=(0, 1, -2)),
    "linalg.vector_norm": _matrices(
        numpy.linalg.vector_norm,
        None,
        RECTANGLES[:-1],
        (*FLOATING, *WHOLE, "complex64"),
        ord=ORDERS,
        axis=(None, -1, (0, 1)),
        keepdims=(False, True),
    ),
}


def _read(x: Any, hermitian: bool) -> Any:
    """What torch reads of a matrix that is said to be Hermitian."""
    return ops.tril(x) + adjoint(ops.tril(x, k=-1)) if hermitian else x


def _left(op: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, b, left=True, **options: op(a, b, **options)


OP_INFOS = {
    "cholesky_inverse": lambda x, upper=False: ops.cholesky_inverse(x, upper=upper),
    "cholesky_solve": lambda b, x, upper=False: ops.linalg.cholesky_solve(b, x, upper=upper),
    "linalg.cholesky": ops.cholesky,
    "linalg.det": ops.det,
    "linalg.diagonal": lambda x, offset=0, dim1=-2, dim2=-1: ops.linalg.diagonal(x, offset=offset),
    "linalg.inv": ops.inv,
    "linalg.lu_factor": lambda x, pivot=True: (ops.lu_factor(x).LU, ops.lu_factor(x).pivots + 1),
    "linalg.matrix_norm": lambda x, ord="fro", dim=(-2, -1), keepdim=False: ops.linalg.matrix_norm(
        x, ord=ord, keepdims=keepdim
    ),
    "linalg.matrix_power": ops.linalg.matrix_power,
    "linalg.matrix_rank": lambda x, atol=None, rtol=None, hermitian=False: ops.matrix_rank(
        _read(x, hermitian), rtol=rtol
    ),
    "linalg.multi_dot": ops.linalg.multi_dot,
    "linalg.norm": lambda x, ord=None, dim=None, keepdim=False: ops.norm(x, ord, dim, keepdim),
    "linalg.pinv": lambda x, rtol=None, hermitian=False: ops.pinv(_read(x, hermitian), rtol=rtol),
    "linalg.slogdet": ops.slogdet,
    "linalg.solve": _left(ops.solve),
    "linalg.solve_triangular": lambda a, b, upper, left=True, unitriangular=False: ops.solve_triangular(
        a, b, lower=not upper, unit_diagonal=unitriangular
    ),
    "linalg.svdvals": ops.linalg.svdvals,
    "linalg.vector_norm": lambda x, ord=2, dim=None, keepdim=False, dtype=None: ops.linalg.vector_norm(
        x, ord=ord, axis=dim, keepdims=keepdim
    ),
    "logdet": ops.logdet,
    "matrix_exp": ops.linalg.matrix_exp,
}

SKIPS = (
    Skip(
        "torch takes for a batch of vectors what NumPy takes for a matrix",
        {"linalg.solve"},
        lambda sample: 1 < sample.args[0].ndim < sample.input.ndim,
    ),
    Skip(
        "the matrix stands on the left here",
        {"linalg.solve_triangular"},
        lambda sample: not sample.kwargs.get("left", True),
    ),
)
