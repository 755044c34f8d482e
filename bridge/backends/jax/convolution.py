"""Overrides of `bridge.ops.convolution` for JAX."""

import jax
import jax.numpy as jnp
from jax import lax

from bridge.shapes import padding_pairs, pair
from bridge.typing import Array


def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> jax.Array:
    return _convolve(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> jax.Array:
    return _convolve(2, input, weight, bias, stride, padding, dilation, groups)


def _convolve(
    spatial: int,
    input: Array,
    weight: Array,
    bias: Array | None,
    stride: int | tuple[int, ...],
    padding: str | int | tuple[int, ...],
    dilation: int | tuple[int, ...],
    groups: int,
) -> jax.Array:
    batched = input if input.ndim == spatial + 2 else input[None]
    letters = "DHW"[-spatial:]
    # Channels last: twice as quick as channels first on XLA's CPU compiler, which cancels the transpositions.
    output = lax.conv_general_dilated(
        jnp.moveaxis(batched, 1, -1),
        jnp.moveaxis(weight, (0, 1), (-1, -2)),
        pair(stride, spatial),
        padding_pairs(padding, weight.shape[2:], pair(dilation, spatial)),
        rhs_dilation=pair(dilation, spatial),
        dimension_numbers=(f"N{letters}C", f"{letters}IO", f"N{letters}C"),
        feature_group_count=groups,
    )
    if bias is not None:
        output = output + bias
    output = jnp.moveaxis(output, -1, 1)
    return output if input.ndim == spatial + 2 else output[0]
