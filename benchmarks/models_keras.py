"""The same models in Keras 3, for the one backend that `KERAS_BACKEND` has fixed for this process."""

from __future__ import annotations

import keras
from keras import layers

from benchmarks.problems import (
    CLASSES,
    CNN_CHANNELS,
    CNN_DROPOUT,
    CNN_IMAGE,
    LSTM_INPUT,
    LSTM_WIDTH,
    MLP_WIDTHS,
    RESNET_IMAGE,
    RESNET_STAGES,
    RESNET_STEM,
    TRANSFORMER_BLOCKS,
    TRANSFORMER_HEADS,
    TRANSFORMER_HIDDEN,
    TRANSFORMER_WIDTH,
)

EPSILON = 1e-5  # torch's; Keras's own is 1e-3

LAYOUT = "channels_first" if keras.backend.backend() == "torch" else "channels_last"
"""Keras's quicker one: with channels last, its natural layout, a training step on torch took a third longer."""


def build(problem: str) -> keras.Model:
    """A new model; its images are laid out as `LAYOUT` says."""
    return {"mlp": _mlp, "cnn": _cnn, "resnet": _resnet, "transformer": _transformer, "lstm": _lstm}[problem]()


def loss() -> keras.losses.Loss:
    """Cross entropy of logits against class indices."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def _mlp() -> keras.Model:
    inputs = x = keras.Input((MLP_WIDTHS[0],))
    for width in MLP_WIDTHS[1:]:
        x = layers.Dense(width, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(CLASSES)(x))


def _cnn() -> keras.Model:
    first = LAYOUT == "channels_first"
    inputs = x = keras.Input((1, CNN_IMAGE, CNN_IMAGE) if first else (CNN_IMAGE, CNN_IMAGE, 1))
    for channels in CNN_CHANNELS:
        x = layers.Conv2D(channels, 3, padding="same", data_format=LAYOUT)(x)
        x = layers.BatchNormalization(axis=1 if first else -1, momentum=0.9, epsilon=EPSILON)(x)
        x = layers.ReLU()(x)
    x = layers.Flatten()(layers.MaxPooling2D(2, data_format=LAYOUT)(x))
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.Dropout(CNN_DROPOUT)(x)))


def _resnet() -> keras.Model:
    first = LAYOUT == "channels_first"

    def convolution(x: keras.KerasTensor, channels: int, size: int, stride: int) -> keras.KerasTensor:
        x = layers.Conv2D(channels, size, stride, padding="same", data_format=LAYOUT, use_bias=False)(x)
        return layers.BatchNormalization(axis=1 if first else -1, momentum=0.9, epsilon=EPSILON)(x)

    size = (RESNET_IMAGE, RESNET_IMAGE)
    inputs = keras.Input((3, *size) if first else (*size, 3))
    x = layers.ReLU()(convolution(inputs, RESNET_STEM, 3, 1))
    for channels, stride in RESNET_STAGES:
        body = convolution(layers.ReLU()(convolution(x, channels, 3, stride)), channels, 3, 1)
        as_it_is = x.shape[1 if first else -1] == channels and stride == 1
        x = layers.ReLU()(layers.Add()([body, x if as_it_is else convolution(x, channels, 1, stride)]))
    x = layers.GlobalAveragePooling2D(data_format=LAYOUT)(x)
    return keras.Model(inputs, layers.Dense(CLASSES)(x))


def _transformer() -> keras.Model:
    inputs = x = keras.Input((None, TRANSFORMER_WIDTH))
    for _ in range(TRANSFORMER_BLOCKS):
        normed = layers.LayerNormalization(epsilon=EPSILON)(x)
        size = TRANSFORMER_WIDTH // TRANSFORMER_HEADS
        x = layers.Add()([x, layers.MultiHeadAttention(TRANSFORMER_HEADS, size)(normed, normed)])
        hidden = layers.Dense(TRANSFORMER_HIDDEN, activation="gelu")(layers.LayerNormalization(epsilon=EPSILON)(x))
        x = layers.Add()([x, layers.Dense(TRANSFORMER_WIDTH)(hidden)])
    x = layers.GlobalAveragePooling1D(data_format="channels_last")(x)
    return keras.Model(inputs, layers.Dense(CLASSES)(x))


def _lstm() -> keras.Model:
    inputs = keras.Input((None, LSTM_INPUT))
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.LSTM(LSTM_WIDTH)(inputs)))
