"""Overrides of `bridge.ops.distances` for TensorFlow."""

import tensorflow as tf

from bridge.typing import Array


def pairs_of(x: Array, /) -> tuple[tf.Tensor, tf.Tensor]:
    places = tf.range(tf.shape(x)[0])
    first, second = tf.unstack(tf.where(places[:, None] < places[None, :]), axis=1)  # the count may be dynamic
    return first, second
