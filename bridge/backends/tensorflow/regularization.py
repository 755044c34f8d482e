"""Overrides of `bridge.ops.regularization` for TensorFlow, and the stream of seeds that they draw from."""

import tensorflow as tf

from bridge.running import running
from bridge.typing import Array


class SeedStream:
    """Seeds for TensorFlow's stateless random operations, derived from one in the order of the calls."""

    def __init__(self, seed: tf.Tensor) -> None:
        self._seed = seed
        self._count = 0

    def next_key(self) -> tf.Tensor:
        self._count += 1
        return tf.random.experimental.stateless_fold_in(self._seed, self._count)


def bernoulli_mask(input: Array, p: float) -> tf.Tensor:
    if running.random is None:
        raise RuntimeError(
            "a random op on TensorFlow tensors needs a seed: pass rng=tf.constant([1, 2]) to stateless_apply, or "
            "switch randomness off with training=False or module.eval()"
        )
    return tf.random.stateless_uniform(tf.shape(input), running.random.next_key()) < p
