"""Overrides of `bridge.ops.linalg` for JAX."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import alike, floating, promoted, unary, wide
from bridge.decompositions import EighResult, EigResult, LUResult, QRResult, SlogdetResult, SVDResult, is_complete
from bridge.typing import Array

eigvals = unary(jnp.linalg.eigvals)
inv = unary(jnp.linalg.inv)
svdvals = unary(jnp.linalg.svdvals)


@unary
def matrix_exp(x: Array, /) -> jax.Array:
    return jax.scipy.linalg.expm(x.astype(wide(x.dtype))).astype(x.dtype)


@unary
def det(x: Array, /) -> jax.Array:
    if x.shape[-2:] == (0, 0):
        return jnp.ones(x.shape[:-2], x.dtype)  # JAX has no gradient of it
    return jnp.linalg.det(x)


@jax.custom_jvp
def _mirrored(x: jax.Array) -> jax.Array:
    """The Hermitian matrix with the lower triangle of `x`; the gradient is Hermitian too, as in PyTorch.

    JAX's `symmetrize_input=False` reads the lower triangle, but eigh's derivative is taken at the mean of both.
    """
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"expected square matrices, got shape {x.shape}")
    return jnp.tril(x) + jnp.tril(x, -1).mT.conj()


@_mirrored.defjvp
def _of_mirrored(primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    (x,), (change,) = primals, tangents
    return _mirrored(x), (change + change.mT.conj()) / 2


def cholesky(x: Array, /, *, upper: bool = False) -> jax.Array:
    x = floating(x)
    factor = jnp.linalg.cholesky(_mirrored(x.mT.conj() if upper else x), symmetrize_input=False)
    return factor.mT.conj() if upper else factor


def cholesky_solve(x1: Array, x2: Array, /, *, upper: bool = False) -> jax.Array:
    x1, x2 = promoted(floating(x1), floating(x2))
    return jax.scipy.linalg.cho_solve((x2, not upper), x1)


def eig(x: Array, /) -> EigResult:
    return EigResult(*_eig(floating(x)))


@jax.custom_jvp
def _eig(x: jax.Array) -> tuple[jax.Array, jax.Array]:
    values, vectors = jnp.linalg.eig(x)
    return values, vectors


@_eig.defjvp
def _of_eig(primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[Any, Any]:
    """Of distinct eigenvalues, and of eigenvectors that keep their length, as in PyTorch; JAX has the former alone."""
    (x,), (change,) = primals, tangents
    values, vectors = _eig(x)
    inside = jnp.linalg.solve(vectors, change.astype(vectors.dtype) @ vectors)
    same = jnp.eye(x.shape[-1], dtype=bool)
    gaps = jnp.where(same, jnp.inf, values[..., None, :] - values[..., :, None])
    of_vectors = vectors @ (inside / gaps)
    lengthened = jnp.sum(vectors.conj() * of_vectors, -2, keepdims=True).real
    return (values, vectors), (jnp.diagonal(inside, 0, -2, -1), of_vectors - vectors * lengthened)


def eigh(x: Array, /) -> EighResult:
    return EighResult(*jnp.linalg.eigh(_mirrored(floating(x)), symmetrize_input=False))


def eigvalsh(x: Array, /) -> jax.Array:
    return jnp.linalg.eigvalsh(_mirrored(floating(x)), symmetrize_input=False)


def lu_factor(x: Array, /) -> LUResult:
    return LUResult(*jax.scipy.linalg.lu_factor(floating(x)))


def matrix_rank(x: Array, /, *, rtol: float | Array | None = None) -> jax.Array:
    values = svdvals(x)
    largest = jnp.max(values, -1, keepdims=True, initial=0)
    # jnp.linalg.matrix_rank does not multiply the rtol given by the largest.
    rtol = _default_rtol(floating(x)) if rtol is None else jnp.asarray(rtol)[..., None]
    return jnp.sum(values > rtol * largest, -1)


def multi_dot(arrays: Sequence[Array], /) -> jax.Array:
    if len(arrays) < 2:
        raise ValueError("expected two matrices or more, got one")
    return jnp.linalg.multi_dot(alike(arrays))


def pinv(x: Array, /, *, rtol: float | Array | None = None) -> jax.Array:
    x = floating(x)
    return jnp.linalg.pinv(x, _default_rtol(x) if rtol is None else rtol)


def _default_rtol(x: jax.Array) -> float:
    return max(x.shape[-2:]) * float(jnp.finfo(x.dtype).eps)


def qr(x: Array, /, *, mode: str = "reduced") -> QRResult:
    return QRResult(*jnp.linalg.qr(floating(x), "complete" if is_complete(mode) else "reduced"))


def slogdet(x: Array, /) -> SlogdetResult:
    return SlogdetResult(*jnp.linalg.slogdet(floating(x)))


def solve(x1: Array, x2: Array, /) -> jax.Array:
    return jnp.linalg.solve(*promoted(floating(x1), floating(x2)))


def solve_triangular(a: Array, b: Array, /, *, lower: bool = False, unit_diagonal: bool = False) -> jax.Array:
    a, b = promoted(floating(a), floating(b))
    columns = b[:, None] if b.ndim == 1 else b
    columns = columns[(None,) * (a.ndim - columns.ndim)]  # JAX might take it for a batch of vectors
    solution = jax.scipy.linalg.solve_triangular(a, columns, lower=lower, unit_diagonal=unit_diagonal)
    return solution[..., 0] if b.ndim == 1 else solution


def svd(x: Array, /, *, full_matrices: bool = True) -> SVDResult:
    return SVDResult(*jnp.linalg.svd(floating(x), full_matrices))
