"""Rectifiers: activations that let positive numbers through and hold back negative ones."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["CELU", "ELU", "SELU", "LeakyReLU", "PReLU", "RReLU", "ReLU", "ReLU6", "Threshold"]


class ReLU(Layer, torch.nn.ReLU):
    """`max(x, 0)`, of any shape: `torch.nn.ReLU` for every framework; `inplace` is torch's alone.

    >>> nn.ReLU()(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def forward(self, input: Array) -> Array:
        return ops.relu(input, self.inplace and not self.is_replica)


class ReLU6(Layer, torch.nn.ReLU6):
    """`min(max(x, 0), 6)`, of any shape: `torch.nn.ReLU6` for every framework; `inplace` is torch's alone.

    >>> nn.ReLU6()(torch.tensor([-1.0, 2.0, 7.0]))
    tensor([0., 2., 6.])
    """

    def forward(self, input: Array) -> Array:
        return ops.relu6(input, self.inplace and not self.is_replica)


class LeakyReLU(Layer, torch.nn.LeakyReLU):
    """`x` where it is above 0, else `negative_slope * x`: `torch.nn.LeakyReLU` for every framework.

    The input is of any shape; `inplace` is torch's alone.

    >>> nn.LeakyReLU(0.1)(torch.tensor([-1.0, 2.0]))
    tensor([-0.1000,  2.0000])
    """

    def forward(self, input: Array) -> Array:
        return ops.leaky_relu(input, self.negative_slope, self.inplace and not self.is_replica)


class PReLU(Layer, torch.nn.PReLU):
    """`x` where it is above 0, else `weight * x`, which is trained: `torch.nn.PReLU` for every framework.

    Shape:
        Input and output of any shape where there is one weight, else `(N, num_parameters, *)`.

    Raises:
        InputShapeError: the input's axis 1 is not `num_parameters`, where that is more than 1.

    >>> nn.PReLU(2)(torch.tensor([[-1.0, 2.0]]))
    tensor([[-0.2500,  2.0000]], grad_fn=<PreluKernelBackward0>)
    """

    def forward(self, input: Array) -> Array:
        return ops.prelu(input, self.weight)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            self.num_parameters == 1 or shape is None or (len(shape) > 1 and shape[1] in (None, self.num_parameters)),
            f"(N, {self.num_parameters}, *)",
            input,
            f"Its axis 1 must hold {self.num_parameters} channels; or build the layer with other num_parameters.",
        )


class RReLU(Layer, torch.nn.RReLU):
    """A leaky ReLU whose slope is drawn for each element while training: `torch.nn.RReLU` for every framework.

    Randomness comes from torch's generator, from the `rng` key in JAX, from the seed in TensorFlow. In eval mode each
    slope is the mean of `lower` and `upper`. The input is of any shape; `inplace` is torch's alone.

    >>> nn.RReLU().eval()(torch.tensor([-48.0, 2.0]))
    tensor([-11.,   2.])
    """

    def forward(self, input: Array) -> Array:
        return ops.rrelu(input, self.lower, self.upper, self.training, self.inplace and not self.is_replica)


class ELU(Layer, torch.nn.ELU):
    """`x` where it is above 0, else `alpha * (exp(x) - 1)`: `torch.nn.ELU` for every framework.

    The input is of any shape; `inplace` is torch's alone.

    >>> nn.ELU()(torch.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """

    def forward(self, input: Array) -> Array:
        return ops.elu(input, self.alpha, self.inplace and not self.is_replica)


class CELU(Layer, torch.nn.CELU):
    """`x` where it is above 0, else `alpha * (exp(x / alpha) - 1)`: `torch.nn.CELU` for every framework.

    The input is of any shape; `inplace` is torch's alone.

    >>> nn.CELU(2.0)(torch.tensor([-1.0, 2.0]))
    tensor([-0.7869,  2.0000])
    """

    def forward(self, input: Array) -> Array:
        return ops.celu(input, self.alpha, self.inplace and not self.is_replica)


class SELU(Layer, torch.nn.SELU):
    """The ELU, scaled to keep mean 0 and variance 1: `torch.nn.SELU` for every framework.

    The input is of any shape; `inplace` is torch's alone.

    >>> nn.SELU()(torch.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """

    def forward(self, input: Array) -> Array:
        return ops.selu(input, self.inplace and not self.is_replica)


class Threshold(Layer, torch.nn.Threshold):
    """`x` where it is above `threshold`, else `value`: `torch.nn.Threshold` for every framework.

    The input is of any shape; `inplace` is torch's alone.

    >>> nn.Threshold(1.0, -1.0)(torch.tensor([0.5, 2.0]))
    tensor([-1.,  2.])
    """

    def forward(self, input: Array) -> Array:
        return ops.threshold(input, self.threshold, self.value, self.inplace and not self.is_replica)
