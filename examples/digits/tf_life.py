"""Third life: the same model as a `tf.Module` in a `GradientTape` loop."""

from __future__ import annotations

import numpy
import tensorflow as tf
import torch

from bridge import ops
from bridge.interop import tf as bridge_tf

Batches = list[tuple[numpy.ndarray, numpy.ndarray]]


class Adam:
    """Adam by the rule of Kingma and Ba, https://arxiv.org/abs/1412.6980: TensorFlow itself has no optimizers."""

    def __init__(self, variables: list[tf.Variable], learning_rate: float) -> None:
        self.variables, self.learning_rate = variables, learning_rate
        self.first = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
        self.second = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
        self.count = tf.Variable(0.0)

    def apply(self, gradients: list[tf.Tensor]) -> None:
        count = self.count.assign_add(1.0)
        rate = self.learning_rate * tf.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        for variable, first, second, gradient in zip(self.variables, self.first, self.second, gradients, strict=True):
            first.assign(0.9 * first + 0.1 * gradient)
            second.assign(0.999 * second + 0.001 * tf.square(gradient))
            variable.assign_sub(rate * first / (tf.sqrt(second) + 1e-8))


class SGD:
    """Plain gradient descent."""

    def __init__(self, variables: list[tf.Variable], learning_rate: float) -> None:
        self.variables, self.learning_rate = variables, learning_rate

    def apply(self, gradients: list[tf.Tensor]) -> None:
        for variable, gradient in zip(self.variables, gradients, strict=True):
            variable.assign_sub(self.learning_rate * gradient)


def train(
    model: torch.nn.Module, batches: Batches, optimizer: type[Adam] | type[SGD], learning_rate: float
) -> tuple[list[float], bridge_tf.TFModule]:
    """Trains a `tf.Module` with copies of the model's weights; returns the loss of every step, and the module."""
    tf.random.set_seed(0)
    module = bridge_tf.as_module(model)
    variables = list(module.trainable_variables)
    rule = optimizer(variables, learning_rate)

    @tf.function(
        input_signature=[tf.TensorSpec((None, 1, 8, 8), tf.float32), tf.TensorSpec((None,), tf.int64)],
        autograph=False,
    )
    def step(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = ops.cross_entropy(module(images, training=True), labels)
        rule.apply(tape.gradient(loss, variables))
        return loss

    return [float(step(images, labels)) for images, labels in batches], module


def logits(module: bridge_tf.TFModule, images: numpy.ndarray) -> numpy.ndarray:
    """What the module answers in eval mode with its present variables."""
    return module(tf.constant(images)).numpy()
