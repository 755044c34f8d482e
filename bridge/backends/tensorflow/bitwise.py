"""Overrides of `bridge.ops.bitwise` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.promotion import binary, binary_of_bool
from bridge.typing import Array

bitwise_and = binary_of_bool(tf.bitwise.bitwise_and)
bitwise_or = binary_of_bool(tf.bitwise.bitwise_or)
bitwise_xor = binary_of_bool(tf.bitwise.bitwise_xor)
bitwise_left_shift = binary(tf.bitwise.left_shift)
bitwise_right_shift = binary(tf.bitwise.right_shift)


def bitwise_invert(x: Array, /) -> tf.Tensor:
    return tf.math.logical_not(x) if x.dtype == tf.bool else tf.bitwise.invert(x)
