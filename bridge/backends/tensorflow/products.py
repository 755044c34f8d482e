"""Overrides of `bridge.ops.products` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.promotion import promoted
from bridge.typing import Array


def matmul(x1: Array, x2: Array, /) -> tf.Tensor:
    x1, x2 = promoted(x1, x2)
    if x1.shape.rank == 1 and x2.shape.rank == 1:
        return tf.reduce_sum(x1 * x2)
    if x1.shape.rank == 1:
        return tf.squeeze(tf.matmul(x1[None, :], x2), -2)
    if x2.shape.rank == 1:
        return tf.squeeze(tf.matmul(x1, x2[:, None]), -1)
    return tf.matmul(x1, x2)


def matrix_transpose(x: Array, /) -> tf.Tensor:
    return tf.linalg.matrix_transpose(x)
