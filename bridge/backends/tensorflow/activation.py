"""Overrides of `bridge.ops.activation` for TensorFlow."""

import tensorflow as tf

from bridge.typing import Array


def relu(input: Array) -> tf.Tensor:
    return tf.nn.relu(input)


def gelu(input: Array, approximate: str = "none") -> tf.Tensor:
    return tf.nn.gelu(input, approximate == "tanh")


def silu(input: Array) -> tf.Tensor:
    return tf.nn.silu(input)


def sigmoid(input: Array) -> tf.Tensor:
    return tf.math.sigmoid(input)


def softmax(input: Array, axis: int = -1) -> tf.Tensor:
    return tf.nn.softmax(input, axis) if input.shape.rank != 0 else tf.nn.softmax(input[None])[0]


def log_softmax(input: Array, axis: int = -1) -> tf.Tensor:
    return tf.nn.log_softmax(input, axis) if input.shape.rank != 0 else tf.nn.log_softmax(input[None])[0]
