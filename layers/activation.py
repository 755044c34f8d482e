"""Activation functions, and the layers without weights that stand between others."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array


class Identity(Layer, torch.nn.Identity):
    """The input as it is: `torch.nn.Identity` for every framework; it takes and ignores any constructor arguments.

    >>> nn.Identity()(torch.ones(2))
    tensor([1., 1.])
    """


class ReLU(Layer, torch.nn.ReLU):
    """`max(x, 0)`, of any shape: `torch.nn.ReLU` for every framework; `inplace` is torch's alone.

    >>> nn.ReLU()(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def forward(self, input: Array) -> Array:
        if self.inplace and not self.is_replica:
            return super().forward(input)
        return ops.relu(input)


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
        if self.inplace and not self.is_replica:
            return super().forward(input)
        return ops.silu(input)


class Tanh(Layer, torch.nn.Tanh):
    """Hyperbolic tangent, of any shape: `torch.nn.Tanh` for every framework.

    >>> nn.Tanh()(torch.zeros(2))
    tensor([0., 0.])
    """

    def forward(self, input: Array) -> Array:
        return ops.tanh(input)


class Sigmoid(Layer, torch.nn.Sigmoid):
    """`1 / (1 + exp(-x))`, of any shape: `torch.nn.Sigmoid` for every framework.

    >>> nn.Sigmoid()(torch.zeros(2))
    tensor([0.5000, 0.5000])
    """

    def forward(self, input: Array) -> Array:
        return ops.sigmoid(input)


class Softmax(Layer, torch.nn.Softmax):
    """`exp(x)` divided by its sum along `dim`, of any shape: `torch.nn.Softmax` for every framework.

    Raises:
        InputShapeError: the input has no such axis.

    >>> nn.Softmax(dim=-1)(torch.zeros(1, 4))
    tensor([[0.2500, 0.2500, 0.2500, 0.2500]])
    """

    def forward(self, input: Array) -> Array:
        # torch chooses an axis by the rank, with a warning, where none was given.
        axis = self.dim if self.dim is not None else (0 if input.ndim in (0, 1, 3) else 1)
        return super().forward(input) if self.dim is None and not self.is_replica else ops.softmax(input, axis)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or self.dim is None or -len(shape) <= self.dim < max(1, len(shape)),
            f"with an axis {self.dim}",
            input,
            "Build the layer with a dim that the input has.",
        )


class Dropout(Layer, torch.nn.Dropout):
    """Zeros elements at random while training: `torch.nn.Dropout` for every framework; `inplace` is torch's alone.

    Randomness comes from torch's generator, from the `rng` key in JAX, from the seed in TensorFlow.

    >>> nn.Dropout(0.5).eval()(torch.ones(2))
    tensor([1., 1.])
    """

    def forward(self, input: Array) -> Array:
        return ops.dropout(input, self.p, self.training, self.inplace)


class Flatten(Layer, torch.nn.Flatten):
    """Axes `start_dim` to `end_dim` made into one: `torch.nn.Flatten` for every framework.

    Raises:
        InputShapeError: the input has no such axes.

    >>> nn.Flatten()(torch.ones(2, 3, 4)).shape
    torch.Size([2, 12])
    """

    def forward(self, input: Array) -> Array:
        return ops.flatten(input, self.start_dim, self.end_dim)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        rank = 1 if shape is None else max(1, len(shape))
        self.expect(
            shape is None or all(-rank <= axis < rank for axis in (self.start_dim, self.end_dim)),
            f"with axes {self.start_dim} to {self.end_dim}",
            input,
            "Build the layer with a start_dim and an end_dim that the input has.",
        )
