"""Overrides of `bridge.ops.arithmetic` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import binary, fractional, promoted, unary
from bridge.typing import Array, Number

add = binary(jnp.add)
subtract = binary(jnp.subtract)
multiply = binary(jnp.multiply)
divide = fractional(jnp.divide)
floor_divide = binary(jnp.floor_divide)
remainder = binary(jnp.remainder)
fmod = binary(jnp.fmod)
pow = binary(jnp.power)

abs = jnp.abs
fabs = unary(jnp.abs)
negative = jnp.negative
positive = jnp.positive
square = jnp.square
reciprocal = unary(jnp.reciprocal)
sqrt = unary(jnp.sqrt)
rsqrt = unary(jax.lax.rsqrt)
cbrt = unary(jnp.cbrt)

maximum = binary(jnp.maximum)
minimum = binary(jnp.minimum)
fmax = binary(jnp.fmax)
fmin = binary(jnp.fmin)
copysign = fractional(jnp.copysign)
gcd = binary(jnp.gcd)
lcm = binary(jnp.lcm)

conj = jnp.conj
real = jnp.real
imag = jnp.imag
angle = unary(jnp.angle)


def sign(x: Array, /) -> jax.Array:
    if not jnp.iscomplexobj(x):
        return jnp.sign(x)
    nothing = x == 0  # JAX gives the sign of a complex number no gradient
    number = jnp.where(nothing, 1, x)
    return jnp.where(nothing, 0, number / jnp.abs(number))


def where(condition: Array, x1: Array | Number, x2: Array | Number, /) -> jax.Array:
    return jnp.where(condition, *promoted(x1, x2))
