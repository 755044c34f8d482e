"""Overrides of `bridge.ops.attention` for JAX."""

import jax

from bridge.ops import attention
from bridge.typing import Array


def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> jax.Array:
    # JAX's own has no dropout, wants (N, L, H, E), and answers a mean where a row of the mask is empty.
    if attn_mask is not None or dropout_p or query.ndim != 4 or value.shape[-1] != query.shape[-1]:
        reference = attention.scaled_dot_product_attention.__wrapped__  # type: ignore[attr-defined]
        return reference(query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa)
    query, key, value = (tensor.swapaxes(1, 2) for tensor in (query, key, value))
    return jax.nn.dot_product_attention(query, key, value, scale=scale, is_causal=is_causal).swapaxes(1, 2)
