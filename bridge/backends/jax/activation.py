"""Overrides of `bridge.ops.activation` for JAX."""

import functools

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
    return _softmax(input, axis) if input.ndim else _softmax(input[None], 0)[0]


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _softmax(x: jax.Array, axis: int) -> jax.Array:
    powers = jnp.exp(_below_largest(x, axis))
    return powers / powers.sum(axis, keepdims=True)


@_softmax.defjvp
def _(axis: int, primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    y, (tangent,) = _softmax(*primals, axis), tangents
    return y, y * (tangent - (y * tangent).sum(axis, keepdims=True))


def log_softmax(input: Array, axis: int = -1) -> jax.Array:
    if not input.ndim:
        return log_softmax(input[None], 0)[0]
    below = _below_largest(input, axis)
    return below - jnp.log(jnp.exp(below).sum(axis, keepdims=True))


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _below_largest(x: jax.Array, axis: int) -> jax.Array:
    """`x` less its largest along `axis`, which is a constant to gradients: 0 where `x` is that, if it is finite.

    Subtraction alone does not give that 0 under jit: where `x` is a product, XLA on the CPU makes one rounding of
    the product and the subtraction, and what the other rounding was is left over. In a row masked by the lowest float
    it is 1e31, whose power is infinite. `jax.nn.softmax` has this fault.
    """
    largest = x.max(axis, keepdims=True, initial=-jnp.inf)
    return jnp.where((x == largest) & jnp.isfinite(largest), 0, x - largest)


@_below_largest.defjvp
def _(axis: int, primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    return _below_largest(*primals, axis), tangents[0]


def polar(abs: Array, angle: Array) -> jax.Array:
    return jax.lax.complex(*jnp.broadcast_arrays(abs * jnp.cos(angle), abs * jnp.sin(angle)))
