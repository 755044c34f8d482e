"""Overrides of `bridge.ops.unpooling` for JAX."""

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
    planes = math.prod(output[:-spatial])
    zeros = jnp.zeros((planes, math.prod(output[-spatial:])), input.dtype)
    rows = jnp.arange(planes)[:, None]
    filled = zeros.at[rows, indices.reshape(planes, -1)].set(input.reshape(planes, -1))
    return filled.reshape(output)
