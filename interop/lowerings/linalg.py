"""Factorisations of matrices, and what is read from them.

Of the triangle that ATen does not read nothing is read here. A matrix without an answer gets that of `bridge.ops`;
`info`, where ATen has it, says where a factorisation stopped, as LAPACK does.
"""

# ruff: noqa: N803  (the names are those of ATen's schemas)

from __future__ import annotations

from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

lowers("aten.linalg_det", "aten.det")(ops.linalg.det)
lowers("aten.linalg_slogdet", "aten.slogdet")(ops.linalg.slogdet)
lowers("aten.logdet")(ops.linalg.logdet)
lowers("aten.linalg_eig")(ops.linalg.eig)
lowers("aten.linalg_eigvals")(ops.linalg.eigvals)
lowers("aten.linalg_matrix_exp", "aten.matrix_exp")(ops.linalg.matrix_exp)


def adjoint(x: Array) -> Array:
    """The transpose with each element conjugated."""
    return ops.conj(ops.matrix_transpose(x))


def nothing(x: Array, dtype: Any = None) -> Array:
    """What ATen answers in the place of an answer that was not asked for."""
    return ops.zeros((0,), dtype=x.dtype if dtype is None else dtype)


@lowers("aten._linalg_det")
def det_and_factors(A: Array) -> tuple[Array, Array, Array]:
    return ops.linalg.det(A), *_factors(A)


@lowers("aten._linalg_slogdet")
def slogdet_and_factors(A: Array) -> tuple[Array, ...]:
    return *ops.linalg.slogdet(A), *_factors(A)


def _factors(A: Array) -> tuple[Array, Array]:
    factors, pivots = ops.linalg.lu_factor(A)
    return factors, ops.add(pivots, 1)


@lowers("aten.cholesky", "aten.linalg_cholesky")
def cholesky(self: Array, upper: bool = False) -> Array:
    return ops.linalg.cholesky(self, upper=upper)


@lowers("aten.linalg_cholesky_ex.default")
def cholesky_ex(self: Array, upper: bool = False, check_errors: bool = False) -> tuple[Array, Array]:
    return cholesky(self, upper), _first_minor_not_positive(adjoint(self) if upper else self)


def _first_minor_not_positive(x: Array) -> Array:
    """The size of the first leading minor that is not positive, or 0: by elimination in the lower triangle."""
    size = x.shape[-1]
    places = ops.arange(size)

    def eliminate(column: Any, state: tuple[Array, Array]) -> tuple[Array, Array]:
        rest, info = state
        values = ops.sum(ops.where(ops.equal(places, column), rest, ops.zeros_like(rest)), axis=-1)
        pivot = ops.sum(ops.real(ops.where(ops.equal(places, column), values, ops.zeros_like(values))), axis=-1)
        failed = ops.logical_and(ops.equal(info, 0), ops.logical_not(ops.greater(pivot, 0)))
        found = ops.where(failed, ops.sum(ops.where(ops.less_equal(places, column), 1, 0), dtype="int32"), info)
        divisor = ops.astype(ops.where(ops.greater(pivot, 0), pivot, ops.ones_like(pivot)), rest.dtype)
        outer = ops.multiply(ops.expand_dims(values, -1), ops.expand_dims(ops.conj(values), -2))
        return ops.subtract(rest, ops.divide(outer, divisor[..., None, None])), found

    none = (
        ops.zeros_like(ops.real(x[..., 0, 0]), dtype="int32") if size else ops.zeros(ops.shape(x)[:-2], dtype="int32")
    )
    return ops.fori_loop(0, size, eliminate, (ops.stop_gradient(x), none))[1]


@lowers("aten.cholesky_inverse.default")
def cholesky_inverse(self: Array, upper: bool = False) -> Array:
    return ops.linalg.cholesky_inverse(self, upper=upper)


@lowers("aten.cholesky_solve.default")
def cholesky_solve(self: Array, input2: Array, upper: bool = False) -> Array:
    return ops.linalg.cholesky_solve(self, input2, upper=upper)


@lowers("aten.linalg_eigh.default")
def eigh(self: Array, UPLO: str = "L") -> tuple[Array, Array]:
    return ops.linalg.eigh(self if UPLO.upper() == "L" else adjoint(self))


@lowers("aten.linalg_eigvalsh")
def eigvalsh(self: Array, UPLO: str = "L") -> Array:
    return ops.linalg.eigvalsh(self if UPLO.upper() == "L" else adjoint(self))


