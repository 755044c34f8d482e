"""Channels first outside, channels last inside.

TensorFlow has kernels for channels-last images on every device, and the quickest ones on the CPU. The moves stand in
the graph as they are: skipping over a pair of them would cut the tensor between from the gradient tape.
"""

import tensorflow as tf

from bridge.typing import Array


def channels_last(images: Array) -> tf.Tensor:
    """`(N, C, H, W)` to `(N, H, W, C)`."""
    return tf.transpose(images, (0, 2, 3, 1))


def channels_first(images: Array) -> tf.Tensor:
    """`(N, H, W, C)` to `(N, C, H, W)`."""
    return tf.transpose(images, (0, 3, 1, 2))
