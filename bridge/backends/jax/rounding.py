"""Overrides of `bridge.ops.rounding` for JAX."""

import inspect
from typing import Any

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import fractional, gives_way
from bridge.backends.whole_numbers import round_to_multiple
from bridge.ops import rounding
from bridge.typing import Array, Number

floor = jnp.floor
ceil = jnp.ceil
trunc = jnp.trunc


@jax.custom_jvp
def _nextafter(x1: Array, x2: Array) -> jax.Array:
    return jnp.nextafter(x1, x2)


@_nextafter.defjvp
def _nextafter_jvp(primals: Any, tangents: Any) -> tuple[jax.Array, jax.Array]:
    """As in torch and TensorFlow it moves with the first of the two; JAX has no rule."""
    answer = jnp.nextafter(*primals)
    return answer, jnp.broadcast_to(tangents[0], answer.shape)


nextafter = fractional(_nextafter)


def round(x: Array, /, decimals: int = 0) -> jax.Array:
    if decimals >= 0 or not jnp.issubdtype(x.dtype, jnp.integer):
        return jnp.round(x, decimals)
    return round_to_multiple(x, 10**-decimals)


def clip(x: Array, /, min: Array | Number | None = None, max: Array | Number | None = None) -> jax.Array:
    if all(bound is None or gives_way(bound, x) for bound in (min, max)):
        return _held(x, min, max)
    return inspect.unwrap(rounding.clip)(x, min, max)


@jax.jit
def _held(x: jax.Array, low: Any, high: Any) -> jax.Array:
    """`jnp.clip`, whose gradient at a bound is a half."""
    x = x if low is None else jnp.where(x >= low, x, jnp.maximum(x, low))
    return x if high is None else jnp.where(x <= high, x, jnp.minimum(x, high))


def nan_to_num(x: Array, /, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> jax.Array:
    return jnp.nan_to_num(x, True, nan, posinf, neginf)
