"""Overrides of `bridge.ops.max_pooling` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.manipulation import shape
from bridge.backends.tensorflow.sliding import as_images, as_input, pool
from bridge.ops.max_pooling import largest_in_windows
from bridge.typing import Array
from bridge.windows import Sizes, Windows, pooling_windows, within


def max_pool1d(
    input: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> tf.Tensor:
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
) -> tf.Tensor:
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
) -> tf.Tensor:
    windows = pooling_windows(input, kernel_size, stride, padding, dilation, 3)
    return _max_pool(input, windows, ceil_mode, return_indices)


def _max_pool(input: Array, windows: Windows, ceil_mode: bool, return_indices: bool) -> tf.Tensor:
    if return_indices:
        return largest_in_windows(input, windows, ceil_mode, return_indices)
    images = as_images(input, len(windows.kernel))
    if ceil_mode:
        windows = within(shape(images)[1:-1], windows)
    return as_input(pool(_largest, images, windows, ceil_mode, input.dtype.min), input)


def _largest(images: tf.Tensor, windows: Windows) -> tf.Tensor:
    if max(windows.dilation) == 1:
        return tf.nn.max_pool2d(images, windows.kernel, windows.stride, "VALID")
    rows, columns = windows.stride  # TensorFlow steps or dilates
    return tf.nn.pool(images, windows.kernel, "MAX", dilations=windows.dilation)[:, ::rows, ::columns, :]
