"""Look-ups: a vector for each integer, or for each bag of integers."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.dtypes import dtype_name
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["Embedding", "EmbeddingBag"]


class Embedding(Layer, torch.nn.Embedding):
    """A row of `weight` for each integer: `torch.nn.Embedding` for every framework.

    `max_norm`, which writes into the weight, is torch's alone; `sparse` makes no difference elsewhere.

    Shape:
        Input `(*)` of integers, output `(*, embedding_dim)`.

    Raises:
        InputShapeError: the input is not of integers.
        UnsupportedOpError: `max_norm` outside torch.

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


class EmbeddingBag(Layer, torch.nn.EmbeddingBag):
    """The rows of `weight` for each bag of integers, reduced to one: `torch.nn.EmbeddingBag` for every framework.

    `max_norm`, which writes into the weight, is torch's alone; `sparse` makes no difference elsewhere.

    Shape:
        Input `(B, L)` of integers, a bag in each row; or `(N,)` with offsets `(B,)`, where each bag starts, `(B + 1,)`
        with `include_last_offset`. Per-sample weights, for the mode `"sum"`, have the shape of the input. Output
        `(B, embedding_dim)`.

    Raises:
        InputShapeError: the input has other axes or is not of integers, or offsets or per-sample weights do not match.
        UnsupportedOpError: `max_norm` outside torch.

    >>> nn.EmbeddingBag(10, 3, mode="sum")(torch.tensor([1, 2, 4]), torch.tensor([0, 2])).shape
    torch.Size([2, 3])
    """

    def forward(self, input: Array, offsets: Array | None = None, per_sample_weights: Array | None = None) -> Array:
        return ops.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def check_shapes(self, input: Array, offsets: Array | None = None, per_sample_weights: Array | None = None) -> None:
        shape, name = static_shape(input), dtype_name(input.dtype)
        self.expect(
            name in ("int64", "int32") and (shape is None or len(shape) == (2 if offsets is None else 1)),
            "(B, L) of int64 or int32, or (N,) with offsets",
            input,
            f"Its dtype is {name}, and {'no ' if offsets is None else ''}offsets came.",
        )
        starts = None if offsets is None else static_shape(offsets)
        if offsets is not None and starts is not None:
            self.expect(len(starts) == 1, "(B,) as offsets", offsets, "They say where each bag starts.")
        if per_sample_weights is None or shape is None:
            return
        weights = static_shape(per_sample_weights)
        self.expect(
            weights is None
            or (
                len(weights) == len(shape)
                and all(a == b or None in (a, b) for a, b in zip(weights, shape, strict=True))
            ),
            f"{shape} as per_sample_weights",
            per_sample_weights,
            "They have the shape of the input.",
        )
