"""Overrides of `bridge.ops.linear_maps` for TensorFlow."""

import tensorflow as tf

from bridge.ops.manipulation import reshape, shape
from bridge.typing import Array


def linear(input: Array, weight: Array, bias: Array | None = None) -> tf.Tensor:
    # One product of two matrices: TensorFlow's batched kernel is slower, and only this one fuses the bias.
    sizes = shape(input)
    rows = input if len(sizes) == 2 else reshape(input, (-1, sizes[-1]))
    output = tf.matmul(rows, weight, transpose_b=True)
    if bias is not None:
        output = tf.nn.bias_add(output, bias)
    return output if len(sizes) == 2 else reshape(output, (*sizes[:-1], weight.shape[0]))


def one_hot(input: Array, num_classes: int) -> tf.Tensor:
    return tf.one_hot(input, num_classes, dtype=tf.int64)
