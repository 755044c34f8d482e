"""Overrides of `bridge.ops.pooling` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.layout import channels_first, channels_last
from bridge.errors import UnsupportedOpError
from bridge.ops.manipulation import shape
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
) -> tf.Tensor:
    if return_indices:
        raise UnsupportedOpError("max_pool2d with return_indices", "tensorflow", "Leave return_indices at False.")
    kernel, strides, paddings = window_arguments(kernel_size, stride, padding)
    dilations = pair(dilation, 2)
    spans = tuple(step * (size - 1) + 1 for size, step in zip(kernel, dilations, strict=True))
    images = _padded(_images(input), spans, strides, paddings, ceil_mode, input.dtype.min)
    if max(dilations) > 1 and max(strides) > 1:  # TensorFlow does one or the other
        pooled = tf.nn.pool(images, kernel, "MAX", dilations=dilations)[:, :: strides[0], :: strides[1], :]
    else:
        pooled = tf.nn.pool(images, kernel, "MAX", strides=strides, dilations=dilations)
    return _like(input, pooled)


def avg_pool2d(
    input: Array,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> tf.Tensor:
    kernel, strides, paddings = window_arguments(kernel_size, stride, padding)

    def means(images: tf.Tensor, paddings: tuple[int, ...]) -> tf.Tensor:
        return tf.nn.avg_pool2d(_padded(images, kernel, strides, paddings, ceil_mode, 0), kernel, strides, "VALID")

    images = _images(input)
    pooled = means(images, paddings)
    if divisor_override is not None:
        pooled = pooled * (kernel[0] * kernel[1] / divisor_override)
    elif any(paddings) or ceil_mode:
        ones = tf.ones_like(images[:1, :, :, :1])
        if count_include_pad:  # what overhangs in ceil_mode does not count even then
            widths = [(0, 0), *((size, size) for size in paddings), (0, 0)]
            counted = means(tf.pad(ones, widths, constant_values=1), (0, 0))
            pooled = pooled / counted[:, : tf.shape(pooled)[1], : tf.shape(pooled)[2], :]
        else:
            pooled = pooled / means(ones, paddings)
    return _like(input, pooled)


def _images(input: Array) -> tf.Tensor:
    return channels_last(input if input.shape.rank == 4 else input[None])


def _like(input: Array, pooled: tf.Tensor) -> tf.Tensor:
    pooled = channels_first(pooled)
    return pooled if input.shape.rank == 4 else pooled[0]


def _padded(
    images: tf.Tensor,
    spans: tuple[int, ...],
    strides: tuple[int, ...],
    paddings: tuple[int, ...],
    ceil_mode: bool,
    value: float,
) -> tf.Tensor:
    """Images with what PyTorch pads, so that TensorFlow's windows without padding are PyTorch's windows."""
    ends = paddings
    if ceil_mode:
        lengths = shape(images)[1:3]
        if not all(isinstance(length, int) for length in lengths):
            raise UnsupportedOpError(
                "pooling in ceil_mode over a dynamic size", "tensorflow", "Give the input fixed spatial sizes."
            )
        ends = tuple(
            padding + max(0, overhang(length, span, stride, padding, True))
            for length, span, stride, padding in zip(lengths, spans, strides, paddings, strict=True)
        )
    if not any(paddings) and not any(ends):
        return images
    widths = [(0, 0), *zip(paddings, ends, strict=True), (0, 0)]
    return tf.pad(images, widths, constant_values=tf.cast(value, images.dtype))
