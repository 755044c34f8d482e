"""Linear maps and look-ups."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.dtypes import dtype_name
from bridge.shapes import static_shape
from bridge.typing import Array


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


class Embedding(Layer, torch.nn.Embedding):
    """A row of `weight` for each integer: `torch.nn.Embedding` for every framework.

    `max_norm` and `scale_grad_by_freq` are torch's alone; `sparse` makes no difference elsewhere.

    Shape:
        Input `(*)` of integers, output `(*, embedding_dim)`.

    Raises:
        InputShapeError: the input is not of integers.
        UnsupportedOpError: `max_norm` or `scale_grad_by_freq` outside torch.

    >>> nn.Embedding(10, 3)(torch.tensor([[1, 2]])).shape
    torch.Size([1, 2, 3])
    """

    def forward(self, input: Array) -> Array:
        return ops.embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.sparse,
        )

    def check_shapes(self, input: Array) -> None:
        name = dtype_name(input.dtype)
        self.expect(
            name in ("int64", "int32"),
            "(*) of int64 or int32",
            input,
            f"Its dtype is {name}: cast it to int64.",
        )
