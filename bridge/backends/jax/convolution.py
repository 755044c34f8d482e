"""Overrides of `bridge.ops.convolution` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.channels_last_convolution import Form, convolve
from bridge.backends.jax.layout import channels_first, channels_last
from bridge.backends.jax.linear_maps import with_bias
from bridge.typing import Array
from bridge.windows import Sizes, Windows, convolution_windows, transposed_windows


def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> jax.Array:
    windows = convolution_windows(input, weight, bias, stride, padding, dilation, groups, 1)
    return _convolve(input, weight, bias, windows, groups)


def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> jax.Array:
    windows = convolution_windows(input, weight, bias, stride, padding, dilation, groups, 2)
    return _convolve(input, weight, bias, windows, groups)


def conv3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> jax.Array:
    windows = convolution_windows(input, weight, bias, stride, padding, dilation, groups, 3)
    return _convolve(input, weight, bias, windows, groups)


def conv_transpose1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> jax.Array:
    windows, extra = transposed_windows(input, weight, bias, stride, padding, output_padding, groups, dilation, 1)
    return _transpose_convolve(input, weight, bias, windows, extra, groups)


def conv_transpose2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> jax.Array:
    windows, extra = transposed_windows(input, weight, bias, stride, padding, output_padding, groups, dilation, 2)
    return _transpose_convolve(input, weight, bias, windows, extra, groups)


def conv_transpose3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> jax.Array:
    windows, extra = transposed_windows(input, weight, bias, stride, padding, output_padding, groups, dilation, 3)
    return _transpose_convolve(input, weight, bias, windows, extra, groups)


def _convolve(input: Array, weight: Array, bias: Array | None, windows: Windows, groups: int) -> jax.Array:
    kernel = jnp.moveaxis(weight, (0, 1), (-1, -2))
    ones = (1,) * len(windows.stride)
    return _channels_last(input, kernel, bias, Form(windows.stride, windows.padding, ones, windows.dilation, groups))


def _transpose_convolve(
    input: Array, weight: Array, bias: Array | None, windows: Windows, extra: tuple[int, ...], groups: int
) -> jax.Array:
    """A convolution by the mirrored kernel, over the input with zeros between its elements."""
    inputs, outputs, *sizes = weight.shape
    by_group = jnp.flip(weight, range(2, weight.ndim)).reshape(groups, inputs // groups, outputs, *sizes)
    kernel = jnp.moveaxis(by_group, (1, 0, 2), (-3, -2, -1)).reshape(*sizes, inputs // groups, groups * outputs)
    pads = [
        (span - 1 - before, span - 1 - after + more)
        for span, (before, after), more in zip(windows.spans, windows.padding, extra, strict=True)
    ]
    ones = (1,) * len(sizes)
    return _channels_last(input, kernel, bias, Form(ones, tuple(pads), windows.stride, windows.dilation, groups))


def _channels_last(input: Array, kernel: jax.Array, bias: Array | None, form: Form) -> jax.Array:
    """Twice as quick as channels first on XLA's CPU compiler, which cancels the transpositions."""
    batched = input if input.ndim == kernel.ndim else input[None]
    output = convolve(channels_last(batched), kernel, form)
    if bias is not None:
        output = with_bias(output, bias)
    output = channels_first(output)
    return output if input.ndim == kernel.ndim else output[0]
