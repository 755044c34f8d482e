"""Overrides of `bridge.ops.products` for JAX."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import alike, binary, promoted
from bridge.typing import Array

matmul = binary(jnp.matmul)
matrix_transpose = jnp.matrix_transpose
dot = binary(jnp.dot)
vdot = binary(jnp.vdot)
inner = binary(jnp.inner)
outer = binary(jnp.outer)
diagonal = jnp.diagonal


def tensordot(x1: Array, x2: Array, /, axes: int | tuple[Sequence[int], Sequence[int]] = 2) -> jax.Array:
    return jnp.tensordot(*promoted(x1, x2), axes)


def vecdot(x1: Array, x2: Array, /, *, axis: int = -1) -> jax.Array:
    return jnp.vecdot(*promoted(x1, x2), axis=axis)


def cross(x1: Array, x2: Array, /, *, axis: int = -1) -> jax.Array:
    return jnp.linalg.cross(*promoted(x1, x2), axis=axis)


def einsum(subscripts: str, *operands: Array) -> jax.Array:
    return jnp.einsum(subscripts, *alike(operands))
