"""Overrides of `bridge.ops.ranges` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import jax_dtype, number_dtype
from bridge.typing import Device, DType


def linspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    *,
    dtype: DType | None = None,
    device: Device = None,
    endpoint: bool = True,
) -> jax.Array:
    dtype = number_dtype(start + stop + 0.0) if dtype is None else jax_dtype(dtype)
    return jnp.linspace(start, stop, num, endpoint, dtype=dtype, device=device)
