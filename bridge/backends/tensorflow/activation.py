"""Overrides of `bridge.ops.activation` for TensorFlow."""

import inspect

import tensorflow as tf

from bridge.backends.tensorflow.layout import by_element, elementwise
from bridge.backends.tensorflow.promotion import floating
from bridge.ops import activation
from bridge.typing import Array


def relu(input: Array, inplace: bool = False) -> tf.Tensor:
    return elementwise(tf.nn.relu, input)


def relu6(input: Array, inplace: bool = False) -> tf.Tensor:
    return elementwise(tf.nn.relu6, input)


def leaky_relu(input: Array, negative_slope: float = 0.01, inplace: bool = False) -> tf.Tensor:
    return elementwise(lambda x: tf.nn.leaky_relu(x, negative_slope), input)


@by_element
def elu(input: Array, alpha: float = 1.0, inplace: bool = False) -> tf.Tensor:
    curve = tf.nn.elu(input)
    return curve if alpha == 1 else tf.where(input > 0, input, alpha * curve)


@by_element
def celu(input: Array, alpha: float = 1.0, inplace: bool = False) -> tf.Tensor:
    # The inner `where` keeps an overflow of what is not chosen out of the gradient.
    return tf.where(input > 0, input, alpha * tf.math.expm1(tf.where(input > 0, tf.zeros_like(input), input) / alpha))


def gelu(input: Array, approximate: str = "none") -> tf.Tensor:
    return elementwise(lambda x: tf.nn.gelu(x, approximate == "tanh"), input)


def silu(input: Array, inplace: bool = False) -> tf.Tensor:
    return elementwise(tf.nn.silu, input)


def sigmoid(input: Array) -> tf.Tensor:
    return elementwise(tf.math.sigmoid, floating(input))


@by_element
def softplus(input: Array, beta: float = 1.0, threshold: float = 20.0) -> tf.Tensor:
    scaled = input * beta
    return tf.where(scaled > threshold, input, tf.math.softplus(scaled) / beta)


selu = by_element(inspect.unwrap(activation.selu))
mish = by_element(inspect.unwrap(activation.mish))
logsigmoid = by_element(inspect.unwrap(activation.logsigmoid))
softsign = by_element(inspect.unwrap(activation.softsign))
hardtanh = by_element(inspect.unwrap(activation.hardtanh))
hardsigmoid = by_element(inspect.unwrap(activation.hardsigmoid))
hardswish = by_element(inspect.unwrap(activation.hardswish))
hardshrink = by_element(inspect.unwrap(activation.hardshrink))
softshrink = by_element(inspect.unwrap(activation.softshrink))
tanhshrink = by_element(inspect.unwrap(activation.tanhshrink))
threshold = by_element(inspect.unwrap(activation.threshold))


def softmax(input: Array, axis: int = -1) -> tf.Tensor:
    return tf.nn.softmax(input, axis) if input.shape.rank != 0 else tf.nn.softmax(input[None])[0]


def log_softmax(input: Array, axis: int = -1) -> tf.Tensor:
    return tf.nn.log_softmax(input, axis) if input.shape.rank != 0 else tf.nn.log_softmax(input[None])[0]


def polar(abs: Array, angle: Array) -> tf.Tensor:
    return tf.complex(abs * tf.cos(angle), abs * tf.sin(angle))
