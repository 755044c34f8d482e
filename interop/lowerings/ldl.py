"""The factorisation of a symmetric matrix by Bunch and Kaufman (1977), as LAPACK's `sytrf` keeps it.

The matrix is a product of row exchanges, a lower triangle L and a matrix D of blocks on the diagonal, of one row or of
two. A pivot counts from 1, and is negative, twice, where a block has two rows.
"""

# ruff: noqa: N803  (the names are those of ATen's schemas)

from __future__ import annotations

import math
from typing import Any, NamedTuple

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

_THRESHOLD = (1 + math.sqrt(17)) / 8


class _State(NamedTuple):
    """What is left to factor, what is done, and how many rows are."""

    rest: Array
    factors: Array
    pivots: Array
    info: Array
    done: Array


@lowers("aten.linalg_ldl_factor.default")
def ldl_factor(self: Array, hermitian: bool = False) -> tuple[Array, Array]:
    return ldl_factor_ex(self, hermitian)[:2]


@lowers("aten.linalg_ldl_factor_ex.default")
def ldl_factor_ex(self: Array, hermitian: bool = False, check_errors: bool = False) -> tuple[Array, Array, Array]:
    _expect_real(self)
    size = self.shape[-1]
    whole = ops.add(ops.tril(self), ops.matrix_transpose(ops.tril(self, k=-1)))
    none = ops.sum(ops.zeros_like(self, dtype="int32"), axis=(-2, -1), dtype="int32")
    pivots = ops.zeros_like(self[..., 0], dtype="int32") if size else ops.zeros(ops.shape(self)[:-1], dtype="int32")
    if not size:
        return self, pivots, none
    state = _State(whole, ops.zeros_like(self), pivots, none, none)
    end = ops.while_loop(
        lambda *state: ops.any(ops.less(state[-1], size)),
        lambda *state: tuple(_eliminated(_State(*state))),
        tuple(state),
    )
    return end[1], end[2], end[3]


def _expect_real(x: Array) -> None:
    if not ops.isdtype(x.dtype, "real floating"):
        raise NotImplementedError(f"the LDL factorisation of {ops.dtype(x)}: real matrices alone are supported")


def _eliminated(state: _State) -> _State:
    """One block more; nothing where all rows are done."""
    places = ops.arange(state.rest.shape[-1], dtype="int32")
    first = state.done
    pivot, is_pair, is_zero = _pivot(state.rest, places, first)
    second = first + ops.astype(is_pair, "int32")
    rest = _exchanged(state.rest, places, second, pivot)
    # A block of one row is taken for one of two whose second row is that of the identity.
    columns = [_column(rest, places, first), ops.where(is_pair[..., None], _column(rest, places, first + 1), 0)]
    a, b, c = _at(columns[0], places, first), _at(columns[0], places, first + 1), _at(columns[1], places, first + 1)
    b = ops.where(is_pair, b, ops.zeros_like(b))
    c = ops.where(is_pair, c, ops.ones_like(c))
    below = ops.greater(places, second[..., None])
    one, other = (ops.where(below, column, ops.zeros_like(column)) for column in columns)
    solved = _solved(a, b, c, one, other, is_zero)
    change = _outer(solved[0], one) + _outer(solved[1], other)
    is_running = ops.less(first, state.rest.shape[-1])
    block = (
        ops.where(ops.equal(places, first[..., None]), a[..., None], 0)
        + solved[0]
        + ops.where(ops.logical_and(is_pair[..., None], ops.equal(places, first[..., None] + 1)), b[..., None], 0)
    )
    beside = solved[1] + ops.where(ops.equal(places, first[..., None] + 1), c[..., None], 0)
    factors = _with_column(state.factors, places, first, block, is_running)
    factors = _with_column(factors, places, first + 1, beside, ops.logical_and(is_running, is_pair))
    in_block = ops.logical_or(ops.equal(places, first[..., None]), ops.equal(places, second[..., None]))
    counted = ops.where(is_pair, -1 - pivot, pivot + 1)
    pivots = ops.where(ops.logical_and(is_running[..., None], in_block), counted[..., None], state.pivots)
    failed = ops.logical_and(is_running, ops.logical_and(is_zero, ops.equal(state.info, 0)))
    return _State(
        ops.where(is_running[..., None, None], rest - change, state.rest),
        factors,
        ops.astype(pivots, "int32"),
        ops.where(failed, first + 1, state.info),
        ops.where(is_running, second + 1, first),
    )


def _pivot(rest: Array, places: Array, first: Array) -> tuple[Array, Array, Array]:
    """The row that comes to the front, whether it makes a block of two, and whether there is nothing but 0."""
    sizes = ops.abs(rest)
    column = _column(sizes, places, first)
    below = ops.where(ops.greater(places, first[..., None]), column, -ops.ones_like(column))
    largest_row = ops.astype(ops.argmax(below, axis=-1), "int32")
    largest = ops.maximum(ops.amax(below, axis=-1), 0)
    own = _at(column, places, first)
    row = _column(sizes, places, largest_row)
    left = ops.logical_and(ops.greater_equal(places, first[..., None]), ops.not_equal(places, largest_row[..., None]))
    row_largest = ops.amax(ops.where(left, row, ops.zeros_like(row)), axis=-1)
    is_zero = ops.logical_not(ops.greater(ops.maximum(own, largest), 0))
    stays = ops.logical_or(is_zero, ops.greater_equal(own, _THRESHOLD * largest))
    stays = ops.logical_or(stays, ops.greater_equal(own * row_largest, _THRESHOLD * largest * largest))
    alone = ops.greater_equal(_at(row, places, largest_row), _THRESHOLD * row_largest)
    is_pair = ops.logical_not(ops.logical_or(stays, alone))
    return ops.where(stays, first, largest_row), is_pair, is_zero


