"""Overrides of `bridge.ops.attention` for JAX."""

import math

import jax
import jax.numpy as jnp

from bridge.backends.jax.activation import softmax, softmax_or_zero
from bridge.backends.jax.promotion import wide
from bridge.ops.attention import add_mask, repeat_heads
from bridge.ops.regularization import dropout
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
    if is_causal and attn_mask is not None:
        raise ValueError("ops.scaled_dot_product_attention takes attn_mask or is_causal, not both")
    if enable_gqa:
        repeats = query.shape[-3] // key.shape[-3]
        key, value = repeat_heads(key, repeats), repeat_heads(value, repeats)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = jnp.matmul(query * scale, key.mT, preferred_element_type=wide(query.dtype))
    if attn_mask is not None:
        weights = softmax_or_zero(add_mask(scores, attn_mask))
    elif is_causal:
        queries, keys = scores.shape[-2:]
        weights = softmax(jnp.where(jnp.tri(queries, keys, dtype=bool), scores, -jnp.inf))
    else:
        weights = softmax(scores)
    return jnp.matmul(dropout(weights.astype(value.dtype), dropout_p), value)
