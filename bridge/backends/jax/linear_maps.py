"""Overrides of `bridge.ops.linear_maps` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.layout import channels_last, sizes_of
from bridge.backends.jax.promotion import wide
from bridge.typing import Array


def linear(input: Array, weight: Array, bias: Array | None = None) -> jax.Array:
    rows, weight = _least_moved(input, weight)
    output = jax.lax.dot_general(rows, weight, (((rows.ndim - 1,), (1,)), ((), ())))
    return output if bias is None else with_bias(output, bias)


def with_bias(output: jax.Array, bias: Array) -> jax.Array:
    """`output + bias`. Halves go by float32 for the gradient, a sum that XLA else adds up in halves: 256 + 1 is 256."""
    dtype = jnp.promote_types(output.dtype, bias.dtype)
    return (output.astype(wide(dtype)) + bias.astype(wide(dtype))).astype(dtype)


def _least_moved(input: Array, weight: Array) -> tuple[Array, Array]:
    """Both with the channels last, where the input is images that lie so, made flat, and is larger than the weight."""
    sizes = sizes_of(input)
    if sizes is None or input.ndim != 2 or input.shape[0] <= weight.shape[0]:
        return input, weight
    rows, weight = (channels_last(flat.reshape(-1, *sizes)).reshape(flat.shape) for flat in (input, weight))
    return rows, weight


def one_hot(input: Array, num_classes: int) -> jax.Array:
    return jax.nn.one_hot(input, num_classes, dtype=jax.dtypes.canonicalize_dtype("int64"))
