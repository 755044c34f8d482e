"""Overrides of `bridge.ops.joining` for JAX."""

import itertools
from collections.abc import Sequence

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import alike
from bridge.shapes import normalize_axis
from bridge.typing import Array


def concat(arrays: Sequence[Array], /, *, axis: int | None = 0) -> jax.Array:
    return jnp.concatenate(alike(arrays), axis)


def stack(arrays: Sequence[Array], /, *, axis: int = 0) -> jax.Array:
    return jnp.stack(alike(arrays), axis)


def split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[jax.Array, ...]:
    if isinstance(indices_or_sections, int):
        return tuple(jnp.split(x, indices_or_sections, axis))
    return _split_at(x, indices_or_sections, axis)


def array_split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[jax.Array, ...]:
    if isinstance(indices_or_sections, int):
        return tuple(jnp.array_split(x, indices_or_sections, axis))
    return _split_at(x, indices_or_sections, axis)


def _split_at(x: jax.Array, places: Sequence[int], axis: int) -> tuple[jax.Array, ...]:
    axis = normalize_axis(axis, x.ndim)
    bounds = [0, *places, x.shape[axis]]
    if all(start <= end for start, end in itertools.pairwise(bounds)):
        return tuple(jnp.split(x, tuple(places), axis))
    # Places before the start, behind the end or out of order mean what they do in Python's slices.
    before = (slice(None),) * axis
    return tuple(x[(*before, slice(start, end))] for start, end in itertools.pairwise([0, *places, None]))


def unstack(x: Array, /, *, axis: int = 0) -> tuple[jax.Array, ...]:
    return jnp.unstack(x, axis=axis)
