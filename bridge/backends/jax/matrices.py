"""Overrides of `bridge.ops.matrices` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import default_dtype, jax_dtype
from bridge.typing import Array, Device, DType


def eye(
    n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: DType | None = None, device: Device = None
) -> jax.Array:
    return jnp.eye(n_rows, n_cols, k, default_dtype() if dtype is None else jax_dtype(dtype), device=device)


def diag(x: Array, /, *, k: int = 0) -> jax.Array:
    return jnp.diag(x, k)
