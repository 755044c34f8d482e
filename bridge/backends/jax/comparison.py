"""Overrides of `bridge.ops.comparison` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import binary, promoted
from bridge.typing import Array, Number

equal = binary(jnp.equal)
not_equal = binary(jnp.not_equal)
less = binary(jnp.less)
less_equal = binary(jnp.less_equal)
greater = binary(jnp.greater)
greater_equal = binary(jnp.greater_equal)

isfinite = jnp.isfinite
isinf = jnp.isinf
isnan = jnp.isnan
isneginf = jnp.isneginf
isposinf = jnp.isposinf
isreal = jnp.isreal
signbit = jnp.signbit

logical_and = jnp.logical_and
logical_or = jnp.logical_or
logical_xor = jnp.logical_xor
logical_not = jnp.logical_not


def isclose(
    x1: Array | Number, x2: Array | Number, /, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> jax.Array:
    return jnp.isclose(*promoted(x1, x2), rtol, atol, equal_nan)


def allclose(
    x1: Array | Number, x2: Array | Number, /, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> jax.Array:
    return jnp.all(isclose(x1, x2, rtol, atol, equal_nan))
