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


@functools.partial(jax.jit, static_argnames="axis")  # one call of a small array, as JAX's own
def softmax(input: Array, axis: int = -1) -> jax.Array:
    return _softmax(input, axis) if input.ndim else _softmax(input[None], 0)[0]


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _softmax(x: jax.Array, axis: int) -> jax.Array:
    powers = jnp.exp(_below_largest(x, axis))
    return powers / powers.sum(axis, keepdims=True)


@_softmax.defjvp
def _(axis: int, primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    return _softmax_tangent(_softmax(*primals, axis), *tangents, axis)


def _softmax_tangent(y: jax.Array, tangent: jax.Array, axis: int) -> tuple[jax.Array, jax.Array]:
    return y, y * (tangent - (y * tangent).sum(axis, keepdims=True))


@jax.custom_jvp
def softmax_or_zero(x: jax.Array) -> jax.Array:
    """`softmax` along the last axis; 0 in a row that is minus infinity throughout."""
    largest = x.max(-1, keepdims=True, initial=-jnp.inf)
    is_empty = largest == -jnp.inf
    powers = jnp.exp(_less(x, jnp.where(is_empty, 0, largest)))
    return powers / jnp.where(is_empty, 1, powers.sum(-1, keepdims=True))


@softmax_or_zero.defjvp
def _(primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    return _softmax_tangent(softmax_or_zero(*primals), *tangents, -1)


@functools.partial(jax.jit, static_argnames="axis")
def log_softmax(input: Array, axis: int = -1) -> jax.Array:
    if not input.ndim:
        return log_softmax(input[None], 0)[0]
    below = _below_largest(input, axis)
    return below - jnp.log(jnp.exp(below).sum(axis, keepdims=True))


def _below_largest(x: jax.Array, axis: int) -> jax.Array:
    """`x` less its largest along `axis`, which is a constant to gradients."""
    return _less(x, jax.lax.stop_gradient(x.max(axis, keepdims=True, initial=-jnp.inf)))


def _less(x: jax.Array, largest: jax.Array) -> jax.Array:
    """`x` less the largest of it.

    Subtraction alone would not do under jit: where `x` is a product, XLA on the CPU rounds it and the difference as
    one, and what rounding had made of the largest is left over. In a row masked by the lowest float that is 1e31, whose
    power is infinite, as from `jax.nn.softmax`. With the minimum between them the product is rounded by itself.
    """
    return jnp.minimum(x, jnp.finfo(x.dtype).max) - largest


def polar(abs: Array, angle: Array) -> jax.Array:
    return jax.lax.complex(*jnp.broadcast_arrays(abs * jnp.cos(angle), abs * jnp.sin(angle)))
