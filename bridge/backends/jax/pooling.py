"""Overrides of `bridge.ops.pooling` for JAX."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy
from jax import lax

from bridge.errors import UnsupportedOpError
from bridge.ops.pooling import overhang, window_arguments
from bridge.shapes import pair
from bridge.typing import Array


def max_pool2d(
    input: Array,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> jax.Array:
    if return_indices:
        raise UnsupportedOpError("max_pool2d with return_indices", "jax", "Leave return_indices at False.")
    kernel, strides, paddings = window_arguments(kernel_size, stride, padding)
    smallest = -jnp.inf if jnp.issubdtype(input.dtype, jnp.floating) else jnp.iinfo(input.dtype).min
    start = numpy.asarray(smallest, input.dtype)[()]
    return _reduce_windows(input, start, lax.max, kernel, strides, paddings, pair(dilation, 2), ceil_mode)


def avg_pool2d(
    input: Array,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> jax.Array:
    kernel, strides, paddings = window_arguments(kernel_size, stride, padding)
    zero = numpy.zeros((), input.dtype)[()]

    def total(values: jax.Array, padding: tuple[int, ...]) -> jax.Array:
        return _reduce_windows(values, zero, lax.add, kernel, strides, padding, (1, 1), ceil_mode)

    sums = total(input, paddings)
    if divisor_override is not None:
        return sums / divisor_override
    ones = jnp.ones((1, *input.shape[-2:]), input.dtype)
    if count_include_pad:  # what overhangs in ceil_mode does not count even then
        widths = ((0, 0), *((size, size) for size in paddings))
        return sums / total(jnp.pad(ones, widths, constant_values=1), (0, 0))[..., : sums.shape[-2], : sums.shape[-1]]
    return sums / total(ones, paddings)


def _reduce_windows(
    input: jax.Array,
    start: object,
    reducer: Callable[..., Any],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    ceil_mode: bool,
) -> jax.Array:
    batched = input if input.ndim == 4 else input[None]
    spans = [step * (size - 1) + 1 for size, step in zip(kernel, dilation, strict=True)]
    ends = [
        size + max(0, overhang(length, span, step, size, ceil_mode))  # JAX has no gradient where it is negative
        for length, span, step, size in zip(batched.shape[2:], spans, stride, padding, strict=True)
    ]
    output = lax.reduce_window(
        jnp.moveaxis(batched, 1, -1),
        start,
        reducer,
        (1, *kernel, 1),
        (1, *stride, 1),
        ((0, 0), *zip(padding, ends, strict=True), (0, 0)),
        window_dilation=(1, *dilation, 1),
    )
    output = jnp.moveaxis(output, -1, 1)
    return output if input.ndim == 4 else output[0]
