"""Overrides of `bridge.ops.reductions` for JAX."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import INEXACT, floating, jax_dtype, wide
from bridge.shapes import normalize_axis, only_axis
from bridge.typing import Array, Axis, DType

max = jnp.max
min = jnp.min
any = jnp.any
all = jnp.all


def sum(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> jax.Array:
    return jnp.sum(x, axis, _accumulator(x, dtype), keepdims=keepdims)


def prod(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> jax.Array:
    return jnp.prod(x, axis, _accumulator(x, dtype), keepdims=keepdims)


def mean(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    return jnp.mean(floating(x), axis, keepdims=keepdims)


def var(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> jax.Array:
    return jnp.var(floating(x), axis, correction=correction, keepdims=keepdims)


def argmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> jax.Array:
    return jnp.argmax(x, axis, keepdims=keepdims)


def argmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> jax.Array:
    return jnp.argmin(x, axis, keepdims=keepdims)


def count_nonzero(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    return jnp.count_nonzero(x, axis, keepdims=keepdims)


def cumulative_sum(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> jax.Array:
    def add_up(dtype: Any) -> jax.Array:
        if include_initial:
            return jnp.cumulative_sum(x, axis=axis, dtype=dtype, include_initial=True)
        return jnp.cumsum(x, only_axis(axis, x.ndim), dtype)  # compiled, which the other is not

    return _in_wide(add_up, x, dtype)


def cumulative_prod(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> jax.Array:
    def multiply(dtype: Any) -> jax.Array:
        if include_initial:
            return jnp.cumulative_prod(x, axis=axis, dtype=dtype, include_initial=True)
        return jnp.cumprod(x, only_axis(axis, x.ndim), dtype)

    return _in_wide(multiply, x, dtype)


def _in_wide(function: Callable[[Any], jax.Array], x: jax.Array, dtype: DType | None) -> jax.Array:
    """`function` of the dtype to compute in: halves are accumulated in float32."""
    asked = _accumulator(x, dtype)
    kept = x.dtype if asked is None else asked
    return function(asked) if wide(kept) == kept else function(wide(kept)).astype(kept)


def logsumexp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    x = floating(x)
    if not jnp.issubdtype(x.dtype, jnp.floating):
        return jax.nn.logsumexp(x, axis, keepdims=keepdims)
    largest = jax.lax.stop_gradient(x.max(axis, keepdims=True, initial=-jnp.inf))
    largest = jnp.where(jnp.isfinite(largest), largest, 0)
    # The minimum is no other number: see `_below_largest` of activation.py.
    powers = jnp.exp(jnp.minimum(x, jnp.finfo(x.dtype).max) - largest)
    sums = jnp.log(powers.sum(axis, keepdims=True)) + largest
    return sums if keepdims else sums.squeeze(axis)


def logcumsumexp(x: Array, /, *, axis: int) -> jax.Array:
    x = floating(x)
    widened = x.astype(wide(x.dtype))  # of halves JAX's gradient is off by more than the values
    return jax.lax.cumlogsumexp(widened, normalize_axis(axis, x.ndim)).astype(x.dtype)


def _accumulator(x: jax.Array, dtype: DType | None) -> Any:
    if dtype is not None:
        return jax_dtype(dtype)
    return None if x.dtype in INEXACT else jax_dtype("int64")