@lowers("aten._linalg_eigh.default")
def eigh_parts(A: Array, UPLO: str = "L", compute_v: bool = True) -> tuple[Array, Array]:
    return eigh(A, UPLO) if compute_v else (eigvalsh(A, UPLO), nothing(A))


@lowers("aten.linalg_qr.default")
def qr(A: Array, mode: str = "reduced") -> tuple[Array, Array]:
    """Q and R; without Q for the mode `"r"`."""
    if mode == "r":
        return nothing(A), ops.linalg.qr(A, mode="reduced").R
    return ops.linalg.qr(A, mode=mode)


@lowers("aten.qr.default")
def qr_of_some(self: Array, some: bool = True) -> tuple[Array, Array]:
    return qr(self, "reduced" if some else "complete")


@lowers("aten.linalg_svd.default")
def svd(A: Array, full_matrices: bool = True, driver: str | None = None) -> tuple[Array, Array, Array]:
    return ops.linalg.svd(A, full_matrices=full_matrices)


@lowers("aten.linalg_svdvals")
def svdvals(A: Array, driver: str | None = None) -> Array:
    return ops.linalg.svdvals(A)


@lowers("aten._linalg_svd.default")
def svd_parts(
    A: Array, full_matrices: bool = False, compute_uv: bool = True, driver: str | None = None
) -> tuple[Array, Array, Array]:
    return svd(A, full_matrices) if compute_uv else (nothing(A), svdvals(A), nothing(A))


def mirrored(x: Array) -> Array:
    """The Hermitian matrix with the lower triangle of `x`; its gradient passes to `x` as it is, as in ATen."""
    whole = ops.add(ops.tril(x), adjoint(ops.tril(x, k=-1)))
    return ops.add(x, ops.stop_gradient(ops.subtract(whole, x)))


def _pinv_of_symmetric(x: Array, atol: Any, rtol: Any) -> Array:
    """The pseudo-inverse by the lower triangle, with ATen's gradient, which reads both."""

    @ops.custom_gradient
    def inverted(x: Array) -> tuple[Array, Any]:
        inverse = pinv(mirrored(x), atol, rtol)

        def gradient(upstream: Array) -> Array:
            g, p = ops.matrix_transpose(upstream), ops.matrix_transpose(inverse)
            inner = ops.matmul(g, inverse)
            outer = ops.matmul(inner, p)
            kept = ops.subtract(outer, ops.matmul(ops.matmul(x, inverse), outer))
            beyond = ops.matmul(ops.matmul(p, inverse), ops.subtract(g, ops.matmul(inner, x)))
            return ops.subtract(ops.add(kept, beyond), ops.matrix_transpose(ops.matmul(inverse, inner)))

        return inverse, gradient

    return inverted(x)


@lowers("aten.linalg_pinv.atol_rtol_tensor", "aten.linalg_pinv.atol_rtol_float")
def pinv(self: Array, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Array:
    if hermitian and ops.isdtype(self.dtype, "real floating"):
        return _pinv_of_symmetric(self, atol, rtol)
    x = mirrored(self) if hermitian else self
    if atol is None:
        return ops.linalg.pinv(x, rtol=rtol)
    # What counts as 0 lies below the larger of both, of which one is in parts of the largest singular value.
    largest = ops.amax(ops.stop_gradient(ops.linalg.svdvals(x)), axis=-1)
    safe = ops.where(ops.equal(largest, 0), ops.ones_like(largest), largest)
    if rtol is None:
        default = max(x.shape[-2:]) * ops.finfo(x.dtype).eps
        rtol = ops.where(ops.greater(atol, 0), 0.0, default) if ops.is_tensor(atol) else 0.0 if atol > 0 else default
    return ops.linalg.pinv(x, rtol=ops.maximum(ops.divide(ops.multiply(ops.ones_like(safe), atol), safe), rtol))


@lowers("aten.linalg_pinv.default", "aten.linalg_pinv.rcond_tensor")
def pinv_rcond(self: Array, rcond: Any, hermitian: bool = False) -> Array:
    return pinv(self, rtol=rcond, hermitian=hermitian)


@lowers("aten.pinverse")
def pinverse(self: Array, rcond: float = 1e-15) -> Array:
    return pinv(self, rtol=rcond)


@lowers("aten.linalg_vector_norm.default")
def vector_norm(self: Array, ord: float = 2, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Array:
    x = self if dtype is None else ops.astype(self, dtype)
    axes = None if not x.ndim or dim is None else dim if isinstance(dim, int) else tuple(dim) or None
    return ops.linalg.vector_norm(x, axis=axes, keepdims=keepdim, ord=ord)
