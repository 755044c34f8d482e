"""Overrides of `bridge.ops.linear_maps` for JAX."""

import math

import jax
import jax.numpy as jnp
from jax.interpreters.partial_eval import DynamicJaxprTracer

from bridge.backends.jax.layout import channels_last, sizes_of
from bridge.backends.jax.promotion import wide
from bridge.typing import Array


def linear(input: Array, weight: Array, bias: Array | None = None) -> jax.Array:
    sizes = sizes_of(input)
    if sizes is not None and input.ndim == 2 and input.shape[0] > weight.shape[0]:
        # Channels last both, as the images lie: the weight, which is smaller, is moved in their place.
        input, weight = (channels_last(flat.reshape(-1, *sizes)).reshape(flat.shape) for flat in (input, weight))
        return _by_rows(input, weight, bias)
    return _by_columns(input, weight, bias) if _are_few(input, weight, bias) else _by_rows(input, weight, bias)


def _by_rows(rows: Array, weight: Array, bias: Array | None) -> jax.Array:
    output = jax.lax.dot_general(rows, weight, (((rows.ndim - 1,), (1,)), ((), ())))
    return output if bias is None else with_bias(output, bias)


@jax.custom_jvp
def _by_columns(rows: jax.Array, weight: jax.Array, bias: jax.Array | None) -> jax.Array:
    """The same with the weight on the left: on the right, output first, XLA packs it against its grain on a CPU."""
    output = jax.lax.dot_general(weight, rows, (((1,), (rows.ndim - 1,)), ((), ())))
    return jnp.moveaxis(output if bias is None else output + bias.reshape(-1, *(1,) * (rows.ndim - 1)), 0, -1)


@_by_columns.defjvp
def _by_columns_jvp(primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> tuple[jax.Array, jax.Array]:
    """By rows: for a training step the better order depends on processor and sizes, 0.7 to 1.5 times as long."""
    return jax.jvp(_by_rows, primals, tangents)


def _are_few(rows: Array, weight: Array, bias: Array | None) -> bool:
    """Whether `rows` through so large a weight are quicker by columns: where `jit` traces a function, and no transform
    of it maps or differentiates them, which a tracer of another class shows."""
    if not isinstance(rows, DynamicJaxprTracer) or rows.dtype != jnp.float32:
        return False
    others = [other for other in (weight, bias) if isinstance(other, jax.core.Tracer)]
    if not all(isinstance(other, DynamicJaxprTracer) for other in others):
        return False
    *batch, inputs = rows.shape
    return all(isinstance(size, int) for size in batch) and 2 <= math.prod(batch) <= min(128, inputs // 4)


def with_bias(output: jax.Array, bias: Array) -> jax.Array:
    """`output + bias`. Halves go by float32 for the gradient, a sum that XLA else adds up in halves: 256 + 1 is 256."""
    dtype = jnp.promote_types(output.dtype, bias.dtype)
    return (output.astype(wide(dtype)) + bias.astype(wide(dtype))).astype(dtype)


def one_hot(input: Array, num_classes: int) -> jax.Array:
    return jax.nn.one_hot(input, num_classes, dtype=jax.dtypes.canonicalize_dtype("int64"))
