"""Overrides of `bridge.ops.segments` for JAX."""

import functools
from typing import Any

import jax
import jax.numpy as jnp

from bridge.typing import Array


def segment_sum(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> jax.Array:
    return jax.ops.segment_sum(data, segment_ids, num_segments, sorted)


def segment_max(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> jax.Array:
    return jax.ops.segment_max(data, segment_ids, num_segments, sorted)


def segment_min(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> jax.Array:
    return jax.ops.segment_min(data, segment_ids, num_segments, sorted)


def segment_prod(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> jax.Array:
    if num_segments is None:
        num_segments = int(segment_ids.max()) + 1 if segment_ids.size else 0
    return _segment_prod(data, segment_ids, num_segments, sorted)


@functools.partial(jax.custom_jvp, nondiff_argnums=(1, 2, 3))
def _segment_prod(data: jax.Array, segment_ids: jax.Array, num_segments: int, sorted: bool) -> jax.Array:
    return jax.ops.segment_prod(data, segment_ids, num_segments, sorted)


@_segment_prod.defjvp
def _segment_prod_jvp(
    segment_ids: jax.Array, num_segments: int, sorted: bool, primals: Any, tangents: Any
) -> tuple[jax.Array, jax.Array]:
    """JAX has no derivative of a product over places that repeat: each row's is the product of the others."""
    (data,), (change,) = primals, tangents
    is_zero = data == 0
    zeros = jax.ops.segment_sum(is_zero.astype("int32"), segment_ids, num_segments, sorted)
    without_zeros = _segment_prod(jnp.where(is_zero, 1, data), segment_ids, num_segments, sorted)
    others_zeros = zeros[segment_ids] - is_zero
    others = jnp.where(others_zeros > 0, 0, without_zeros[segment_ids] / jnp.where(is_zero, 1, data))
    product = jnp.where(zeros > 0, 0, without_zeros)
    return product, jax.ops.segment_sum(others * change, segment_ids, num_segments, sorted)
