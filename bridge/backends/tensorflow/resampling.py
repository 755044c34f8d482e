"""Overrides of `bridge.ops.resampling` for TensorFlow."""

import tensorflow as tf

from bridge.typing import Array


def weigh_axis(x: Array, weights: Array, axis: int) -> tf.Tensor:
    # A product of matrices that broadcasts writes beyond its memory: with oneDNN, TensorFlow 2.21 breaks on
    # (2, 1, 12, 5) by (5, 4). This one does not broadcast.
    weighed = tf.tensordot(x, weights, [[axis], [1]])
    last = x.shape.rank - 1
    return tf.transpose(weighed, [*range(axis), last, *range(axis, last)])


def gather_places(x: Array, index: Array) -> tf.Tensor:
    return tf.gather(x, index, axis=2, batch_dims=1)
