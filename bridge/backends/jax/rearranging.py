"""Overrides of `bridge.ops.rearranging` for JAX."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy

from bridge.typing import Array


def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> jax.Array:
    return jnp.flip(x, axis)


def roll(x: Array, /, shift: int | tuple[int, ...], *, axis: int | tuple[int, ...] | None = None) -> jax.Array:
    return jnp.roll(x, shift, axis)


def tile(x: Array, /, repetitions: int | tuple[int, ...]) -> jax.Array:
    return jnp.tile(x, repetitions)


def repeat_interleave(
    x: Array,
    /,
    repeats: int | Sequence[int] | Array,
    *,
    axis: int | None = None,
    total_repeat_length: int | None = None,
) -> jax.Array:
    counts: Any = numpy.asarray(repeats) if isinstance(repeats, list | tuple) else repeats
    return jnp.repeat(x, counts, axis, total_repeat_length=total_repeat_length)
