"""Overrides of `bridge.ops.recurrent` for TensorFlow."""

import tensorflow as tf

from bridge.ops.recurrent import LSTMWeights, lstm_step, project_input
from bridge.typing import Array


def lstm_layer(
    input: Array, hidden: Array, cell: Array, weights: LSTMWeights
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    projected = project_input(input, weights)
    length = tf.shape(projected)[0]
    rows = tf.TensorArray(projected.dtype, length).unstack(projected)
    outputs = tf.TensorArray(projected.dtype, length, element_shape=hidden.shape)

    def step(
        index: tf.Tensor, hidden: tf.Tensor, cell: tf.Tensor, outputs: tf.TensorArray
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.TensorArray]:
        hidden, cell = lstm_step(rows.read(index), hidden, cell, weights)
        return index + 1, hidden, cell, outputs.write(index, hidden)

    invariants = (tf.TensorShape(()), hidden.shape, cell.shape, tf.TensorShape(None))
    _, hidden, cell, outputs = tf.while_loop(
        lambda index, *_: index < length, step, (tf.constant(0), hidden, cell, outputs), invariants
    )
    return tf.ensure_shape(outputs.stack(), input.shape[:1] + hidden.shape), hidden, cell
