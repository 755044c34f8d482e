"""Linear and bilinear maps."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["Bilinear", "Linear"]


class Linear(Layer, torch.nn.Linear):
    """`input @ weight.T + bias`: `torch.nn.Linear` for every framework.

    Shape:
        Input `(*, in_features)`, output `(*, out_features)`.

    Raises:
        InputShapeError: the input's last axis is not `in_features`.

    >>> nn.Linear(3, 2)(torch.ones(4, 3)).shape
    torch.Size([4, 2])
    """

    def forward(self, input: Array) -> Array:
        return ops.linear(input, self.weight, self.bias)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or (len(shape) > 0 and shape[-1] in (None, self.in_features)),
            f"(*, {self.in_features})",
            input,
            f"Make its last axis {self.in_features} long, or build the layer with other in_features.",
        )


class Bilinear(Layer, torch.nn.Bilinear):
    """`input1 @ weight[k] @ input2 + bias[k]` for each k: `torch.nn.Bilinear` for every framework.

    Shape:
        Inputs `(*, in1_features)` and `(*, in2_features)`, with the same sizes before the last; output
        `(*, out_features)`.

    Raises:
        InputShapeError: the last axis of an input is another, or their sizes before it differ.

    >>> nn.Bilinear(3, 4, 2)(torch.ones(5, 3), torch.ones(5, 4)).shape
    torch.Size([5, 2])
    """

    def forward(self, input1: Array, input2: Array) -> Array:
        return ops.bilinear(input1, input2, self.weight, self.bias)

    def check_shapes(self, input1: Array, input2: Array) -> None:
        for input, features, name in ((input1, self.in1_features, "in1"), (input2, self.in2_features, "in2")):
            shape = static_shape(input)
            self.expect(
                shape is None or (len(shape) > 0 and shape[-1] in (None, features)),
                f"(*, {features})",
                input,
                f"Make its last axis {features} long, or build the layer with other {name}_features.",
            )
        first, second = static_shape(input1), static_shape(input2)
        if first is None or second is None:
            return
        pairs = zip(first[:-1], second[:-1], strict=False)
        self.expect(
            len(first) == len(second) and all(one == other or None in (one, other) for one, other in pairs),
            f"({', '.join(map(str, (*second[:-1], self.in1_features)))})",
            input1,
            "Both inputs must have the same sizes before the last.",
        )
