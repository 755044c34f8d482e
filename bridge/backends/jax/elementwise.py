"""Overrides of `bridge.ops.elementwise` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import binary, floating, promoted, unary
from bridge.typing import Array, Number

abs = jnp.abs
negative = jnp.negative
sign = jnp.sign
floor = jnp.floor
square = jnp.square
isnan = jnp.isnan
isfinite = jnp.isfinite
logical_not = jnp.logical_not

exp = unary(jnp.exp)
log = unary(jnp.log)
sin = unary(jnp.sin)
cos = unary(jnp.cos)
tanh = unary(jnp.tanh)
erf = unary(jax.lax.erf)
sqrt = unary(jnp.sqrt)
rsqrt = unary(jax.lax.rsqrt)
reciprocal = unary(jnp.reciprocal)

add = binary(jnp.add)
subtract = binary(jnp.subtract)
multiply = binary(jnp.multiply)
pow = binary(jnp.power)
maximum = binary(jnp.maximum)
minimum = binary(jnp.minimum)
equal = binary(jnp.equal)
not_equal = binary(jnp.not_equal)
less = binary(jnp.less)
less_equal = binary(jnp.less_equal)
greater = binary(jnp.greater)
greater_equal = binary(jnp.greater_equal)
logical_and = jnp.logical_and
logical_or = jnp.logical_or


def divide(x1: Array | Number, x2: Array | Number, /) -> jax.Array:
    x1, x2 = promoted(x1, x2)
    return jnp.divide(floating(x1), floating(x2))


def where(condition: Array, x1: Array | Number, x2: Array | Number, /) -> jax.Array:
    return jnp.where(condition, *promoted(x1, x2))
