"""Reductions over sliding windows, which poolings share."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from bridge.windows import Windows, overhang, window_count


def reduce_windows(
    input: jax.Array, windows: Windows, ceil_mode: bool, start: object, reducer: Callable[..., Any]
) -> jax.Array:
    """Reduces each window of `(..., *spatial)`, padded with `start`."""
    spatial = len(windows.kernel)
    batched = input if input.ndim == spatial + 2 else input[None]
    if ceil_mode:
        windows = windows._replace(kernel=_within(batched.shape[2:], windows))
    axes = zip(batched.shape[2:], windows.spans, windows.stride, windows.padding, strict=True)
    pads = [  # JAX has no gradient where one is negative
        (before, after + max(0, overhang(size, span, step, before, ceil_mode)))
        for size, span, step, (before, after) in axes
    ]
    output = lax.reduce_window(
        jnp.moveaxis(batched, 1, -1),
        start,
        reducer,
        (1, *windows.kernel, 1),
        (1, *windows.stride, 1),
        ((0, 0), *pads, (0, 0)),
    )
    output = jnp.moveaxis(output, -1, 1)
    return output if batched is input else output[0]


def _within(sizes: tuple[int, ...], windows: Windows) -> tuple[int, ...]:
    """The kernel without what can only overhang: XLA on CPU would go over it for each element of the output.

    Raises:
        ValueError: not one window starts within an axis.
    """
    if set(windows.dilation) != {1}:
        return windows.kernel
    axes = list(zip(windows.kernel, windows.stride, sizes, windows.padding, strict=True))
    for kernel, step, size, (before, _) in axes:
        window_count(size, kernel, step, before, ceil_mode=True)
    return tuple(min(kernel, size + before + after) for kernel, _, size, (before, after) in axes)
