"""Overrides of `bridge.ops.alignments` for TensorFlow."""

import tensorflow as tf

from bridge.ops.alignments import next_alphas
from bridge.typing import Array


def last_alphas(emissions: Array, running: Array, skips: Array, start: Array) -> tf.Tensor:
    def step(frame: tf.Tensor, alphas: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return frame + 1, next_alphas(alphas, emissions[frame], running[frame], skips)

    count = tf.shape(emissions)[0]
    return tf.while_loop(lambda frame, _: frame < count, step, (tf.constant(0), start))[1]
