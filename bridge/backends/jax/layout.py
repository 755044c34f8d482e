"""Channels first outside, channels last inside: which images lie that way, while a function is traced.

XLA cancels the moves between one layer of images and the next. The one that is left is before a linear map of the
flattened images, which can have its weight moved in their place; what is flattened does not show what it came from, so
that it is noted here.
"""

import math
import weakref

import jax
import jax.numpy as jnp

from bridge.typing import Array

_noted: dict[int, tuple["weakref.ref[jax.Array]", tuple[int, ...]]] = {}
"""By identity, as tracers compare by their elements: one that is alive, and the `(C, *spatial)` of its images."""


def channels_last(images: Array) -> jax.Array:
    """`(N, C, *spatial)` to `(N, *spatial, C)`."""
    return jnp.moveaxis(images, 1, -1)


def channels_first(images: Array) -> jax.Array:
    """`(N, *spatial, C)` to `(N, C, *spatial)`, noted."""
    return noted(jnp.moveaxis(images, -1, 1), images.ndim - 2)


def noted(images: jax.Array, spatial: int) -> jax.Array:
    """`images`, noted if they are a batch, `(N, C, *spatial)`: XLA has them with channels last."""
    if images.ndim == spatial + 2 > 2:
        _note(images, images.shape[1:])
    return images


def flattened(images: Array, rows: jax.Array) -> jax.Array:
    """`rows`, which are `images` in another shape; noted if `images` are and each row is one of them."""
    sizes = sizes_of(images)
    if sizes is not None and rows.shape == (images.shape[0], math.prod(sizes)):
        _note(rows, sizes)
    return rows


def sizes_of(array: Array) -> tuple[int, ...] | None:
    """`(C, *spatial)` of the images that `array` holds, if these lie with channels last; `None` otherwise."""
    entry = _noted.get(id(array))
    return None if entry is None else entry[1]


def _note(array: jax.Array, sizes: tuple[int, ...]) -> None:
    """Eagerly each move is made at once, and nothing would be gained."""
    if isinstance(array, jax.core.Tracer):
        key = id(array)
        _noted[key] = weakref.ref(array, lambda _: _noted.pop(key, None)), sizes
