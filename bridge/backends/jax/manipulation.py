"""Overrides of `bridge.ops.manipulation` for JAX."""

import functools
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy

from bridge.backends.jax.promotion import jax_dtype
from bridge.dtypes import promoted_name
from bridge.typing import Array, DType, Shape

reshape = jnp.reshape
permute_dims = jnp.transpose
swapaxes = jnp.swapaxes
squeeze = jnp.squeeze
broadcast_to = jnp.broadcast_to
stop_gradient = jax.lax.stop_gradient

_PAD_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def shape(x: Array, /) -> Shape:
    return x.shape


def expand_dims(x: Array, /, axis: int = 0) -> jax.Array:
    return jnp.expand_dims(x, axis)


def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> jax.Array:
    return jnp.flip(x, axis)


def concat(arrays: Sequence[Array], /, *, axis: int = 0) -> jax.Array:
    if len({array.dtype for array in arrays}) > 1:
        operands = ((array.dtype.name, array.ndim > 0) for array in arrays)
        name, _ = functools.reduce(lambda a, b: (promoted_name(a, b), True), operands)
        arrays = [array.astype(jax_dtype(name)) for array in arrays]
    return jnp.concatenate(arrays, axis)


def split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[jax.Array, ...]:
    return tuple(jnp.split(x, indices_or_sections, axis))


def take(x: Array, indices: Array, /, *, axis: int) -> jax.Array:
    return jnp.take(x, indices, axis)


def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> jax.Array:
    return jnp.take_along_axis(x, indices, axis)


def pad(input: Array, pad: tuple[int, ...], mode: str = "constant", value: float = 0.0) -> jax.Array:
    widths = [(0, 0)] * (input.ndim - len(pad) // 2) + list(zip(pad[-2::-2], pad[-1::-2], strict=True))
    if mode == "constant":
        return jax.lax.pad(input, jnp.asarray(value, input.dtype), [(before, after, 0) for before, after in widths])
    if any(width < 0 for pair in widths for width in pair):
        return _pad_by_index(input, widths, mode)
    return jnp.pad(input, widths, _PAD_MODES[mode])


def _pad_by_index(x: Array, widths: list[tuple[int, int]], mode: str) -> jax.Array:
    """What `jnp.pad` does, for widths that may also take away."""
    for axis, (before, after) in enumerate(widths):
        last = x.shape[axis] - 1
        index = numpy.arange(-before, last + 1 + after)
        if mode == "reflect":
            index = last - abs(last - abs(index))
        elif mode == "replicate":
            index = index.clip(0, last)
        x = jnp.take(x, index % (last + 1), axis)
    return x


def tril(x: Array, /, *, k: int = 0) -> jax.Array:
    return jnp.tril(x, k)


def triu(x: Array, /, *, k: int = 0) -> jax.Array:
    return jnp.triu(x, k)


def astype(x: Array, dtype: DType, /) -> jax.Array:
    return x.astype(jax_dtype(dtype))
