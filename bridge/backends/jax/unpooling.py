"""Overrides of `bridge.ops.unpooling` for JAX."""

import functools
import math

import jax
import jax.numpy as jnp

from bridge.ops.unpooling import unpooled_shape
from bridge.typing import Array
from bridge.windows import Sizes


def max_unpool1d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> jax.Array:
    output = unpooled_shape(input, indices, kernel_size, stride, padding, output_size, 1)
    return _unpool(input, indices, output, 1)


def max_unpool2d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> jax.Array:
    output = unpooled_shape(input, indices, kernel_size, stride, padding, output_size, 2)
    return _unpool(input, indices, output, 2)


def max_unpool3d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> jax.Array:
    output = unpooled_shape(input, indices, kernel_size, stride, padding, output_size, 3)
    return _unpool(input, indices, output, 3)


def _unpool(input: Array, indices: Array, output: tuple[int, ...], spatial: int) -> jax.Array:
    planes, size = math.prod(output[:-spatial]), math.prod(output[-spatial:])
    return _put(input.reshape(planes, -1), indices.reshape(planes, -1), size).reshape(output)


@functools.partial(jax.custom_jvp, nondiff_argnums=(2,))
def _put(values: jax.Array, places: jax.Array, size: int) -> jax.Array:
    zeros = jnp.zeros((len(values), size), values.dtype)
    return zeros.at[jnp.arange(len(values))[:, None], places].set(values)


@_put.defjvp
def _put_each(
    size: int, primals: tuple[jax.Array, ...], tangents: tuple[jax.Array, ...]
) -> tuple[jax.Array, jax.Array]:
    """As in PyTorch, each of several values for one place has the gradient, not the one that is left."""
    values, places = primals
    zeros = jnp.zeros((len(values), size), values.dtype)
    return _put(values, places, size), zeros.at[jnp.arange(len(values))[:, None], places].add(tangents[0])
