"""Attention whose queries share keys and values, with rotary positions and a cache."""

from __future__ import annotations

import functools
import math

from bridge import Layer, ops
from bridge.dtypes import dtype_name
from bridge.layers.kv_cache import KeyValueCache
from bridge.layers.linear import Linear
from bridge.layers.rotary import RotaryEmbedding
from bridge.ops.creation import arange_like
from bridge.shapes import static_shape
from bridge.typing import Array, Device, DType

__all__ = ["GroupedQueryAttention"]


class GroupedQueryAttention(Layer):
    """Attention by many heads of queries over fewer heads of keys and values; the batch stands first.

    With as many of both it is multi-head attention, with one of keys and values multi-query attention. The masks mean
    what they mean in `torch.nn.MultiheadAttention`: true is where a query may *not* look.

    Args:
        embed_dim: E, the features of query and output.
        num_heads: H, the heads of the queries.
        num_kv_heads: the heads of keys and values, which divides H; H by default.
        head_dim: the features of a head; `embed_dim / num_heads` by default.
        kdim: the features of the keys given, `embed_dim` by default.
        vdim: the features of the values given, `embed_dim` by default.
        bias: whether the four projections have one.
        dropout: how many of the weights are dropped in training.
        is_causal: a query looks at keys up to its own place only.
        rotary: turns queries and keys by their places.
        device: of the weights.
        dtype: of the weights.

    Shape:
        Query and output `(N, L, E)`, key `(N, S, kdim)`, value `(N, S, vdim)`. With a cache S is its `max_length` in
        the masks.

    Raises:
        ValueError: the heads do not divide as they must.
        InputShapeError: an input has other axes or features.

    Reference: Ainslie et al., GQA, https://arxiv.org/abs/2305.13245

    >>> attention = nn.GroupedQueryAttention(8, 4, 2, is_causal=True, rotary=nn.RotaryEmbedding(2))
    >>> x = torch.randn(1, 3, 8)
    >>> attention(x).shape
    torch.Size([1, 3, 8])
    >>> cache = attention.empty_cache(x, max_length=16)
    >>> begin, cache = attention(x[:, :2], cache=cache)
    >>> last, cache = attention(x[:, 2:], cache=cache)
    >>> torch.allclose(attention(x), torch.cat([begin, last], 1), atol=1e-6)
    True
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        num_kv_heads: int | None = None,
        *,
        head_dim: int | None = None,
        kdim: int | None = None,
        vdim: int | None = None,
        bias: bool = True,
        dropout: float = 0.0,
        is_causal: bool = False,
        rotary: RotaryEmbedding | None = None,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        num_kv_heads = num_heads if num_kv_heads is None else num_kv_heads
        if num_heads <= 0 or num_kv_heads <= 0 or num_heads % num_kv_heads:
            raise ValueError(
                f"GroupedQueryAttention expected num_kv_heads to divide num_heads, got {num_kv_heads} and {num_heads}"
            )
        if head_dim is None and embed_dim % num_heads:
            raise ValueError(
                f"GroupedQueryAttention expected num_heads to divide embed_dim, got {num_heads} and {embed_dim}; or "
                f"give a head_dim"
            )
        if not 0 <= dropout < 1:
            raise ValueError(f"GroupedQueryAttention expected dropout to be at least 0 and below 1, got {dropout}")
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.num_kv_heads = num_kv_heads
        self.head_dim = embed_dim // num_heads if head_dim is None else head_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.dropout = dropout
        self.is_causal = is_causal
        queries, keys = num_heads * self.head_dim, num_kv_heads * self.head_dim
        self.q_proj = Linear(embed_dim, queries, bias=bias, device=device, dtype=dtype)
        self.k_proj = Linear(self.kdim, keys, bias=bias, device=device, dtype=dtype)
        self.v_proj = Linear(self.vdim, keys, bias=bias, device=device, dtype=dtype)
        self.out_proj = Linear(queries, embed_dim, bias=bias, device=device, dtype=dtype)
        self.rotary = rotary

    def reset_parameters(self) -> None:
        """Draws all weights anew, as `Linear` does."""
        for projection in (self.q_proj, self.k_proj, self.v_proj, self.out_proj):
            projection.reset_parameters()

    def empty_cache(self, like: Array, max_length: int, *, dtype: DType | None = None) -> KeyValueCache:
        """A cache for `forward` that holds nothing yet.

        Args:
            like: `(N, *)`: the cache is of its batch, framework and device.
            max_length: how many keys it can hold.
            dtype: that of `like` by default.
        """
        return KeyValueCache.empty(like, self.num_kv_heads, max_length, self.head_dim, dtype=dtype)

    def forward(
        self,
        query: Array,
        key: Array | None = None,
        value: Array | None = None,
        key_padding_mask: Array | None = None,
        attn_mask: Array | None = None,
        *,
        positions: Array | None = None,
        cache: KeyValueCache | None = None,
        append: bool = True,
    ) -> Array | tuple[Array, KeyValueCache]:
        """What each query finds.

        Args:
            query: `(N, L, E)`.
            key: `(N, S, kdim)`; the query by default.
            value: `(N, S, vdim)`; the key by default.
            key_padding_mask: `(N, S)`, bool, true where a key is padding; or numbers added to the scores.
            attn_mask: broadcast to `(N, H, L, S)`: bool, true where a query may not look; or numbers added.
            positions: `(L,)` or `(N, L)`, the places of the queries for `rotary`; by default they count from 0, or
                from the position of the cache. Keys of their own count from there too.
            cache: keys and values of earlier calls, at which the queries look too.
            append: whether key and value go into the cache; if not, the queries look at what it holds.

        Returns:
            The output; with a cache also the cache as it is now.
        """
        # So that this layer is named, not one within it.
        self.check_shapes(query, key, value, key_padding_mask, attn_mask, cache=cache, append=append)
        start = 0 if cache is None or not append else cache.position
        queries = self._heads(self.q_proj(query), self.num_heads)
        queries = self._turned(queries, positions, start)
        if cache is not None and not append:
            keys, values = cache.keys, cache.values
        else:
            source = query if key is None else key
            keys = self._heads(self.k_proj(source), self.num_kv_heads)
            keys = self._turned(keys, positions if key is None else None, start)
            values = self._heads(self.v_proj(source if value is None else value), self.num_kv_heads)
            if cache is not None:
                cache = cache.append(keys, values)
                keys, values = cache.keys, cache.values
        blocked = [] if cache is None else [self._not_yet(queries, cache, start, append)]
        causal = self.is_causal and cache is None
        if causal and not (attn_mask is None and key_padding_mask is None):
            blocked.append(_after(queries, keys, 0))
            causal = False
        found = ops.scaled_dot_product_attention(
            queries,
            keys,
            values,
            _one_mask(queries, blocked, attn_mask, key_padding_mask),
            self.dropout if self.training else 0.0,
            causal,
            enable_gqa=self.num_kv_heads != self.num_heads,
        )
        merged = ops.reshape(ops.swapaxes(found, 1, 2), (*ops.shape(query)[:2], self.num_heads * self.head_dim))
        output = self.out_proj(merged)
        return output if cache is None else (output, cache)

    def _heads(self, tensor: Array, heads: int) -> Array:
        """`(N, L, H * E)` to `(N, H, L, E)`."""
        return ops.swapaxes(ops.reshape(tensor, (*ops.shape(tensor)[:2], heads, self.head_dim)), 1, 2)

    def _turned(self, heads: Array, positions: Array | None, start: Array | int) -> Array:
        if self.rotary is None:
            return heads
        if positions is not None and positions.ndim == 2:
            positions = ops.expand_dims(positions, 1)
        return self.rotary(heads, positions, start)

    def _not_yet(self, queries: Array, cache: KeyValueCache, start: Array | int, append: bool) -> Array:
        """Where the cache holds nothing yet, or nothing that a query may see."""
        if self.is_causal and append:
            return _after(queries, cache.keys, start)
        behind = ops.greater_equal(arange_like(queries, ops.shape(cache.keys)[-2]), cache.position)
        return ops.expand_dims(behind, 0)

    def check_shapes(
        self,
        query: Array,
        key: Array | None = None,
        value: Array | None = None,
        key_padding_mask: Array | None = None,
        attn_mask: Array | None = None,
        *,
        positions: Array | None = None,
        cache: KeyValueCache | None = None,
        append: bool = True,
    ) -> None:
        key = query if key is None else key
        named = (
            ("query", "L", query, self.embed_dim),
            ("key", "S", key, self.kdim),
            ("value", "S", key if value is None else value, self.vdim),
        )
        for name, axis, tensor, size in named if append or cache is None else named[:1]:
            shape = static_shape(tensor)
            self.expect(
                shape is None or (len(shape) == 3 and shape[-1] in (None, size)),
                f"(N, {axis}, {size}) as its {name}",
                tensor,
                f"Make the last axis of {name} {size} long, or build the layer with another embed_dim, kdim or vdim.",
            )
        if cache is not None:
            held, wanted = static_shape(cache.keys), (self.num_kv_heads, "max_length", self.head_dim)
            self.expect(
                held is None or (len(held) == 4 and held[1] == self.num_kv_heads and held[3] == self.head_dim),
                f"(N, {', '.join(map(str, wanted))}) as the keys of its cache",
                cache.keys,
                "Make the cache by empty_cache of this layer.",
            )
        self._check_mask(key_padding_mask, "key_padding_mask", "(N, S)", 2)
        self._check_mask(attn_mask, "attn_mask", "that broadcasts to (N, H, L, S)", 0)

    def _check_mask(self, mask: Array | None, name: str, expected: str, rank: int) -> None:
        shape = None if mask is None else static_shape(mask)
        if shape is not None:
            fits = len(shape) == rank if rank else len(shape) <= 4
            self.expect(fits, f"{expected} as its {name}", mask, "With a cache S is its max_length.")

    def extra_repr(self) -> str:
        return (
            f"{self.embed_dim}, num_heads={self.num_heads}, num_kv_heads={self.num_kv_heads}, "
            f"dropout={self.dropout}, is_causal={self.is_causal}"
        )


def _after(queries: Array, keys: Array, start: Array | int) -> Array:
    """`(L, S)`, true where the key stands behind the query."""
    places = ops.add(arange_like(queries, ops.shape(queries)[-2]), start)
    return ops.greater(arange_like(queries, ops.shape(keys)[-2]), ops.expand_dims(places, 1))


def _one_mask(
    queries: Array, blocked: list[Array], attn_mask: Array | None, key_padding_mask: Array | None
) -> Array | None:
    """The masks in one, for `scaled_dot_product_attention`: bool, true where a query may look, or numbers to add."""
    padding = None if key_padding_mask is None else ops.expand_dims(key_padding_mask, (1, 2))
    added: list[Array] = []
    for mask in (attn_mask, padding):
        if mask is not None:
            (blocked if dtype_name(mask.dtype) == "bool" else added).append(mask)
    if not added:
        return ops.logical_not(functools.reduce(ops.logical_or, blocked)) if blocked else None
    total = ops.astype(functools.reduce(ops.add, added), queries.dtype)
    return ops.where(functools.reduce(ops.logical_or, blocked), -math.inf, total) if blocked else total
