"""Solutions of linear systems, inverses, and the LU and LDL factorisations that they rest on.

ATen counts pivots from 1, `bridge.ops` from 0.
"""

# ruff: noqa: N803  (the names are those of ATen's schemas)

from __future__ import annotations

from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.interop.lowerings.linalg import adjoint, nothing
from bridge.typing import Array

lowers("aten.linalg_inv", "aten.inverse")(ops.linalg.inv)


def _expect_pivots(pivot: bool) -> None:
    if not pivot:
        raise NotImplementedError("an LU factorisation with pivot=False: bridge.ops exchanges rows always")


@lowers("aten.linalg_lu_factor.default")
def lu_factor(A: Array, pivot: bool = True) -> tuple[Array, Array]:
    _expect_pivots(pivot)
    factors, pivots = ops.linalg.lu_factor(A)
    return factors, ops.add(pivots, 1)


@lowers("aten.linalg_lu_factor_ex.default", "aten._lu_with_info")
def lu_factor_ex(A: Array, pivot: bool = True, check_errors: bool = False) -> tuple[Array, Array, Array]:
    factors, pivots = lu_factor(A, pivot)
    return factors, pivots, _first_zero(ops.linalg.diagonal(factors))


def _first_zero(pivots: Array) -> Array:
    """The place, from 1, of the first that is 0; 0 where none is."""
    whole = ops.astype(ops.not_equal(pivots, 0), "int32")
    before = ops.sum(ops.cumprod(whole, axis=-1), axis=-1)
    return ops.astype(ops.where(ops.equal(before, ops.sum(ops.ones_like(whole), axis=-1)), 0, before + 1), "int32")


@lowers("aten.linalg_lu.default")
def lu(A: Array, pivot: bool = True) -> tuple[Array, Array, Array]:
    return lu_unpack(*lu_factor(A, pivot))


@lowers("aten.lu_unpack.default")
def lu_unpack(
    LU_data: Array, LU_pivots: Array, unpack_data: bool = True, unpack_pivots: bool = True
) -> tuple[Array, Array, Array]:
    rows, columns = LU_data.shape[-2:]
    exchanges = _exchanges(LU_pivots, rows, LU_data.dtype) if unpack_pivots else nothing(LU_data)
    if not unpack_data:
        return exchanges, nothing(LU_data), nothing(LU_data)
    count = min(rows, columns)
    lower = ops.tril(LU_data[..., :, :count], k=-1)
    return exchanges, ops.add(lower, ops.eye(rows, count, dtype=LU_data.dtype)), ops.triu(LU_data[..., :count, :])


def _exchanges(pivots: Array, rows: int, dtype: Any) -> Array:
    """The P of `P @ L @ U`."""
    places = ops.arange(rows, dtype=pivots.dtype)
    start = ops.broadcast_to(places, (*ops.shape(pivots)[:-1], rows))

    def exchange(step: Any, order: Array) -> Array:
        here = ops.equal(ops.arange(pivots.shape[-1]), step)
        pivot = ops.sum(ops.where(here, ops.subtract(pivots, 1), 0), axis=-1, keepdims=True, dtype=pivots.dtype)
        is_step, is_pivot = ops.equal(places, step), ops.equal(places, pivot)
        at_step, at_pivot = (
            ops.sum(ops.where(place, order, 0), axis=-1, keepdims=True, dtype=order.dtype)
            for place in (is_step, is_pivot)
        )
        return ops.where(is_step, at_pivot, ops.where(is_pivot, at_step, order))

    order = ops.fori_loop(0, pivots.shape[-1], exchange, start)
    return ops.astype(ops.equal(ops.expand_dims(places, -1), ops.expand_dims(order, -2)), dtype)


@lowers("aten.linalg_lu_solve.default")
def lu_solve(LU: Array, pivots: Array, B: Array, left: bool = True, adjoint: bool = False) -> Array:
    exchanges, lower, upper = lu_unpack(LU, pivots)
    solve = _by_factors if left else _from_the_right
    return solve((exchanges, lower, upper), B, adjoint)


def _by_factors(factors: tuple[Array, Array, Array], B: Array, adjoined: bool) -> Array:
    exchanges, lower, upper = factors
    solve = ops.linalg.solve_triangular
    if adjoined:
        inner = solve(adjoint(lower), solve(adjoint(upper), B, lower=True), unit_diagonal=True)
        return ops.matmul(exchanges, inner)
    inner = solve(lower, ops.matmul(ops.matrix_transpose(exchanges), B), lower=True, unit_diagonal=True)
    return solve(upper, inner)


def _from_the_right(factors: tuple[Array, Array, Array], B: Array, adjoined: bool) -> Array:
    return adjoint(_by_factors(factors, adjoint(B), not adjoined))


@lowers("aten.lu_solve.default")
def lu_solve_of(self: Array, LU_data: Array, LU_pivots: Array) -> Array:
    return lu_solve(LU_data, LU_pivots, self)


@lowers("aten.linalg_inv_ex.default")
def inv_ex(A: Array, check_errors: bool = False) -> tuple[Array, Array]:
    return ops.linalg.inv(A), lu_factor_ex(A)[2]


@lowers("aten.linalg_solve.default")
def solve(A: Array, B: Array, left: bool = True) -> Array:
    is_vector = B.ndim == 1 or (A.ndim - 1 == B.ndim and tuple(B.shape) == tuple(A.shape[:-1]))
    columns = ops.expand_dims(B, -1) if is_vector else B
    if left:
        solution = ops.linalg.solve(A, columns)
    else:
        solution = ops.matrix_transpose(ops.linalg.solve(ops.matrix_transpose(A), ops.matrix_transpose(columns)))
    return ops.squeeze(solution, -1) if is_vector else solution


@lowers("aten.linalg_solve_ex.default")
def solve_ex(A: Array, B: Array, left: bool = True, check_errors: bool = False) -> tuple[Array, Array]:
    return solve(A, B, left), lu_factor_ex(A)[2]


@lowers("aten._linalg_solve_ex.default")
def solve_and_factors(A: Array, B: Array, left: bool = True, check_errors: bool = False) -> tuple[Array, ...]:
    return solve(A, B, left), *lu_factor_ex(A)


@lowers("aten.linalg_solve_triangular.default")
def solve_triangular(self: Array, B: Array, upper: bool, left: bool = True, unitriangular: bool = False) -> Array:
    if left:
        return ops.linalg.solve_triangular(self, B, lower=not upper, unit_diagonal=unitriangular)
    a, b = ops.matrix_transpose(self), ops.matrix_transpose(B)
    return ops.matrix_transpose(ops.linalg.solve_triangular(a, b, lower=upper, unit_diagonal=unitriangular))


@lowers("aten.triangular_solve.default")
def triangular_solve(
    self: Array, A: Array, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> tuple[Array, Array]:
    a = ops.matrix_transpose(A) if transpose else A
    lower = upper if transpose else not upper
    solution = ops.linalg.solve_triangular(a, self, lower=lower, unit_diagonal=unitriangular)
    return solution, ops.broadcast_to(A, (*ops.shape(solution)[:-2], *ops.shape(A)[-2:]))
