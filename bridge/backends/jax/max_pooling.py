"""Overrides of `bridge.ops.max_pooling` for JAX."""

import functools
import math

import jax
import jax.numpy as jnp
import numpy
from jax import lax

from bridge.backends.jax.layout import noted
from bridge.backends.jax.sliding import reduce_windows
from bridge.ops.max_pooling import largest_in_windows
from bridge.typing import Array
from bridge.windows import Sizes, Windows, overhang, pooling_windows


def max_pool1d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> jax.Array:
    windows = pooling_windows(input, kernel_size, stride, padding, dilation, 1)
    return _max_pool(input, windows, ceil_mode, return_indices)


def max_pool2d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> jax.Array:
    windows = pooling_windows(input, kernel_size, stride, padding, dilation, 2)
    return _max_pool(input, windows, ceil_mode, return_indices)


def max_pool3d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> jax.Array:
    windows = pooling_windows(input, kernel_size, stride, padding, dilation, 3)
    return _max_pool(input, windows, ceil_mode, return_indices)


def _max_pool(input: Array, windows: Windows, ceil_mode: bool, return_indices: bool) -> jax.Array:
    if return_indices or max(windows.dilation) > 1:  # a maximum over dilated windows has no gradient in JAX
        return largest_in_windows(input, windows, ceil_mode, return_indices)
    if _are_tiles(input, windows, ceil_mode):
        # Its own gradient hides what was noted within.
        return noted(_max_of_tiles(input, windows), len(windows.kernel))
    return _reduced(input, windows, ceil_mode)


def _reduced(input: Array, windows: Windows, ceil_mode: bool) -> jax.Array:
    smallest = -jnp.inf if jnp.issubdtype(input.dtype, jnp.floating) else jnp.iinfo(input.dtype).min
    return reduce_windows(input, windows, ceil_mode, numpy.asarray(smallest, input.dtype)[()], lax.max)


def _are_tiles(input: Array, windows: Windows, ceil_mode: bool) -> bool:
    """Whether the windows neither overlap nor reach beyond the input."""
    if windows.stride != windows.kernel or any(map(any, windows.padding)):
        return False
    sizes = input.shape[-len(windows.kernel) :]
    return all(overhang(size, step, step, 0, ceil_mode) <= 0 for size, step in zip(sizes, windows.kernel, strict=True))


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _max_of_tiles(input: jax.Array, windows: Windows) -> jax.Array:
    """Pooling whose gradient is a comparison: XLA's own scatters, and takes three times as long on the CPU."""
    return _reduced(input, windows, False)


@_max_of_tiles.defjvp
def _max_of_tiles_jvp(
    windows: Windows, primals: tuple[jax.Array], tangents: tuple[jax.Array]
) -> tuple[jax.Array, jax.Array]:
    kernel = windows.kernel
    tiles, tangent = _tiles(primals[0], kernel), _tiles(tangents[0], kernel)
    within = tuple(range(-1, -2 * len(kernel), -2))
    largest = jnp.max(tiles, within, keepdims=True)
    size = math.prod(kernel)
    places = numpy.arange(size, dtype="int32").reshape([length for window in kernel for length in (1, window)])
    first = jnp.min(jnp.where(tiles == largest, places, size), within, keepdims=True)
    return jnp.squeeze(largest, within), jnp.sum(jnp.where(places == first, tangent, 0), within)


def _tiles(input: jax.Array, kernel: tuple[int, ...]) -> jax.Array:
    """`(..., H, W)` as `(..., H_out, K_h, W_out, K_w)`, without what is left over at the ends."""
    lead, sizes = input.shape[: -len(kernel)], input.shape[-len(kernel) :]
    counts = [size // step for size, step in zip(sizes, kernel, strict=True)]
    kept = input[(..., *(slice(count * step) for count, step in zip(counts, kernel, strict=True)))]
    return kept.reshape(*lead, *(size for both in zip(counts, kernel, strict=True) for size in both))
