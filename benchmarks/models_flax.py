"""The same models written by hand in Flax.

In `flax.linen`, the quicker of Flax's two: its `apply` is a pure function, of which `jax.jit` leaves nothing to Python
at a call. `nnx.jit` takes the module apart and puts it together again each time: 1.6 times as long for the mlp.
"""

from __future__ import annotations

import jax
from flax import linen as nn

from benchmarks.problems import (
    CLASSES,
    CNN_CHANNELS,
    CNN_DROPOUT,
    LSTM_WIDTH,
    MLP_WIDTHS,
    RESNET_STAGES,
    RESNET_STEM,
    TRANSFORMER_BLOCKS,
    TRANSFORMER_HEADS,
    TRANSFORMER_HIDDEN,
    TRANSFORMER_WIDTH,
)

EPSILON = 1e-5  # torch's; Flax's own differs between layers


class Mlp(nn.Module):
    """Linear layers with ReLU between them."""

    @nn.compact
    def __call__(self, x: jax.Array, training: bool) -> jax.Array:
        for width in MLP_WIDTHS[1:]:
            x = nn.relu(nn.Dense(width)(x))
        return nn.Dense(CLASSES)(x)


class Cnn(nn.Module):
    """Two convolutions with batch normalisation, on images with channels last."""

    @nn.compact
    def __call__(self, x: jax.Array, training: bool) -> jax.Array:
        for channels in CNN_CHANNELS:
            x = nn.Conv(channels, (3, 3), padding="SAME")(x)
            x = nn.BatchNorm(use_running_average=not training, momentum=0.9, epsilon=EPSILON)(x)
            x = nn.relu(x)
        x = nn.max_pool(x, (2, 2), (2, 2))
        x = x.reshape(x.shape[0], -1)
        x = nn.Dropout(CNN_DROPOUT, deterministic=not training)(x)
        return nn.Dense(CLASSES)(x)


class ResNet(nn.Module):
    """Residual blocks of two convolutions with batch normalisation, on images with channels last."""

    @nn.compact
    def __call__(self, x: jax.Array, training: bool) -> jax.Array:
        def convolution(x: jax.Array, channels: int, size: int, stride: int) -> jax.Array:
            x = nn.Conv(channels, (size, size), stride, padding=size // 2, use_bias=False)(x)
            return nn.BatchNorm(use_running_average=not training, momentum=0.9, epsilon=EPSILON)(x)

        x = nn.relu(convolution(x, RESNET_STEM, 3, 1))
        for channels, stride in RESNET_STAGES:
            body = convolution(nn.relu(convolution(x, channels, 3, stride)), channels, 3, 1)
            as_it_is = x.shape[-1] == channels and stride == 1
            x = nn.relu(body + (x if as_it_is else convolution(x, channels, 1, stride)))
        return nn.Dense(CLASSES)(x.mean(axis=(1, 2)))


class Transformer(nn.Module):
    """Pre-norm encoder blocks, and a head on the mean over the sequence."""

    @nn.compact
    def __call__(self, x: jax.Array, training: bool) -> jax.Array:
        for _ in range(TRANSFORMER_BLOCKS):
            normed = nn.LayerNorm(epsilon=EPSILON)(x)
            x = x + nn.MultiHeadDotProductAttention(TRANSFORMER_HEADS, deterministic=True)(normed)
            hidden = nn.Dense(TRANSFORMER_HIDDEN)(nn.LayerNorm(epsilon=EPSILON)(x))
            x = x + nn.Dense(TRANSFORMER_WIDTH)(nn.gelu(hidden, approximate=False))
        return nn.Dense(CLASSES)(x.mean(axis=1))


class Lstm(nn.Module):
    """A long short-term memory, and a head on its last hidden state."""

    @nn.compact
    def __call__(self, x: jax.Array, training: bool) -> jax.Array:
        (_, hidden), _ = nn.RNN(nn.OptimizedLSTMCell(LSTM_WIDTH), return_carry=True)(x)
        return nn.Dense(CLASSES)(hidden)


MODELS: dict[str, type[nn.Module]] = {
    "mlp": Mlp,
    "cnn": Cnn,
    "resnet": ResNet,
    "transformer": Transformer,
    "lstm": Lstm,
}
