"""Activations that multiply one part of the input by a gate made of the other."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["GLU"]


class GLU(Layer, torch.nn.GLU):
    """The first half along `dim` times the sigmoid of the second: `torch.nn.GLU` for every framework.

    Shape:
        Input `(*, 2 * M, *)`, output `(*, M, *)`.

    Raises:
        InputShapeError: the input has no such axis, or it can't be halved.

    >>> nn.GLU()(torch.tensor([1.0, 2.0, 0.0, 0.0]))
    tensor([0.5000, 1.0000])
    """

    def forward(self, input: Array) -> Array:
        return ops.glu(input, self.dim)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        has_axis = shape is None or -len(shape) <= self.dim < len(shape)
        size = None if shape is None or not has_axis else shape[self.dim]
        self.expect(
            has_axis and (size is None or size % 2 == 0),
            f"with an even number of elements along axis {self.dim}",
            input,
            "One half of that axis is what the other half gates.",
        )
