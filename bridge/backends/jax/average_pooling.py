"""Overrides of `bridge.ops.average_pooling` for JAX."""

import jax
import jax.numpy as jnp
import numpy
from jax import lax

from bridge.backends.jax.layout import noted
from bridge.backends.jax.promotion import wide
from bridge.backends.jax.sliding import reduce_windows
from bridge.typing import Array
from bridge.windows import Sizes, Windows, pooling_windows


def avg_pool1d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> jax.Array:
    windows = pooling_windows(input, kernel_size, stride, padding, 1, 1)
    return _avg_pool(input, windows, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> jax.Array:
    windows = pooling_windows(input, kernel_size, stride, padding, 1, 2)
    return _avg_pool(input, windows, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> jax.Array:
    windows = pooling_windows(input, kernel_size, stride, padding, 1, 3)
    return _avg_pool(input, windows, ceil_mode, count_include_pad, divisor_override)


def _avg_pool(
    input: jax.Array, windows: Windows, ceil_mode: bool, count_include_pad: bool, divisor_override: int | None
) -> jax.Array:
    if wide(input.dtype) != input.dtype:
        pooled = _avg_pool(input.astype(wide(input.dtype)), windows, ceil_mode, count_include_pad, divisor_override)
        return pooled.astype(input.dtype)
    zero = numpy.zeros((), input.dtype)[()]
    sums = reduce_windows(input, windows, ceil_mode, zero, lax.add)
    spatial = len(windows.kernel)
    if divisor_override is not None:
        return noted(sums / divisor_override, spatial)
    ones = jnp.ones((1, *input.shape[-spatial:]), input.dtype)
    if count_include_pad:  # what overhangs in ceil_mode does not count even then
        ones = jnp.pad(ones, ((0, 0), *windows.padding), constant_values=1)
        windows = windows._replace(padding=((0, 0),) * spatial)
    counts = reduce_windows(ones, windows, ceil_mode, zero, lax.add)
    return noted(sums / counts[(..., *(slice(size) for size in sums.shape[-spatial:]))], spatial)
