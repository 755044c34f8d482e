"""Overrides of `bridge.ops.sorting` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import jax_dtype, promoted
from bridge.typing import Array, Number


def sort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> jax.Array:
    # Equal values are alike, stable or not; and each option given costs an eager call a microsecond.
    return jnp.sort(x, axis, descending=True) if descending else jnp.sort(x, axis)


def argsort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> jax.Array:
    return jnp.argsort(x, axis, stable=stable, descending=descending)


def argpartition(x: Array, kth: int, /, *, axis: int = -1) -> jax.Array:
    return jnp.argpartition(x, kth, axis).astype(jax_dtype("int64"))


def top_k(x: Array, k: int, /, *, sorted: bool = True, axis: int = -1) -> tuple[jax.Array, jax.Array]:
    values, indices = jax.lax.top_k(x, k, axis=axis)
    return values, indices.astype(jax_dtype("int64"))


def searchsorted(x1: Array, x2: Array | Number, /, *, side: str = "left", sorter: Array | None = None) -> jax.Array:
    return jnp.searchsorted(*promoted(x1, x2), side=side, sorter=sorter).astype(jax_dtype("int64"))
