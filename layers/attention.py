"""Attention."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["MultiheadAttention"]


class MultiheadAttention(Layer, torch.nn.MultiheadAttention):
    """Attention by several heads: `torch.nn.MultiheadAttention` for every framework.

    torch tensors take torch's own forward, with its fused path for inference.

    Shape:
        Query `(L, N, embed_dim)`, key `(S, N, kdim)`, value `(S, N, vdim)`, with the batch first if `batch_first`;
        without a batch `(L, embed_dim)` and so on. The output has the query's shape; the weights, or `None` without
        `need_weights`, are `(N, L, S)`, or `(N, num_heads, L, S)` without `average_attn_weights`.

    Raises:
        InputShapeError: an input has other axes, or another number of features.

    >>> x = torch.ones(5, 2, 8)
    >>> output, weights = nn.MultiheadAttention(8, 2)(x, x, x)
    >>> output.shape, weights.shape
    (torch.Size([5, 2, 8]), torch.Size([2, 5, 5]))
    """

    def forward(
        self,
        query: Array,
        key: Array,
        value: Array,
        key_padding_mask: Array | None = None,
        need_weights: bool = True,
        attn_mask: Array | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Array, Array | None]:
        if not self.is_replica:
            return super().forward(
                query, key, value, key_padding_mask, need_weights, attn_mask, average_attn_weights, is_causal
            )
        return ops.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            self.training,
            key_padding_mask,
            need_weights,
            attn_mask,
            not self._qkv_same_embed_dim,
            self.q_proj_weight,
            self.k_proj_weight,
            self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
            batch_first=self.batch_first,
        )

    def check_shapes(self, query: Array, key: Array, value: Array, *args: object, **kwargs: object) -> None:
        axes = "N, L" if self.batch_first else "L, N"
        named = (("query", query, self.embed_dim), ("key", key, self.kdim), ("value", value, self.vdim))
        for name, tensor, size in named:
            shape = static_shape(tensor)
            self.expect(
                shape is None or (len(shape) in (2, 3) and shape[-1] in (None, size)),
                f"({axes}, {size}) or (L, {size}) as its {name}",
                tensor,
                f"Make the last axis of {name} {size} long, or build the layer with another embed_dim, kdim or vdim.",
            )
