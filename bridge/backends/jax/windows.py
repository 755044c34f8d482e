"""Overrides of `bridge.ops.windows` for JAX: constants, which NumPy computes in double precision."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy

from bridge.backends.jax.promotion import default_dtype, jax_dtype
from bridge.typing import DType


def bartlett(m: int, /, *, dtype: DType | None = None) -> jax.Array:
    return _constant(numpy.bartlett(m), dtype)


def blackman(m: int, /, *, dtype: DType | None = None) -> jax.Array:
    return _constant(numpy.blackman(m), dtype)


def hamming(m: int, /, *, dtype: DType | None = None) -> jax.Array:
    return _constant(numpy.hamming(m), dtype)


def hanning(m: int, /, *, dtype: DType | None = None) -> jax.Array:
    return _constant(numpy.hanning(m), dtype)


def kaiser(m: int, beta: float, /, *, dtype: DType | None = None) -> jax.Array:
    return _constant(numpy.kaiser(m, beta), dtype)


def _constant(window: numpy.ndarray[Any, Any], dtype: DType | None) -> jax.Array:
    return jnp.asarray(window, default_dtype() if dtype is None else jax_dtype(dtype))
