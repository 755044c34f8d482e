"""Rotary position embedding."""

from __future__ import annotations

from bridge import Layer, ops
from bridge.ops.creation import arange_like
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["RotaryEmbedding"]


class RotaryEmbedding(Layer):
    """Turns queries and keys by angles that grow with their place, so that their product knows the distance alone.

    Pair i of the `dim / 2` is turned by `place * base ** (-2 * i / dim)`. It has no weights, so that one may serve
    many layers.

    Args:
        dim: how many features are turned, an even number; those beyond it pass as they are, as in GPT-NeoX.
        base: the larger, the longer the wave lengths.
        interleaved: a pair are two neighbours, as in the paper; else feature i of the first half and of the second, as
            in GPT-NeoX and Llama.

    Shape:
        Input and output `(*, L, E)` with E at least `dim`; `positions` `(L,)`, or what broadcasts to `(*, L)`.

    Raises:
        ValueError: `dim` is no positive even number, or `base` is not positive.
        InputShapeError: the input has fewer than `dim` features, or no axis L.

    Reference: Su et al., RoFormer, https://arxiv.org/abs/2104.09864

    >>> rotary = nn.RotaryEmbedding(8)
    >>> rotary(torch.ones(2, 4, 5, 8)).shape
    torch.Size([2, 4, 5, 8])
    >>> whole, last = rotary(torch.ones(5, 8)), rotary(torch.ones(1, 8), offset=4)
    >>> torch.equal(whole[4:], last)
    True
    """

    def __init__(self, dim: int, base: float = 10000.0, *, interleaved: bool = False) -> None:
        super().__init__()
        if dim <= 0 or dim % 2:
            raise ValueError(f"RotaryEmbedding expected dim to be a positive even number, got {dim}")
        if base <= 0:
            raise ValueError(f"RotaryEmbedding expected base to be positive, got {base}")
        self.dim = dim
        self.base = base
        self.interleaved = interleaved

    def forward(self, input: Array, positions: Array | None = None, offset: Array | int = 0) -> Array:
        """Turns each row of `input` by its place.

        Args:
            input: `(*, L, E)`.
            positions: the place of each row; by default `offset`, `offset + 1` and so on.
            offset: the place of the first row: an integer, or a tensor of one, which may change without a new trace.
        """
        self.check_shapes(input)  # too few features would be turned in other pairs, without an error
        if positions is None:
            positions = ops.add(arange_like(input, ops.shape(input)[-2]), offset)
        if input.shape[-1] == self.dim:
            return self._turned(input, positions)
        rest = input[..., self.dim :]
        return ops.concat([self._turned(input[..., : self.dim], positions), rest], axis=-1)

    def _turned(self, input: Array, positions: Array) -> Array:
        return ops.rotary_position_embedding(input, positions, self.base, interleaved=self.interleaved)

    def check_shapes(self, input: Array, positions: Array | None = None, offset: Array | int = 0) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or (len(shape) > 1 and shape[-1] is not None and shape[-1] >= self.dim),
            f"(*, L, E) with E at least {self.dim}",
            input,
            "Give more features, or build the layer with a smaller dim.",
        )

    def extra_repr(self) -> str:
        return f"{self.dim}, base={self.base}, interleaved={self.interleaved}"
