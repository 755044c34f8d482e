"""Activations in pieces of straight lines: clipped, and shrunk to 0."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.typing import Array

__all__ = ["Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "Softshrink"]


class Hardtanh(Layer, torch.nn.Hardtanh):
    """`x` held between `min_val` and `max_val`, of any shape: `torch.nn.Hardtanh` for every framework.

    `inplace` is torch's alone.

    >>> nn.Hardtanh()(torch.tensor([-2.0, 0.5, 2.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """

    def forward(self, input: Array) -> Array:
        return ops.hardtanh(input, self.min_val, self.max_val, self.inplace and not self.is_replica)


class Hardsigmoid(Layer, torch.nn.Hardsigmoid):
    """`min(max(x + 3, 0), 6) / 6`, of any shape: `torch.nn.Hardsigmoid` for every framework.

    `inplace` is torch's alone.

    >>> nn.Hardsigmoid()(torch.tensor([-4.0, 0.0, 4.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """

    def forward(self, input: Array) -> Array:
        return ops.hardsigmoid(input, self.inplace and not self.is_replica)


class Hardswish(Layer, torch.nn.Hardswish):
    """`x` times its `Hardsigmoid`, of any shape: `torch.nn.Hardswish` for every framework; `inplace` is torch's alone.

    >>> nn.Hardswish()(torch.tensor([1.5, 4.0]))
    tensor([1.1250, 4.0000])
    """

    def forward(self, input: Array) -> Array:
        return ops.hardswish(input, self.inplace and not self.is_replica)


class Hardshrink(Layer, torch.nn.Hardshrink):
    """0 from `-lambd` to `lambd`, else `x`, of any shape: `torch.nn.Hardshrink` for every framework.

    >>> nn.Hardshrink()(torch.tensor([-2.0, 0.5, 2.0]))
    tensor([-2.,  0.,  2.])
    """

    def forward(self, input: Array) -> Array:
        return ops.hardshrink(input, self.lambd)


class Softshrink(Layer, torch.nn.Softshrink):
    """0 from `-lambd` to `lambd`, else `x` nearer to 0 by `lambd`: `torch.nn.Softshrink` for every framework.

    The input is of any shape.

    >>> nn.Softshrink()(torch.tensor([-2.0, 0.5, 2.0]))
    tensor([-1.5000,  0.0000,  1.5000])
    """

    def forward(self, input: Array) -> Array:
        return ops.softshrink(input, self.lambd)
