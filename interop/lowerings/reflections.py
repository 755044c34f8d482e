"""Products of Householder's reflections, which is how LAPACK keeps an orthogonal matrix."""

from __future__ import annotations

from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.interop.lowerings.linalg import adjoint
from bridge.typing import Array


@lowers("aten.linalg_householder_product.default", "aten.orgqr.default")
def householder_product(input: Array, tau: Array) -> Array:
    vectors, middle = _compact(input, tau)
    identity = ops.eye(*input.shape[-2:], dtype=input.dtype)
    rows = adjoint(vectors[..., : input.shape[-1], :])
    return ops.subtract(identity, ops.matmul(vectors, ops.matmul(middle, rows)))


@lowers("aten.ormqr.default")
def ormqr(self: Array, input2: Array, input3: Array, left: bool = True, transpose: bool = False) -> Array:
    vectors, middle = _compact(self, input2)
    middle = adjoint(middle) if transpose else middle
    if left:
        return ops.subtract(input3, ops.matmul(vectors, ops.matmul(middle, ops.matmul(adjoint(vectors), input3))))
    return ops.subtract(input3, ops.matmul(ops.matmul(ops.matmul(input3, vectors), middle), adjoint(vectors)))


def _compact(packed: Array, tau: Array) -> tuple[Array, Array]:
    """V and T, with which the product of the reflections is `I - V @ T @ conj(V).T` (Schreiber and Van Loan, 1989).

    T is triangular, with `tau` on its diagonal, and its columns follow from `T @ (I + S @ D) == D`, where D is the
    diagonal matrix of `tau` and S the upper triangle of `conj(V).T @ V` without the diagonal.
    """
    count = tau.shape[-1]
    reflectors = packed[..., :, :count]
    identity = ops.eye(packed.shape[-2], count, dtype=packed.dtype)
    vectors = ops.add(ops.tril(reflectors, k=-1), identity)
    products = ops.triu(ops.matmul(adjoint(vectors), vectors), k=1)
    scaled = ops.multiply(products, ops.expand_dims(tau, -2))
    diagonal = ops.multiply(ops.eye(count, dtype=packed.dtype), ops.expand_dims(tau, -2))
    # T @ (I + S @ D) == D, read by columns.
    solved = ops.linalg.solve_triangular(
        ops.matrix_transpose(scaled), ops.matrix_transpose(diagonal), lower=True, unit_diagonal=True
    )
    return vectors, ops.matrix_transpose(solved)


@lowers("aten.geqrf.default")
def geqrf(self: Array) -> tuple[Array, Array]:
    """LAPACK's own: R in the upper triangle, and below it the reflections, of which each column makes one."""
    rows, columns = self.shape[-2:]
    count = min(rows, columns)
    down, across, steps = ops.arange(rows), ops.arange(columns), ops.arange(count)

    def reflect(step: Any, state: tuple[Array, Array]) -> tuple[Array, Array]:
        matrix, taus = state
        column = _taken(matrix, ops.equal(across, step))
        head = _taken(column, ops.equal(down, step))
        tail = ops.where(ops.greater(down, step), column, ops.zeros_like(column))
        tau, beta, scale = _reflection(head, tail)
        vector = ops.add(ops.multiply(tail, scale[..., None]), ops.astype(ops.equal(down, step), matrix.dtype))
        rest = ops.where(ops.greater(across, step), matrix, ops.zeros_like(matrix))
        rows_of_rest = ops.matmul(adjoint(vector[..., None]), rest)
        matrix = ops.subtract(matrix, ops.conj(tau)[..., None, None] * ops.matmul(vector[..., None], rows_of_rest))
        kept = ops.where(ops.equal(down, step), beta[..., None], vector)
        kept = ops.where(ops.less(down, step), column, kept)
        matrix = ops.where(ops.equal(across, step), kept[..., None], matrix)
        return matrix, ops.where(ops.equal(steps, step), tau[..., None], taus)

    taus = ops.zeros((*ops.shape(self)[:-2], count), dtype=self.dtype)
    return ops.fori_loop(0, count, reflect, (self, taus))


def _taken(x: Array, place: Array) -> Array:
    return ops.sum(ops.where(place, x, ops.zeros_like(x)), axis=-1)


def _reflection(head: Array, tail: Array) -> tuple[Array, Array, Array]:
    """Tau, what becomes of the head, and what the tail is multiplied by; LAPACK's `larfg`."""
    length = ops.sum(ops.real(ops.multiply(tail, ops.conj(tail))), axis=-1)
    real, imaginary = ops.real(head), ops.subtract(head, ops.astype(ops.real(head), head.dtype))
    whole = ops.sqrt(ops.add(length, ops.real(ops.multiply(head, ops.conj(head)))))
    beta = ops.astype(ops.where(ops.less(real, 0), whole, ops.negative(whole)), head.dtype)
    is_plain = ops.logical_and(ops.equal(length, 0), ops.equal(imaginary, 0))
    safe = ops.where(is_plain, ops.ones_like(beta), beta)
    tau = ops.where(is_plain, ops.zeros_like(beta), ops.divide(ops.subtract(safe, head), safe))
    difference = ops.where(is_plain, ops.ones_like(beta), ops.subtract(head, safe))
    return tau, ops.where(is_plain, head, beta), ops.divide(ops.ones_like(beta), difference)
