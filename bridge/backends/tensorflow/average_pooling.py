"""Overrides of `bridge.ops.average_pooling` for TensorFlow."""

import math

import tensorflow as tf

from bridge.backends.tensorflow.manipulation import shape
from bridge.backends.tensorflow.promotion import HALVES
from bridge.backends.tensorflow.sliding import as_images, as_input, pool
from bridge.typing import Array
from bridge.windows import Sizes, Windows, pooling_windows, within


def avg_pool1d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> tf.Tensor:
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
) -> tf.Tensor:
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
) -> tf.Tensor:
    windows = pooling_windows(input, kernel_size, stride, padding, 1, 3)
    return _avg_pool(input, windows, ceil_mode, count_include_pad, divisor_override)


def _avg_pool(
    input: Array, windows: Windows, ceil_mode: bool, count_include_pad: bool, divisor_override: int | None
) -> tf.Tensor:
    images = as_images(input, len(windows.kernel))
    images = tf.cast(images, HALVES.get(images.dtype, images.dtype))  # else TensorFlow adds up in halves
    if ceil_mode:
        windows = within(shape(images)[1:-1], windows)
    pooled = _means(images, windows, ceil_mode)
    if divisor_override is not None:
        pooled = pooled * (math.prod(windows.kernel) / divisor_override)
    elif ceil_mode or any(map(any, windows.padding)):
        ones = tf.ones((1, *shape(images)[1:-1], 1), images.dtype)
        if count_include_pad:  # what overhangs in ceil_mode does not count even then
            ones = tf.pad(ones, [(0, 0), *windows.padding, (0, 0)], constant_values=1)
            windows = windows._replace(padding=((0, 0),) * len(windows.kernel))
        parts = _means(ones, windows, ceil_mode)
        pooled = pooled / tf.slice(parts, [0] * len(parts.shape), (1, *shape(pooled)[1:-1], 1))
    return as_input(tf.cast(pooled, input.dtype), input)


def _means(images: tf.Tensor, windows: Windows, ceil_mode: bool) -> tf.Tensor:
    return pool(_average, images, windows, ceil_mode, 0)


def _average(images: tf.Tensor, windows: Windows) -> tf.Tensor:
    return tf.nn.avg_pool2d(images, windows.kernel, windows.stride, "VALID")
