"""Overrides of `bridge.ops.statistics` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import floating, wide
from bridge.typing import Array


def cov(
    x: Array,
    /,
    *,
    rowvar: bool = True,
    correction: int = 1,
    fweights: Array | None = None,
    aweights: Array | None = None,
) -> jax.Array:
    return jnp.cov(floating(x), rowvar=rowvar, ddof=correction, fweights=fweights, aweights=aweights)


def corrcoef(x: Array, /, *, rowvar: bool = True) -> jax.Array:
    return jnp.corrcoef(floating(x), rowvar=rowvar)


def bincount(x: Array, /, *, weights: Array | None = None, minlength: int = 0, length: int | None = None) -> jax.Array:
    if length is not None:
        x = jnp.where(x < 0, length, x)  # which is not counted; JAX counts what is below 0 as 0
    elif (x < 0).any():
        raise ValueError("expected whole numbers from 0")
    if weights is None:
        return jnp.bincount(x, None, minlength, length=length)
    summed = floating(weights)
    return jnp.bincount(x, summed.astype(wide(summed.dtype)), minlength, length=length).astype(summed.dtype)
