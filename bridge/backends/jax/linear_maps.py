"""Overrides of `bridge.ops.linear_maps` for JAX."""

import jax

from bridge.typing import Array


def linear(input: Array, weight: Array, bias: Array | None = None) -> jax.Array:
    output = jax.lax.dot_general(input, weight, (((input.ndim - 1,), (1,)), ((), ())))
    return output if bias is None else output + bias


def one_hot(input: Array, num_classes: int) -> jax.Array:
    return jax.nn.one_hot(input, num_classes, dtype=jax.dtypes.canonicalize_dtype("int64"))