def _column(x: Array, places: Array, number: Array) -> Array:
    return ops.sum(ops.where(ops.equal(places, number[..., None])[..., None, :], x, ops.zeros_like(x)), axis=-1)


def _at(vector: Array, places: Array, number: Array) -> Array:
    return ops.sum(ops.where(ops.equal(places, number[..., None]), vector, ops.zeros_like(vector)), axis=-1)


def _outer(x: Array, y: Array) -> Array:
    return x[..., :, None] * y[..., None, :]


def _with_column(x: Array, places: Array, number: Array, column: Array, where: Array) -> Array:
    """A column of the lower triangle set, on each matrix where it is asked for."""
    chosen = ops.logical_and(ops.equal(places, number[..., None]), where[..., None])[..., None, :]
    lower = ops.greater_equal(places, number[..., None])[..., None]
    return ops.where(ops.logical_and(chosen, lower), column[..., None], x)


def _exchanged(x: Array, places: Array, one: Array, other: Array) -> Array:
    """Two rows exchanged, and two columns."""
    return _rows_exchanged(ops.matrix_transpose(_rows_exchanged(x, places, one, other)), places, one, other)


def _rows_exchanged(x: Array, places: Array, one: Array, other: Array) -> Array:
    return ops.take_along_axis(x, ops.broadcast_to(_order(places, one, other)[..., None], ops.shape(x)), axis=-2)


def _order(places: Array, one: Array, other: Array) -> Array:
    is_one, is_other = ops.equal(places, one[..., None]), ops.equal(places, other[..., None])
    return ops.where(is_one, other[..., None], ops.where(is_other, one[..., None], places))


def _solved(a: Array, b: Array, c: Array, one: Array, other: Array, is_zero: Array) -> tuple[Array, Array]:
    """Two columns times the inverse of the block `[[a, b], [b, c]]`."""
    determinant = a * c - b * b
    safe = ops.where(is_zero, ops.ones_like(determinant), determinant)[..., None]
    a, b, c = a[..., None], b[..., None], c[..., None]
    return (c * one - b * other) / safe, (a * other - b * one) / safe


@lowers("aten.linalg_ldl_solve.default")
def ldl_solve(LD: Array, pivots: Array, B: Array, hermitian: bool = False) -> Array:
    _expect_real(LD)
    lower, middle, exchanges = _unpacked(LD, pivots)
    solve = ops.linalg.solve_triangular
    inner = solve(lower, ops.matmul(ops.matrix_transpose(exchanges), B), lower=True, unit_diagonal=True)
    outer = solve(ops.matrix_transpose(lower), ops.linalg.solve(middle, inner), unit_diagonal=True)
    return ops.matmul(exchanges, outer)


def _unpacked(factors: Array, pivots: Array) -> tuple[Array, Array, Array]:
    """L, D and P of `P @ L @ D @ L.T @ P.T`; LAPACK leaves the rows of L as they were at their step."""
    size = factors.shape[-1]
    places = ops.arange(size, dtype="int32")
    negative = ops.astype(ops.less(pivots, 0), "int32")
    earlier = ops.cumsum(negative, axis=-1, dtype="int32")
    is_second = ops.logical_and(ops.equal(negative, 1), ops.equal(ops.remainder(earlier, 2), 0))
    is_first = ops.logical_and(ops.equal(negative, 1), ops.logical_not(is_second))
    joined = ops.where(_outer_mask(places, is_first), factors, ops.zeros_like(factors))
    diagonal = ops.where(ops.equal(places[:, None], places), factors, ops.zeros_like(factors))
    start = (ops.tril(factors, k=-1) - joined, ops.broadcast_to(ops.eye(size, dtype=factors.dtype), ops.shape(factors)))

    def exchange(step: Any, state: tuple[Array, Array]) -> tuple[Array, Array]:
        lower, rows = state
        here = ops.equal(places, step)
        number = ops.sum(ops.where(here, pivots, 0), axis=-1, dtype="int32")
        kept = ops.any(ops.logical_and(here, is_first), axis=-1)
        own = ops.zeros_like(number) + ops.sum(ops.where(here, places, 0), dtype="int32")
        target = ops.where(kept, own, ops.abs(number) - 1)
        begin = own - ops.astype(ops.any(ops.logical_and(here, is_second), axis=-1), "int32")
        earlier = ops.less(places, begin[..., None])[..., None, :]
        return (
            ops.where(earlier, _rows_exchanged(lower, places, own, target), lower),
            _rows_exchanged(rows, places, own, target),
        )

    lower, rows = ops.fori_loop(0, size, exchange, start)
    return lower, diagonal + joined + ops.matrix_transpose(joined), ops.matrix_transpose(rows)


def _outer_mask(places: Array, is_first: Array) -> Array:
    """Below the diagonal, in the first column of each block of two."""
    return ops.logical_and(ops.equal(places[:, None], places + 1), is_first[..., None, :])
