"""Reductions over sliding windows, which poolings share."""

from collections.abc import Callable
from typing import Any

import jax
from jax import lax

from bridge.backends.jax.layout import channels_first, channels_last
from bridge.windows import Windows, overhang, within


def reduce_windows(
    input: jax.Array, windows: Windows, ceil_mode: bool, start: object, reducer: Callable[..., Any]
) -> jax.Array:
    """Reduces each window of `(..., *spatial)`, padded with `start`."""
    spatial = len(windows.kernel)
    batched = input if input.ndim == spatial + 2 else input[None]
    if ceil_mode:
        windows = within(batched.shape[2:], windows)
    axes = zip(batched.shape[2:], windows.spans, windows.stride, windows.padding, strict=True)
    pads = [  # JAX has no gradient where one is negative
        (before, after + max(0, overhang(size, span, step, before, ceil_mode)))
        for size, span, step, (before, after) in axes
    ]
    output = lax.reduce_window(
        channels_last(batched),
        start,
        reducer,
        (1, *windows.kernel, 1),
        (1, *windows.stride, 1),
        ((0, 0), *pads, (0, 0)),
    )
    output = channels_first(output)
    return output if batched is input else output[0]
