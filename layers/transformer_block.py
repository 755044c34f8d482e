"""A transformer block: attention and a feed-forward network, each behind a normalisation and beside a shortcut."""

from __future__ import annotations

from typing import Any, NamedTuple

from bridge import Layer
from bridge.layers.dropout import Dropout
from bridge.layers.feed_forward import SwiGLU
from bridge.layers.grouped_query_attention import GroupedQueryAttention
from bridge.layers.kv_cache import KeyValueCache
from bridge.layers.layer_norm import LayerNorm, RMSNorm
from bridge.layers.rotary import RotaryEmbedding
from bridge.shapes import static_shape
from bridge.typing import Array, Device, DType

__all__ = ["TransformerBlock", "TransformerBlockCache"]

_NORMS = {"rms": RMSNorm, "layer": LayerNorm}


class TransformerBlockCache(NamedTuple):
    """What a `TransformerBlock` has seen: of its own inputs, and of the memory.

    Attributes:
        attention: the keys and values of the block's inputs.
        memory: those of the memory, or `None` in a block without cross attention.

    >>> block = nn.TransformerBlock(8, 2, is_causal=True)
    >>> cache = block.empty_cache(torch.ones(1, 3, 8), max_length=16)
    >>> cache.attention.keys.shape, cache.memory
    (torch.Size([1, 2, 16, 4]), None)
    """

    attention: KeyValueCache
    memory: KeyValueCache | None = None


