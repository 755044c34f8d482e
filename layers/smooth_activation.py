"""Activations made of exponentials, smooth everywhere: sigmoids, and what is near to a ReLU."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.typing import Array

__all__ = ["GELU", "LogSigmoid", "Mish", "SiLU", "Sigmoid", "Softplus", "Softsign", "Tanh", "Tanhshrink"]


class GELU(Layer, torch.nn.GELU):
    """`x * Phi(x)`, of any shape: `torch.nn.GELU` for every framework.

    >>> nn.GELU()(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8413])
    """

    def forward(self, input: Array) -> Array:
        return ops.gelu(input, approximate=self.approximate)


class SiLU(Layer, torch.nn.SiLU):
    """`x * sigmoid(x)`, of any shape: `torch.nn.SiLU` for every framework; `inplace` is torch's alone.

    >>> nn.SiLU()(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """

    def forward(self, input: Array) -> Array:
        return ops.silu(input, self.inplace and not self.is_replica)


class Mish(Layer, torch.nn.Mish):
    """`x * tanh(softplus(x))`, of any shape: `torch.nn.Mish` for every framework; `inplace` is torch's alone.

    >>> nn.Mish()(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8651])
    """

    def forward(self, input: Array) -> Array:
        return ops.mish(input, self.inplace and not self.is_replica)


class Softplus(Layer, torch.nn.Softplus):
    """`log(1 + exp(beta * x)) / beta`, of any shape: `torch.nn.Softplus` for every framework.

    Where `beta * x` is above `threshold`, the answer is `x` itself.

    >>> nn.Softplus()(torch.tensor([0.0, 30.0]))
    tensor([ 0.6931, 30.0000])
    """

    def forward(self, input: Array) -> Array:
        return ops.softplus(input, self.beta, self.threshold)


class Sigmoid(Layer, torch.nn.Sigmoid):
    """`1 / (1 + exp(-x))`, of any shape: `torch.nn.Sigmoid` for every framework.

    >>> nn.Sigmoid()(torch.zeros(2))
    tensor([0.5000, 0.5000])
    """

    def forward(self, input: Array) -> Array:
        return ops.sigmoid(input)


class LogSigmoid(Layer, torch.nn.LogSigmoid):
    """The logarithm of the sigmoid, without overflow, of any shape: `torch.nn.LogSigmoid` for every framework.

    >>> nn.LogSigmoid()(torch.tensor([0.0, -1000.0]))
    tensor([-6.9315e-01, -1.0000e+03])
    """

    def forward(self, input: Array) -> Array:
        return ops.logsigmoid(input)


class Tanh(Layer, torch.nn.Tanh):
    """Hyperbolic tangent, of any shape: `torch.nn.Tanh` for every framework.

    >>> nn.Tanh()(torch.zeros(2))
    tensor([0., 0.])
    """

    def forward(self, input: Array) -> Array:
        return ops.tanh(input)


class Tanhshrink(Layer, torch.nn.Tanhshrink):
    """`x - tanh(x)`, of any shape: `torch.nn.Tanhshrink` for every framework.

    >>> nn.Tanhshrink()(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.2384])
    """

    def forward(self, input: Array) -> Array:
        return ops.tanhshrink(input)


class Softsign(Layer, torch.nn.Softsign):
    """`x / (1 + |x|)`, of any shape: `torch.nn.Softsign` for every framework.

    >>> nn.Softsign()(torch.tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """

    def forward(self, input: Array) -> Array:
        return ops.softsign(input)
