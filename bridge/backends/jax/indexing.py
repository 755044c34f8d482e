"""Overrides of `bridge.ops.indexing` for JAX."""

import builtins
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from bridge.shapes import check_block, normalize_axis
from bridge.typing import Array, Number, Shape


def take(x: Array, indices: Array, /, *, axis: int | None = None) -> jax.Array:
    return jnp.take(x, indices, axis)


def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> jax.Array:
    return jnp.take_along_axis(x, indices, axis)


def put_along_axis(x: Array, indices: Array, values: Array | Number, /, *, axis: int) -> jax.Array:
    axis = normalize_axis(axis, x.ndim)
    indices = jnp.broadcast_to(indices, (*x.shape[:axis], indices.shape[axis], *x.shape[axis + 1 :]))
    return jnp.put_along_axis(x, indices, jnp.asarray(values, x.dtype), axis, inplace=False)


def slice(x: Array, /, start_indices: Sequence[Any] | Array, shape: Shape) -> jax.Array:
    check_block(x.shape, start_indices, shape)
    return jax.lax.dynamic_slice(x, start_indices, shape)


def slice_update(x: Array, /, start_indices: Sequence[Any] | Array, updates: Array) -> jax.Array:
    check_block(x.shape, start_indices, updates.shape)
    return jax.lax.dynamic_update_slice(x, updates.astype(x.dtype), start_indices)


def scatter_add(x: Array, indices: Array, updates: Array, /) -> jax.Array:
    return x.at[_places(indices)].add(updates.astype(x.dtype))


def scatter_update(x: Array, indices: Array, updates: Array, /) -> jax.Array:
    return x.at[_places(indices)].set(updates.astype(x.dtype))


def _places(indices: jax.Array) -> tuple[jax.Array, ...]:
    return tuple(jnp.moveaxis(indices, -1, 0))


def index_add(x: Array, indices: Array, updates: Array, /, *, axis: int) -> jax.Array:
    before = (builtins.slice(None),) * normalize_axis(axis, x.ndim)
    return x.at[(*before, indices)].add(updates.astype(x.dtype))
