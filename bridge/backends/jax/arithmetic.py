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

negative = jnp.negative
positive = jnp.positive
square = jnp.square
reciprocal = unary(jnp.reciprocal)
sqrt = unary(jnp.sqrt)
rsqrt = unary(jax.lax.rsqrt)
cbrt = unary(jnp.cbrt)

maximum = binary(jnp.maximum)
minimum = binary(jnp.minimum)
# Of two that are equal the first has the gradient.
fmax = binary(jax.jit(lambda x1, x2: jnp.where((x1 >= x2) | jnp.isnan(x2), x1, x2)))
fmin = binary(jax.jit(lambda x1, x2: jnp.where((x1 <= x2) | jnp.isnan(x2), x1, x2)))
copysign = fractional(jnp.copysign)
gcd = binary(jnp.gcd)
lcm = binary(jnp.lcm)

conj = jnp.conj
real = jnp.real
imag = jnp.imag
angle = unary(jnp.angle)


@jax.custom_jvp
def _size(x: jax.Array) -> jax.Array:
    return jnp.abs(x)


# JAX's own has the gradient 1 at 0, where torch's is 0.
_size.defjvps(lambda tangent, _, x: tangent * jnp.sign(x))


@jax.jit
def abs(x: Array, /) -> jax.Array:
    return _size(x) if jnp.issubdtype(x.dtype, jnp.floating) else jnp.abs(x)


fabs = unary(abs)


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
