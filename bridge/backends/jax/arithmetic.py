"""Overrides of `bridge.ops.arithmetic` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import binary, fractional, gives_way, promoted, unary
from bridge.typing import Array, Number

add = binary(jnp.add)
subtract = binary(jnp.subtract)
multiply = binary(jnp.multiply)
divide = fractional(jnp.divide)
floor_divide = binary(jnp.floor_divide)
remainder = binary(jnp.remainder)
fmod = binary(jnp.fmod)
_power = binary(jnp.power)

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


def pow(x1: Array | Number, x2: Array | Number, /) -> jax.Array:
    if type(x2) is float and x2.is_integer() and -8 <= x2 <= 8 and gives_way(x2, x1):
        return jnp.power(x1, int(x2))  # by products, in a fraction of the time
    return _power(x1, x2)


def sign(x: Array, /) -> jax.Array:
    if not jnp.iscomplexobj(x):
        return jnp.sign(x)
    nothing = x == 0  # JAX gives the sign of a complex number no gradient
    number = jnp.where(nothing, 1, x)
    return jnp.where(nothing, 0, number / jnp.abs(number))


def where(condition: Array, x1: Array | Number, x2: Array | Number, /) -> jax.Array:
    return jnp.where(condition, *promoted(x1, x2))
