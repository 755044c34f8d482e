"""Overrides of `bridge.ops.attention` for JAX."""

import math

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import wide
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
    # JAX's own wants (N, L, H, E), which costs two moves, and answers a mean where a row of the mask is empty.
    if attn_mask is not None or dropout_p or enable_gqa:
        reference = attention.scaled_dot_product_attention.__wrapped__  # type: ignore[attr-defined]
        return reference(query, key, value, attn_mask, dropout_p, is_causal, scale, enable_gqa)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = jnp.matmul(query * scale, key.mT, preferred_element_type=wide(query.dtype))
    if is_causal:
        queries, keys = scores.shape[-2:]
        scores = jnp.where(jnp.tri(queries, keys, dtype=bool), scores, -jnp.inf)
    return jnp.matmul(jax.nn.softmax(scores).astype(value.dtype), value)
