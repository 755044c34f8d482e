"""Overrides of `bridge.ops.activation` for JAX."""

import jax


def relu(input: jax.Array) -> jax.Array:
    return jax.nn.relu(input)


def silu(input: jax.Array) -> jax.Array:
    return jax.nn.silu(input)


def sigmoid(input: jax.Array) -> jax.Array:
    return jax.nn.sigmoid(input)


def gelu(input: jax.Array, approximate: str = "none") -> jax.Array:
    return jax.nn.gelu(input, approximate=approximate == "tanh")


def softmax(input: jax.Array, axis: int = -1) -> jax.Array:
    return jax.nn.softmax(input, axis) if input.ndim else jax.nn.softmax(input[None])[0]


def log_softmax(input: jax.Array, axis: int = -1) -> jax.Array:
    return jax.nn.log_softmax(input, axis) if input.ndim else jax.nn.log_softmax(input[None])[0]
