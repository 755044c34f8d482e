"""Overrides of `bridge.ops.resampling` for JAX."""

import jax
import jax.numpy as jnp

from bridge.typing import Array


def weigh_axis(x: Array, weights: Array, axis: int) -> jax.Array:
    # On accelerators a product of matrices is otherwise of less than single precision.
    weighed = jnp.tensordot(x, weights, (axis, 1), precision=jax.lax.Precision.HIGHEST)
    return jnp.moveaxis(weighed, -1, axis)


def gather_places(x: Array, index: Array) -> jax.Array:
    return jnp.take_along_axis(x, index[:, None, :], 2, mode="clip")
