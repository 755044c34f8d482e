"""Contenders in TensorFlow under `tf.function`: Bridge by `as_module`, and Keras 3 with `KERAS_BACKEND=tensorflow`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

import bridge
from benchmarks import models, models_keras
from benchmarks.problems import LEARNING_RATE, batch
from bridge.interop.tf import as_module

TITLE = "TensorFlow, tf.function"
GOALS = {"Keras 3": 1.0}

Contender = tuple[Callable[..., tf.Tensor], Callable[..., tf.Tensor], list[tf.Variable]]
"""Its model, its loss of labels and logits, and its variables."""


def contests(problem: str) -> dict[str, dict[str, Callable[[], object]]]:
    """For each kind of work, one call of each contender.

    Raises:
        AssertionError: the contenders differ in the number of weights.
    """
    contenders = {"bridge": _bridge(problem), "Keras 3": _keras(problem)}
    counts = [sum(v.shape.num_elements() for v in variables) for _, _, variables in contenders.values()]
    assert len(set(counts)) == 1, counts
    seen = {"bridge": tf.constant(batch(problem)[0]), "Keras 3": tf.constant(batch(problem, channels_last=True)[0])}
    labels = tf.constant(batch(problem)[1])
    return {
        "forward": {name: _forward(each, seen[name]) for name, each in contenders.items()},
        "training step": {name: _step(each, seen[name], labels) for name, each in contenders.items()},
    }


def _forward(contender: Contender, inputs: tf.Tensor) -> Callable[[], object]:
    model, _, _ = contender
    compiled = tf.function(
        lambda inputs: model(inputs, training=False), input_signature=[_spec(inputs)], autograph=False
    )
    return lambda: compiled(inputs).numpy()


def _step(contender: Contender, inputs: tf.Tensor, labels: tf.Tensor) -> Callable[[], object]:
    model, loss, variables = contender

    @tf.function(input_signature=[_spec(inputs), _spec(labels)], autograph=False)
    def step(inputs: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = loss(labels, model(inputs, training=True))
        # The same rule for all: Keras's own optimizer would count its steps too, and TensorFlow has none.
        for variable, gradient in zip(variables, tape.gradient(value, variables), strict=True):
            variable.assign_sub(LEARNING_RATE * gradient)
        return value

    return lambda: step(inputs, labels).numpy()


def _spec(tensor: tf.Tensor) -> tf.TensorSpec:
    return tf.TensorSpec(tensor.shape, tensor.dtype)


def _bridge(problem: str) -> Contender:
    module = as_module(models.build(problem, bridge.layers, bridge.ops))

    def loss(labels: tf.Tensor, logits: tf.Tensor) -> Any:
        return bridge.ops.cross_entropy(logits, labels)

    return module, loss, list(module.trainable_variables)


def _keras(problem: str) -> Contender:
    model = models_keras.build(problem)
    return model, models_keras.loss(), [variable.value for variable in model.trainable_variables]