class TransformerBlock(Layer):
    """`x + attention(norm(x))`, then so with cross attention if it has one, then so with the feed-forward network.

    As it is, a block of an encoder; with `is_causal=True`, of a decoder; with `cross_attention=True` too, of a decoder
    that looks at an encoder's output.

    Args:
        embed_dim: E.
        num_heads: the heads of the queries.
        num_kv_heads: the heads of keys and values; `num_heads` by default.
        feed_forward: a layer from `(N, L, E)` to itself; `SwiGLU(embed_dim)` by default.
        norm: "rms" for `RMSNorm`, "layer" for `LayerNorm`.
        cross_attention: whether the block looks at a memory.
        is_causal: an input looks at those up to its own place only.
        rotary: turns queries and keys of the self-attention by their places.
        dropout: how many of the attention's weights, and of what is added to each shortcut, are dropped in training.
        bias: whether the projections of the attentions have one.
        device: of the weights made here.
        dtype: of the weights made here.

    Shape:
        Input and output `(N, L, E)`, `memory` `(N, S, E)`.

    Raises:
        ValueError: there is no such `norm`, or the heads do not divide as they must.
        InputShapeError: an input has other axes or features.

    Reference: Vaswani et al., Attention Is All You Need, https://arxiv.org/abs/1706.03762; the normalisation first:
    Xiong et al., On Layer Normalization in the Transformer Architecture, https://arxiv.org/abs/2002.04745

    >>> block = nn.TransformerBlock(8, 4, 2, is_causal=True, rotary=nn.RotaryEmbedding(2))
    >>> x = torch.randn(1, 3, 8)
    >>> cache, steps = block.empty_cache(x, max_length=16), []
    >>> for token in x.split(1, dim=1):
    ...     output, cache = block(token, cache=cache)
    ...     steps.append(output)
    >>> torch.allclose(block(x), torch.cat(steps, 1), atol=1e-5)
    True
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        num_kv_heads: int | None = None,
        *,
        feed_forward: Layer | None = None,
        norm: str = "rms",
        cross_attention: bool = False,
        is_causal: bool = False,
        rotary: RotaryEmbedding | None = None,
        dropout: float = 0.0,
        bias: bool = False,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        if norm not in _NORMS:
            raise ValueError(f"TransformerBlock expected a norm of {', '.join(_NORMS)}, got {norm!r}")
        made: dict[str, Any] = {"device": device, "dtype": dtype}
        attention: dict[str, Any] = {"bias": bias, "dropout": dropout, **made}
        eps = {"rms": 1e-6, "layer": 1e-5}[norm]
        self.embed_dim = embed_dim
        self.attention = GroupedQueryAttention(
            embed_dim, num_heads, num_kv_heads, is_causal=is_causal, rotary=rotary, **attention
        )
        self.attention_norm = _NORMS[norm](embed_dim, eps=eps, **made)
        self.cross_attention = self.cross_attention_norm = None
        if cross_attention:
            self.cross_attention = GroupedQueryAttention(embed_dim, num_heads, num_kv_heads, **attention)
            self.cross_attention_norm = _NORMS[norm](embed_dim, eps=eps, **made)
        self.feed_forward = SwiGLU(embed_dim, **made) if feed_forward is None else feed_forward
        self.feed_forward_norm = _NORMS[norm](embed_dim, eps=eps, **made)
        self.dropout = Dropout(dropout)

    def empty_cache(
        self, like: Array, max_length: int, memory_length: int | None = None, *, dtype: DType | None = None
    ) -> TransformerBlockCache:
        """A cache for `forward` that holds nothing yet.

        Args:
            like: `(N, *)`: the cache is of its batch, framework and device.
            max_length: how many inputs it can hold.
            memory_length: S, the length of the memory, for a block with cross attention.
            dtype: that of `like` by default.

        Raises:
            ValueError: `memory_length` is missing in a block with cross attention, or came to one without.
        """
        if (memory_length is None) != (self.cross_attention is None):
            expected = "no memory_length" if self.cross_attention is None else "a memory_length"
            raise ValueError(f"TransformerBlock.empty_cache expected {expected}, got {memory_length}")
        own = self.attention.empty_cache(like, max_length, dtype=dtype)
        if self.cross_attention is None or memory_length is None:
            return TransformerBlockCache(own)
        return TransformerBlockCache(own, self.cross_attention.empty_cache(like, memory_length, dtype=dtype))

    def forward(
        self,
        input: Array,
        memory: Array | None = None,
        key_padding_mask: Array | None = None,
        attn_mask: Array | None = None,
        memory_key_padding_mask: Array | None = None,
        *,
        positions: Array | None = None,
        cache: TransformerBlockCache | None = None,
        need_loss: bool = False,
    ) -> Any:
        """Runs the block.

        Args:
            input: `(N, L, E)`.
            memory: `(N, S, E)`, at which the cross attention looks; with a cache that has seen it, `None`.
            key_padding_mask: see `GroupedQueryAttention`, of the self-attention.
            attn_mask: see `GroupedQueryAttention`, of the self-attention.
            memory_key_padding_mask: `(N, S)`, true where the memory is padding.
            positions: `(L,)` or `(N, L)`, for `rotary`.
            cache: what earlier calls have seen.
            need_loss: whether to answer the loss of a `MixtureOfExperts` too.

        Returns:
            The output; with a cache a tuple of it and the cache as it is now; with `need_loss` the loss comes last.

        Raises:
            ValueError: the cross attention has neither a memory nor a cache that has seen one.
        """
        self.check_shapes(input, memory)  # so that this layer is named, not one within it
        own = None if cache is None else cache.attention
        found = self.attention(
            self.attention_norm(input), None, None, key_padding_mask, attn_mask, positions=positions, cache=own
        )
        found, own = (found, None) if own is None else found
        output = input + self.dropout(found)
        seen = None if cache is None else cache.memory
        if self.cross_attention is not None:
            found, seen = self._cross(output, memory, seen, memory_key_padding_mask)
            output = output + self.dropout(found)
        elif memory is not None:
            raise ValueError("TransformerBlock(cross_attention=False) expected no memory, got one")
        hidden, loss = self.feed_forward_norm(output), None
        if need_loss:
            hidden, loss = self.feed_forward(hidden, need_loss=True)
        else:
            hidden = self.feed_forward(hidden)
        output = output + self.dropout(hidden)
        answers = (
            output,
            *(() if own is None else (TransformerBlockCache(own, seen),)),
            *((loss,) if need_loss else ()),
        )
        return answers if len(answers) > 1 else output

    def _cross(
        self, input: Array, memory: Array | None, seen: KeyValueCache | None, mask: Array | None
    ) -> tuple[Array, KeyValueCache | None]:
        if memory is None and seen is None:
            raise ValueError("TransformerBlock(cross_attention=True) expected a memory, or a cache of one, got neither")
        query = self.cross_attention_norm(input)  # type: ignore[misc]
        if seen is None:
            return self.cross_attention(query, memory, None, mask), None  # type: ignore[misc]
        before = seen if memory is None else seen.rewound()  # a memory takes the place of an earlier one
        return self.cross_attention(  # type: ignore[misc]
            query, memory, None, mask, cache=before, append=memory is not None
        )

    def check_shapes(self, input: Array, memory: Array | None = None, *args: Any, **kwargs: Any) -> None:
        named = (("N, L", "input", input), ("N, S", "memory", memory))
        for axes, name, tensor in named:
            shape = None if tensor is None else static_shape(tensor)
            self.expect(
                shape is None or (len(shape) == 3 and shape[-1] in (None, self.embed_dim)),
                f"({axes}, {self.embed_dim})" + ("" if name == "input" else f" as its {name}"),
                tensor,
                f"Make its last axis {self.embed_dim} long, or build the layer with another embed_dim.",
            )
