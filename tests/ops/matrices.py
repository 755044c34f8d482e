"""Matrices for the cases of linear algebra, references, and forms that no choice of signs or order changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import scipy.linalg

from bridge import ops
from tests.ops.case import complexes, floats


def regular(*shape: int) -> numpy.ndarray:
    """Square matrices far from singular ones."""
    return numpy.asarray(floats(*shape) + 4 * numpy.eye(shape[-1]), "float32")


def factors(*shape: int) -> numpy.ndarray:
    """Cholesky factors of complex matrices, whose diagonal is real."""
    return numpy.asarray(numpy.tril(complexes(*shape), -1) + 3 * numpy.eye(shape[-1]), "complex64")


def complex_regular(*shape: int) -> numpy.ndarray:
    return numpy.asarray(complexes(*shape) + 6 * numpy.eye(shape[-1]), "complex64")


def definite(x: numpy.ndarray) -> numpy.ndarray:
    """Hermitian positive definite matrices."""
    return numpy.asarray(x @ adjoint_of(x) + numpy.eye(x.shape[-1]), x.dtype)


def adjoint_of(x: Any) -> Any:
    return numpy.conj(numpy.swapaxes(x, -1, -2))


def adjoint(x: Any) -> Any:
    return ops.linalg.matrix_transpose(conjugate(x))


def conjugate(x: Any) -> Any:
    """The conjugate by way of a product, which every framework conjugates alike."""
    return ops.vecdot(ops.expand_dims(x, -1), ops.ones_like(ops.expand_dims(x, -1)))


def on_hermitian(op: Callable[..., Any]) -> Callable[..., Any]:
    """`op` of a Hermitian matrix: of any other, frameworks differ in the gradients of eigenvectors."""
    return lambda x, **options: op(x + adjoint(x), **options)


def hermitian(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, **options: function(x + adjoint_of(x), **options)


def squared_by_eigh(op: Callable[..., Any]) -> Callable[..., Any]:
    def squared(x: Any) -> Any:
        values, vectors = op(x + adjoint(x))
        scaled = vectors * ops.expand_dims(ops.astype(values * values, vectors.dtype), -2)
        return values, scaled @ adjoint(vectors)

    return squared


def square_of_hermitian(x: Any) -> Any:
    x = x + adjoint_of(x)
    return numpy.linalg.eigvalsh(x), x @ x


def squared_by_eig(op: Callable[..., Any]) -> Callable[..., Any]:
    def squared(x: Any) -> Any:
        values, vectors = op(x)
        return (vectors * ops.expand_dims(values * values, -2)) @ ops.linalg.inv(vectors)

    return squared


def complex_square(x: Any) -> Any:
    return (x @ x).astype("complex128" if x.dtype in ("float64", "complex128") else "complex64")


def without_order(op: Callable[..., Any]) -> Callable[..., Any]:
    """The sums of the first powers of eigenvalues, which no order changes."""

    def sums(x: Any) -> Any:
        values = op(x)
        return ops.sum(values, axis=-1, keepdims=True), ops.sum(values * values, axis=-1, keepdims=True)

    return sums


def traces(x: Any) -> Any:
    x = x.astype("complex128" if x.dtype in ("float64", "complex128") else "complex64")
    return tuple(numpy.linalg.trace(power)[..., None] for power in (x, x @ x))


def rebuilt_by_svd(op: Callable[..., Any]) -> Callable[..., Any]:
    """The matrix, the singular values, and the projections onto the singular vectors."""

    def rebuilt(x: Any, full_matrices: bool = True) -> Any:
        left, values, right = op(x, full_matrices=full_matrices)
        count = values.shape[-1]
        scaled = left[..., :count] * ops.expand_dims(ops.astype(values, left.dtype), -2)
        return scaled @ right[..., :count, :], values, left @ adjoint(left), adjoint(right) @ right

    return rebuilt


def svd_parts(x: Any, full_matrices: bool = True) -> Any:
    left, values, right = numpy.linalg.svd(x, full_matrices)
    return 1.0 * x, values, left @ adjoint_of(left), adjoint_of(right) @ right


def rebuilt_by_qr(op: Callable[..., Any]) -> Callable[..., Any]:
    """The matrix, the projection onto Q, and the absolute values of R."""

    def rebuilt(x: Any, mode: str = "reduced") -> Any:
        q, r = op(x, mode=mode)
        return q @ r, q @ adjoint(q), ops.abs(r)

    return rebuilt


def qr_parts(x: Any, mode: str = "reduced") -> Any:
    q, r = numpy.linalg.qr(x, mode)
    return q @ r, q @ adjoint_of(q), numpy.abs(r)


def lu_factor(x: Any) -> Any:
    if x.ndim == 2:
        return scipy.linalg.lu_factor(x)
    parts = [lu_factor(part) for part in x]
    return tuple(map(numpy.stack, zip(*parts, strict=True)))


def lstsq(x1: Any, x2: Any, rcond: float | None = None) -> Any:
    return numpy.linalg.pinv(x1, rcond) @ x2


def logdet(x: Any) -> Any:
    sign, logarithm = numpy.linalg.slogdet(x)
    return numpy.log(sign) + logarithm


def cholesky_solve(x1: Any, x2: Any, upper: bool = False) -> Any:
    return numpy.linalg.solve(adjoint_of(x2) @ x2 if upper else x2 @ adjoint_of(x2), x1)


def cholesky_inverse(x: Any, upper: bool = False) -> Any:
    return numpy.linalg.inv(adjoint_of(x) @ x if upper else x @ adjoint_of(x))


def solve_triangular(a: Any, b: Any, lower: bool = False, unit_diagonal: bool = False) -> Any:
    triangle = numpy.tril(a) if lower else numpy.triu(a)
    if unit_diagonal:
        triangle = triangle - triangle * numpy.eye(a.shape[-1]) + numpy.eye(a.shape[-1])
    return numpy.linalg.solve(triangle.astype(numpy.result_type(a, b)), b)


def triangles(*shape: int, upper: bool = False) -> numpy.ndarray:
    return numpy.triu(regular(*shape)) if upper else numpy.tril(regular(*shape))


def of_products(op: Callable[..., Any]) -> Callable[..., Any]:
    """`op` of `x @ x.T + 1`, so that every small change leaves the matrix positive definite."""

    def of_definite(x: Any, **options: Any) -> Any:
        identity = ops.linalg.matrix_power(ops.stop_gradient(x), 0)
        return op(x @ adjoint(x) + identity, **options)

    return of_definite


def through_definite(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, **options: function(x @ adjoint_of(x) + numpy.eye(x.shape[-1], dtype=x.dtype), **options)
