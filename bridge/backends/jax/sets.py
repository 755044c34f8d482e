"""Overrides of `bridge.ops.sets` for JAX."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from bridge.backends.jax.creation import asarray
from bridge.backends.jax.promotion import promoted
from bridge.frameworks import framework_of
from bridge.typing import Array, Number

unique_all = jnp.unique_all
unique_counts = jnp.unique_counts
unique_inverse = jnp.unique_inverse
unique_values = jnp.unique_values


def argwhere(x: Array, /, *, size: int | None = None, fill_value: int = 0) -> jax.Array:
    return jnp.argwhere(x, size=size, fill_value=fill_value)


def isin(x1: Array, x2: Array | Sequence[Number] | Number, /, *, invert: bool = False) -> jax.Array:
    return jnp.isin(*promoted(x1, x2 if framework_of(x2) else asarray(x2)), invert=invert)


def unique(
    x: Array,
    /,
    *,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    equal_nan: bool = True,
    size: int | None = None,
    fill_value: Number | None = None,
) -> jax.Array | tuple[jax.Array, ...]:
    return jnp.unique(
        x,
        return_index=return_index,
        return_inverse=return_inverse,
        return_counts=return_counts,
        axis=axis,
        equal_nan=equal_nan,
        size=size,
        fill_value=fill_value,
    )
