"""Overrides of `bridge.ops.sets` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.promotion import truth
from bridge.typing import Array


def argwhere(x: Array, /, *, size: int | None = None, fill_value: int = 0) -> tf.Tensor:
    # TensorFlow finds no places without axes.
    places = tf.where(truth(x)) if x.shape.rank else tf.where(truth(x)[None])[:, :0]
    if size is None:
        return places
    missing = size - tf.minimum(tf.shape(places)[0], size)
    filled = tf.pad(places[:size], [[0, missing], [0, 0]], constant_values=tf.cast(fill_value, places.dtype))
    return tf.ensure_shape(filled, (size, x.shape.rank))
