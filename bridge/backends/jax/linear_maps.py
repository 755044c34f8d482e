"""Overrides of `bridge.ops.linear_maps` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import wide
from bridge.typing import Array


def linear(input: Array, weight: Array, bias: Array | None = None) -> jax.Array:
    output = jax.lax.dot_general(input, weight, (((input.ndim - 1,), (1,)), ((), ())))
    return output if bias is None else with_bias(output, bias)


def with_bias(output: jax.Array, bias: Array) -> jax.Array:
    """`output + bias`. Halves go by float32 for the gradient, a sum that XLA else adds up in halves: 256 + 1 is 256."""
    dtype = jnp.promote_types(output.dtype, bias.dtype)
    return (output.astype(wide(dtype)) + bias.astype(wide(dtype))).astype(dtype)


def one_hot(input: Array, num_classes: int) -> jax.Array:
    return jax.nn.one_hot(input, num_classes, dtype=jax.dtypes.canonicalize_dtype("int64"))
