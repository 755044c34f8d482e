"""Noise from a normal distribution, added or multiplied while training."""

from __future__ import annotations

import math

from bridge import Layer, ops
from bridge.typing import Array

__all__ = ["GaussianDropout", "GaussianNoise"]


class GaussianNoise(Layer):
    """Adds noise of mean 0 while training: `keras.layers.GaussianNoise`.

    Randomness comes from torch's generator, from the `rng` key in JAX, from the seed in TensorFlow.

    Args:
        stddev: the standard deviation of the noise, 0 or more.

    Shape:
        Input and output of any shape, of floating point.

    Raises:
        ValueError: `stddev` is negative.

    >>> nn.GaussianNoise(0.1).eval()(torch.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, stddev: float) -> None:
        if not 0 <= stddev < math.inf:
            raise ValueError(f"GaussianNoise expected a stddev of at least 0, got {stddev}")
        super().__init__()
        self.stddev = stddev

    def forward(self, input: Array) -> Array:
        if not self.training or self.stddev == 0:
            return input
        return ops.random.normal(ops.shape(input), input, self.stddev)

    def extra_repr(self) -> str:
        return f"stddev={self.stddev}"


class GaussianDropout(Layer):
    """Multiplies by noise of mean 1 while training: `keras.layers.GaussianDropout`.

    The noise has the variance of what `Dropout(p)` multiplies by, `p / (1 - p)`. Randomness comes from torch's
    generator, from the `rng` key in JAX, from the seed in TensorFlow.

    Args:
        p: the probability of the dropout that it stands for, from 0 below 1.

    Shape:
        Input and output of any shape, of floating point.

    Raises:
        ValueError: `p` is out of its range.

    Reference: Srivastava et al., Dropout, section 10, https://jmlr.org/papers/v15/srivastava14a.html

    >>> nn.GaussianDropout(0.5).eval()(torch.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= p < 1:
            raise ValueError(f"GaussianDropout expected a p from 0 below 1, got {p}")
        super().__init__()
        self.p = p

    def forward(self, input: Array) -> Array:
        if not self.training or self.p == 0:
            return input
        deviation = math.sqrt(self.p / (1 - self.p))
        return input * ops.random.normal(ops.shape(input), ops.ones_like(input), deviation)

    def extra_repr(self) -> str:
        return f"p={self.p}"
