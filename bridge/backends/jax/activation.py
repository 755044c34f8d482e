"""Overrides of `bridge.ops.activation` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import floating
from bridge.typing import Array


def relu(input: Array, inplace: bool = False) -> jax.Array:
    return jax.nn.relu(input)


def elu(input: Array, alpha: float = 1.0, inplace: bool = False) -> jax.Array:
    return jax.nn.elu(input, alpha)


def celu(input: Array, alpha: float = 1.0, inplace: bool = False) -> jax.Array:
    return jax.nn.celu(input, alpha)


def gelu(input: Array, approximate: str = "none") -> jax.Array:
    return jax.nn.gelu(input, approximate=approximate == "tanh")


def silu(input: Array, inplace: bool = False) -> jax.Array:
    return jax.nn.silu(input)


def sigmoid(input: Array) -> jax.Array:
    return jax.nn.sigmoid(floating(input))


def softplus(input: Array, beta: float = 1.0, threshold: float = 20.0) -> jax.Array:
    scaled = input * beta
    return jnp.where(scaled > threshold, input, jax.nn.softplus(scaled) / beta)


def softmax(input: Array, axis: int = -1) -> jax.Array:
    return jax.nn.softmax(input, axis) if input.ndim else jax.nn.softmax(input[None])[0]


def log_softmax(input: Array, axis: int = -1) -> jax.Array:
    return jax.nn.log_softmax(input, axis) if input.ndim else jax.nn.log_softmax(input[None])[0]


def polar(abs: Array, angle: Array) -> jax.Array:
    return jax.lax.complex(*jnp.broadcast_arrays(abs * jnp.cos(angle), abs * jnp.sin(angle)))
