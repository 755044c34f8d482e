"""Overrides of `bridge.ops.mathematics` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import fractional, unary, wide
from bridge.typing import Array

exp = unary(jnp.exp)
exp2 = unary(jnp.exp2)
expm1 = unary(jnp.expm1)
log = unary(jnp.log)
log1p = unary(jnp.log1p)
log2 = unary(jnp.log2)
log10 = unary(jnp.log10)
logaddexp = fractional(jnp.logaddexp)
logaddexp2 = fractional(jnp.logaddexp2)

sin = unary(jnp.sin)
cos = unary(jnp.cos)
tan = unary(jnp.tan)
asin = unary(jnp.arcsin)
acos = unary(jnp.arccos)
atan = unary(jnp.arctan)
atan2 = fractional(jnp.arctan2)
sinh = unary(jnp.sinh)
cosh = unary(jnp.cosh)
tanh = unary(jnp.tanh)
asinh = unary(jnp.arcsinh)
atanh = unary(jnp.arctanh)

sinc = unary(jnp.sinc)
i0 = unary(jnp.i0)
erf = unary(jax.lax.erf)
erfc = unary(jax.lax.erfc)
erfinv = unary(jax.lax.erf_inv)
lgamma = unary(jax.lax.lgamma)
igamma = fractional(jax.scipy.special.gammainc)
igammac = fractional(jax.scipy.special.gammaincc)


@unary
def acosh(x: Array, /) -> jax.Array:
    if not jnp.iscomplexobj(x):
        return jnp.arccosh(x)
    # The gradient of jnp.arccosh has the wrong sign where the real part is negative.
    return jnp.where(jnp.signbit(x.imag), -1j, 1j) * jnp.arccos(x)


@unary
def digamma(x: Array, /) -> jax.Array:
    widened = x.astype(wide(x.dtype))
    # By reflection below 0, where the gradient of jax.lax.digamma is wrong.
    below = widened < 0
    right = jax.lax.digamma(jnp.where(below, 1 - widened, widened))
    place = jnp.where(below, widened - jnp.round(widened), 0.25)
    left = right - jnp.pi / jnp.tan(jnp.pi * jnp.where(place == 0, jnp.nan, place))
    value = jnp.where(below, left, right).astype(x.dtype)
    return jnp.where(x == 0, jnp.copysign(jnp.inf, -x), value)  # which is NaN at 0
