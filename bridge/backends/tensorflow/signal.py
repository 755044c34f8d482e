"""Overrides of `bridge.ops.signal` for TensorFlow."""

import tensorflow as tf

from bridge.ops.signal import expect_windows
from bridge.typing import Array


def extract_sequences(x: Array, sequence_length: int, sequence_stride: int) -> tf.Tensor:
    expect_windows(x, sequence_length, sequence_stride)
    return tf.signal.frame(x, sequence_length, sequence_stride)
