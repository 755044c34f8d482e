"""A layer of each family in a compiled function, beside Flax and Keras: a forward and a backward pass.

Images have their channels last for all, as they lie within a network: Bridge's layer, which wants them first, stands
between two moves of axes, and the compiler takes these out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import flax.linen as flax
import jax
import jax.numpy as jnp
import keras
import numpy
import tensorflow as tf
import torch
from keras import layers as k

import bridge.layers as nn
import bridge.ops as ops
from benchmarks import timing
from benchmarks.layers import IMAGES, SERIES, TOKENS
from benchmarks.rows import Contest, rows_of
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module

GOALS = {"jax": {"Flax": 1.1, "Keras 3": 1.0}, "tensorflow": {"Keras 3": 1.0}}
TITLES = {"jax": "Layers in JAX, jit, forward and backward", "tensorflow": "Layers in TensorFlow, forward and backward"}


@dataclasses.dataclass(frozen=True)
class Family:
    """The same layer three times, and the shape of the inputs that it is called with, channels first."""

    shape: tuple[int, ...]
    bridge: Callable[[], torch.nn.Module]
    flax: Callable[[], Any]
    keras: Callable[[], keras.layers.Layer]
    inputs: int = 1


FAMILIES = {
    "Linear": Family(TOKENS, lambda: nn.Linear(128, 128), lambda: flax.Dense(128), lambda: k.Dense(128)),
    "Conv1d": Family(
        SERIES,
        lambda: nn.Conv1d(32, 64, 3, padding=1),
        lambda: flax.Conv(64, (3,)),
        lambda: k.Conv1D(64, 3, padding="same"),
    ),
    "Conv2d": Family(
        IMAGES,
        lambda: nn.Conv2d(32, 64, 3, padding=1),
        lambda: flax.Conv(64, (3, 3)),
        lambda: k.Conv2D(64, 3, padding="same"),
    ),
    "Conv2d, 8 groups": Family(
        IMAGES,
        lambda: nn.Conv2d(32, 64, 3, padding=1, groups=8),
        lambda: flax.Conv(64, (3, 3), feature_group_count=8),
        lambda: k.Conv2D(64, 3, padding="same", groups=8),
    ),
    "Conv2d, depthwise": Family(
        IMAGES,
        lambda: nn.Conv2d(32, 32, 3, padding=1, groups=32),
        lambda: flax.Conv(32, (3, 3), feature_group_count=32),
        lambda: k.DepthwiseConv2D(3, padding="same"),
    ),
    "ConvTranspose2d": Family(
        IMAGES,
        lambda: nn.ConvTranspose2d(32, 16, 4, 2, 1),
        lambda: flax.ConvTranspose(16, (4, 4), (2, 2)),
        lambda: k.Conv2DTranspose(16, 4, 2, padding="same"),
    ),
    "BatchNorm2d": Family(
        IMAGES,
        lambda: nn.BatchNorm2d(32),
        lambda: flax.BatchNorm(use_running_average=False),
        lambda: k.BatchNormalization(),
    ),
    "GroupNorm": Family(
        IMAGES, lambda: nn.GroupNorm(4, 32), lambda: flax.GroupNorm(4), lambda: k.GroupNormalization(4)
    ),
    "LayerNorm": Family(TOKENS, lambda: nn.LayerNorm(128), lambda: flax.LayerNorm(), lambda: k.LayerNormalization()),
    "RMSNorm": Family(TOKENS, lambda: nn.RMSNorm(128), lambda: flax.RMSNorm(), lambda: k.RMSNormalization()),
    "MaxPool2d": Family(
        IMAGES,
        lambda: nn.MaxPool2d(2),
        lambda: lambda x: flax.max_pool(x, (2, 2), (2, 2)),
        lambda: k.MaxPooling2D(2),
    ),
    "AvgPool2d": Family(
        IMAGES,
        lambda: nn.AvgPool2d(2),
        lambda: lambda x: flax.avg_pool(x, (2, 2), (2, 2)),
        lambda: k.AveragePooling2D(2),
    ),
    "GELU": Family(
        TOKENS,
        lambda: nn.GELU(),
        lambda: lambda x: flax.gelu(x, approximate=False),
        lambda: k.Activation("gelu"),
    ),
    "Softmax": Family(TOKENS, lambda: nn.Softmax(-1), lambda: flax.softmax, lambda: k.Softmax()),
    "RNN": Family(
        TOKENS,
        lambda: nn.RNN(128, 64, batch_first=True),
        lambda: flax.RNN(flax.SimpleCell(64)),
        lambda: k.SimpleRNN(64, return_sequences=True),
    ),
    "GRU": Family(
        TOKENS,
        lambda: nn.GRU(128, 64, batch_first=True),
        lambda: flax.RNN(flax.GRUCell(64)),
        lambda: k.GRU(64, return_sequences=True),
    ),
    "LSTM": Family(
        TOKENS,
        lambda: nn.LSTM(128, 64, batch_first=True),
        lambda: flax.RNN(flax.OptimizedLSTMCell(64)),
        lambda: k.LSTM(64, return_sequences=True),
    ),
    "MultiheadAttention": Family(
        TOKENS,
        lambda: nn.MultiheadAttention(128, 4, batch_first=True),
        lambda: flax.MultiHeadDotProductAttention(4),
        lambda: k.MultiHeadAttention(4, 32),
        3,
    ),
}


def contest(framework: str, quick: bool) -> Contest:
    """A row for each family and each peer.

    Args:
        framework: `"jax"` or `"tensorflow"`; `KERAS_BACKEND` must say the same.
        quick: a second for each family, for a first look.
    """
    effort = timing.QUICK if quick else timing.LAYER
    contenders = _in_jax if framework == "jax" else _in_tensorflow
    rows = []
    for name, family in FAMILIES.items():
        torch.manual_seed(0)
        rows += rows_of(name, timing.samples(contenders(family), effort), GOALS[framework])
    return Contest(TITLES[framework], rows)


def _images(family: Family) -> numpy.ndarray:
    images = numpy.random.default_rng(0).normal(size=family.shape).astype("float32")
    return numpy.ascontiguousarray(numpy.moveaxis(images, 1, -1)) if _has_channels_first(family) else images


def _has_channels_first(family: Family) -> bool:
    return family.shape in (IMAGES, SERIES)


def _factors(shape: Sequence[int]) -> numpy.ndarray:
    """What an output is multiplied by to be the gradient by itself.

    So the backward pass waits for the forward pass, as behind any loss: from a gradient that is there before, XLA runs
    both at once, and what they take from each other is 0.1 of a Conv1d. The gradient of a square has a factor of 2,
    which TensorFlow moves to where it costs less in one graph, and not in another that differs in the names of the
    operations alone: 0.03 of an RMSNorm.
    """
    return numpy.random.default_rng(1).normal(size=shape).astype("float32")


def _between_moves(layer: Callable[..., Any], family: Family) -> Callable[..., Any]:
    """`layer` of `family.inputs` times the same input, its first output alone."""

    def call(x: Any) -> Any:
        x = ops.moveaxis(x, -1, 1) if _has_channels_first(family) else x
        output = layer(*(x,) * family.inputs)
        output = output[0] if isinstance(output, tuple) else output
        return ops.moveaxis(output, 1, -1) if _has_channels_first(family) else output

    return call


def _in_jax(family: Family) -> dict[str, Callable[[], object]]:
    x = jnp.asarray(_images(family))
    apply, params, buffers = functionalize(family.bridge())
    ours = lambda params, x: _between_moves(lambda *xs: apply(params, buffers, *xs, training=True)[0], family)(x)  # noqa: E731
    weights: dict[str, tuple[Callable[[Any, jax.Array], jax.Array], Any]] = {"bridge": (ours, params)}

    peer = family.flax()
    if isinstance(peer, flax.Module):
        state = dict(peer.init(jax.random.key(0), x))
        trained = state.pop("params", {})

        def of_flax(params: Any, x: jax.Array) -> jax.Array:
            answer = peer.apply({"params": params, **state}, x, mutable=list(state))
            return answer[0]

        weights["Flax"] = of_flax, trained
    else:
        weights["Flax"] = (lambda _, x: peer(x)), {}

    layer = family.keras()
    arguments = (x,) * min(family.inputs, 2)  # attention wants a query and a value
    layer(*arguments)
    trainable, others = ([v.value for v in vs] for vs in (layer.trainable_variables, layer.non_trainable_variables))
    training = {"training": True} if isinstance(layer, k.BatchNormalization) else {}

    def of_keras(trainable: Any, x: jax.Array) -> jax.Array:
        return layer.stateless_call(trainable, others, *(x,) * len(arguments), **training)[0]

    weights["Keras 3"] = of_keras, trainable
    return {name: _gradient_in_jax(forward, held, x) for name, (forward, held) in weights.items()}


def _gradient_in_jax(forward: Callable[[Any, jax.Array], jax.Array], params: Any, x: jax.Array) -> Callable[[], object]:
    factors = jnp.asarray(_factors(jax.eval_shape(forward, params, x).shape))

    def total(params: Any, x: jax.Array, factors: jax.Array) -> jax.Array:
        output = forward(params, x)
        return (output * jax.lax.stop_gradient(output * factors)).sum()

    compiled = jax.jit(jax.value_and_grad(total, (0, 1)))
    return lambda: jax.block_until_ready(compiled(params, x, factors))


def _in_tensorflow(family: Family) -> dict[str, Callable[[], object]]:
    x = tf.constant(_images(family))
    module, layer = as_module(family.bridge()), family.keras()
    arguments = min(family.inputs, 2)
    layer(*(x,) * arguments)
    training = {"training": True} if isinstance(layer, k.BatchNormalization) else {}
    ours = _between_moves(lambda *xs: module(*xs, training=True), family)
    theirs = lambda x: layer(*(x,) * arguments, **training)  # noqa: E731
    return {
        "bridge": _gradient_in_tensorflow(ours, module.trainable_variables, x),
        "Keras 3": _gradient_in_tensorflow(theirs, [v.value for v in layer.trainable_variables], x),
    }


def _gradient_in_tensorflow(forward: Callable[..., Any], variables: Any, x: tf.Tensor) -> Callable[[], object]:
    factors = tf.constant(_factors(forward(x).shape))

    @tf.function(input_signature=[tf.TensorSpec(x.shape, x.dtype)], autograph=False)
    def gradients(x: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            output = forward(x)
            total = tf.reduce_sum(output * tf.stop_gradient(output * factors))
        return [total, *tape.gradient(total, [*variables, x])]

    return lambda: gradients(x)[-1].numpy()
