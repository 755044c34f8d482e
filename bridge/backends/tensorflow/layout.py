"""Channels first outside, channels last inside.

TensorFlow has kernels for channels-last images on every device, and the quickest ones on the CPU. The moves stand in
the graph as they are: skipping over a pair of them would cut the tensor between from the gradient tape.
"""

import tensorflow as tf

from bridge.typing import Array


def channels_last(images: Array) -> tf.Tensor:
    """`(N, C, *spatial)` to `(N, *spatial, C)`."""
    return tf.transpose(images, (0, *range(2, images.shape.rank), 1))


def channels_first(images: Array) -> tf.Tensor:
    """`(N, *spatial, C)` to `(N, C, *spatial)`."""
    last = images.shape.rank - 1
    return tf.transpose(images, (0, last, *range(1, last)))
