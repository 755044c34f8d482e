"""Attention with linear biases."""

from __future__ import annotations

import math

import torch

from bridge import Layer, ops
from bridge.ops.creation import arange_like
from bridge.shapes import static_shape
from bridge.typing import Array, Device, DType

__all__ = ["ALiBi"]


class ALiBi(Layer):
    """Biases that fall with the distance between query and key, each head at its own slope.

    They are added to the scores in place of a position embedding: give them to an attention as its `attn_mask`.

    Args:
        num_heads: H.
        device: of the slopes.
        dtype: of the slopes, and so of the biases.

    Shape:
        Input `(*, L, E)`, of which the length counts alone, and `key` `(*, S, E)`, by default the input. The output is
        `(H, L, S)`.

    Raises:
        ValueError: `num_heads` is not positive.
        InputShapeError: the input has no axis L.

    Reference: Press et al., Train Short, Test Long, https://arxiv.org/abs/2108.12409

    >>> nn.ALiBi(2)(torch.ones(3, 8))[0]
    tensor([[-0.0000, -0.0625, -0.1250],
            [-0.0625, -0.0000, -0.0625],
            [-0.1250, -0.0625, -0.0000]])
    """

    slopes: torch.Tensor

    def __init__(self, num_heads: int, *, device: Device = None, dtype: DType | None = None) -> None:
        super().__init__()
        if num_heads <= 0:
            raise ValueError(f"ALiBi expected num_heads to be positive, got {num_heads}")
        self.num_heads = num_heads
        slopes = torch.tensor(_slopes(num_heads), device=device, dtype=dtype)
        self.register_buffer("slopes", slopes, persistent=False)  # it follows from num_heads

    def forward(self, input: Array, key: Array | None = None, offset: Array | int = 0) -> Array:
        """The bias of each head for each pair of a query and a key.

        Args:
            input: the queries.
            key: the keys, such as those of a whole cache.
            offset: the place of the first query among the keys: an integer, or a tensor of one.
        """
        key = input if key is None else key
        queries = ops.add(arange_like(input, ops.shape(input)[-2]), offset)
        keys = arange_like(input, ops.shape(key)[-2])
        distances = ops.abs(ops.subtract(ops.expand_dims(queries, 1), keys))
        slopes = ops.expand_dims(self.slopes, (1, 2))
        return ops.multiply(-slopes, ops.astype(distances, self.slopes.dtype))

    def check_shapes(self, input: Array, key: Array | None = None, offset: Array | int = 0) -> None:
        for name, tensor in (("input", input), ("key", input if key is None else key)):
            shape = static_shape(tensor)
            self.expect(
                shape is None or len(shape) > 1, f"(*, L, E) as its {name}", tensor, "Its length stands last but one."
            )

    def extra_repr(self) -> str:
        return f"{self.num_heads}"


def _slopes(num_heads: int) -> list[float]:
    """A geometric sequence from `2 ** (-8 / H)`; for H no power of two, filled up from the sequence of twice as many.

    The authors' own rule: https://github.com/ofirpress/attention_with_linear_biases.
    """
    power = 2 ** math.floor(math.log2(num_heads))
    slopes = [2 ** (-8 * (head + 1) / power) for head in range(power)]
    if power == num_heads:
        return slopes
    return slopes + [2 ** (-4 * (head + 1) / power) for head in range(0, 2 * (num_heads - power), 2)]
