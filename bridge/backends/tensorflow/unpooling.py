"""Overrides of `bridge.ops.unpooling` for TensorFlow."""

import math
from collections.abc import Callable

import tensorflow as tf

from bridge.backends.tensorflow.manipulation import reshape
from bridge.ops.unpooling import unpooled_shape
from bridge.typing import Array
from bridge.windows import Sizes


def max_unpool1d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> tf.Tensor:
    output = unpooled_shape(input, indices, kernel_size, stride, padding, output_size, 1)
    return _unpool(input, indices, output, 1)


def max_unpool2d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> tf.Tensor:
    output = unpooled_shape(input, indices, kernel_size, stride, padding, output_size, 2)
    return _unpool(input, indices, output, 2)


def max_unpool3d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> tf.Tensor:
    output = unpooled_shape(input, indices, kernel_size, stride, padding, output_size, 3)
    return _unpool(input, indices, output, 3)


def _unpool(input: Array, indices: Array, output: tuple[int, ...], spatial: int) -> tf.Tensor:
    planes, size = math.prod(output[:-spatial]), tf.cast(math.prod(output[-spatial:]), tf.int64)
    rows = tf.range(tf.cast(planes, tf.int64))[:, None]
    places = tf.reshape(rows * size + tf.reshape(tf.cast(indices, tf.int64), (planes, -1)), (-1, 1))
    zeros = tf.zeros((tf.cast(planes, tf.int64) * size,), input.dtype)

    @tf.custom_gradient
    def put(values: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        # As in PyTorch, each of several values for one place has the gradient, not the one that is left.
        return tf.tensor_scatter_nd_update(zeros, places, values), lambda upstream: tf.gather_nd(upstream, places)

    return reshape(put(tf.reshape(input, (-1,))), output)
