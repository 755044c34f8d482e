"""Attention, with the names and meaning of `torch.nn.functional`."""

from __future__ import annotations

import math

from bridge.dispatch import op
from bridge.dtypes import dtype_name
from bridge.ops.activation import softmax
from bridge.ops.arithmetic import add, maximum, multiply, pow, subtract, where
from bridge.ops.comparison import logical_and
from bridge.ops.creation import arange_like, ones_like, zeros_like
from bridge.ops.inspection import finfo
from bridge.ops.joining import concat, split, stack
from bridge.ops.linear_maps import linear
from bridge.ops.manipulation import (
    astype,
    broadcast_to,
    expand_dims,
    pad,
    permute_dims,
    reshape,
    shape,
    squeeze,
    swapaxes,
    tril,
)
from bridge.ops.mathematics import cos, sin
from bridge.ops.products import matmul, matrix_transpose
from bridge.ops.reductions import any, mean
from bridge.ops.regularization import dropout
from bridge.typing import Array

__all__ = [
    "dot_product_attention",
    "multi_head_attention_forward",
    "rotary_embedding",
    "rotary_position_embedding",
    "scaled_dot_product_attention",
]


@op
def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Array:
    """`softmax(query @ key.T * scale + mask) @ value`; `torch.nn.functional.scaled_dot_product_attention`.

    Args:
        query: `(*, H, L, E)`, where H are the heads.
        key: `(*, H, S, E)`.
        value: `(*, H, S, E_v)`.
        attn_mask: broadcast to `(*, H, L, S)`: bool, true where a query may look, or a number added to the score.
            A query that may look nowhere answers 0.
        dropout_p: how many of the weights are dropped, always: there is no training mode here.
        is_causal: a query looks at keys up to its own place only; not together with `attn_mask`.
        scale: `1 / sqrt(E)` by default.
        enable_gqa: key and value have fewer heads, each of which serves several of the query's.

    Returns:
        `(*, H, L, E_v)`.

    Reference: Vaswani et al., Attention Is All You Need, https://arxiv.org/abs/1706.03762

    >>> ops.scaled_dot_product_attention(torch.ones(1, 2, 4), torch.ones(1, 3, 4), torch.ones(1, 3, 5)).shape
    torch.Size([1, 2, 5])
    """
    if enable_gqa:
        repeats = shape(query)[-3] // shape(key)[-3]
        key, value = repeat_heads(key, repeats), repeat_heads(value, repeats)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = matmul(query * scale, matrix_transpose(key))
    if dtype_name(scores.dtype) in ("float16", "bfloat16"):
        scores = astype(scores, "float32")
    reachable = None
    if is_causal:
        if attn_mask is not None:
            raise ValueError("ops.scaled_dot_product_attention takes attn_mask or is_causal, not both")
        scores = add_mask(scores, tril(ones_like(scores, dtype="bool", shape=shape(scores)[-2:])))
    elif attn_mask is not None:
        scores, reachable = _masked(scores, attn_mask)
    heads = matmul(dropout(astype(softmax(scores, -1), value.dtype), dropout_p), value)
    return heads if reachable is None else where(reachable, heads, 0.0)


def _masked(scores: Array, mask: Array) -> tuple[Array, Array]:
    """Scores with the mask, finite, and the rows that may look somewhere.

    The softmax of minus infinity throughout would be NaN. The mask tells such rows, and has mostly fewer elements than
    the scores: it is one for all heads.
    """
    if dtype_name(mask.dtype) == "bool":
        return where(mask, scores, finfo(scores.dtype).min), any(mask, axis=-1, keepdims=True)
    return add(scores, maximum(mask, finfo(mask.dtype).min)), any(mask > -math.inf, axis=-1, keepdims=True)


def repeat_heads(tensor: Array, repeats: int) -> Array:
    """`(*, H, L, E)` to `(*, H * repeats, L, E)`, each head as often as that, one after the other."""
    *batch, heads, length, size = shape(tensor)
    expanded = broadcast_to(expand_dims(tensor, -3), (*batch, heads, repeats, length, size))
    return reshape(expanded, (*batch, heads * repeats, length, size))


def add_mask(scores: Array, mask: Array) -> Array:
    """`scores + mask`, or minus infinity where a mask of bool is false."""
    return where(mask, scores, -math.inf) if dtype_name(mask.dtype) == "bool" else scores + mask


@op
def dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None = None,
    mask: Array | None = None,
    scale: float | None = None,
    is_causal: bool = False,
) -> Array:
    """`scaled_dot_product_attention` with the heads behind the length; `jax.nn.dot_product_attention`.

    Args:
        query: `(N, L, H, E)`.
        key: `(N, S, K, E)`, where K divides H: each of its heads serves several of the query's.
        value: `(N, S, K, E)`.
        bias: broadcast to `(N, H, L, S)`, added to the scores.
        mask: broadcast to `(N, H, L, S)`, bool, true where a query may look. A query that may look nowhere answers 0,
            where JAX has a mean.
        scale: `1 / sqrt(E)` by default.
        is_causal: a query looks at keys up to its own place only; together with `mask` both hold.

    Returns:
        `(N, L, H, E)`.

    >>> ops.dot_product_attention(torch.ones(1, 3, 4, 2), torch.ones(1, 5, 2, 2), torch.ones(1, 5, 2, 2)).shape
    torch.Size([1, 3, 4, 2])
    """
    allowed = mask
    if is_causal and not (bias is None and mask is None):
        given = bias if mask is None else mask
        causal = tril(ones_like(given, dtype="bool", shape=(shape(query)[1], shape(key)[1])))
        allowed, is_causal = (causal if mask is None else logical_and(mask, causal)), False
    if bias is not None:
        allowed = bias if allowed is None else where(allowed, bias, -math.inf)
    query, key, value = (swapaxes(tensor, 1, 2) for tensor in (query, key, value))
    grouped = query.shape[1] != key.shape[1]
    heads = scaled_dot_product_attention(
        query, key, value, allowed, is_causal=is_causal, scale=scale, enable_gqa=grouped
    )
    return swapaxes(heads, 1, 2)


@op
def rotary_position_embedding(x: Array, positions: Array, base: float = 10000.0, *, interleaved: bool = False) -> Array:
    """Rotates pairs of features by angles that grow with the position, for a query or a key.

    Pair i of the E / 2 is turned by `positions * base ** (-2 * i / E)`, so that the product of a query and a key
    depends on the distance between them alone.

    Args:
        x: `(*, L, E)`, with an even E.
        positions: `(L,)`, or any shape that broadcasts to `(*, L)`.
        base: the larger, the longer the wave lengths.
        interleaved: a pair are two neighbours, as in the paper; else feature i of the first half and of the second, as
            in GPT-NeoX and Llama.

    Returns:
        In the shape and dtype of `x`; the angles are computed in float32 at least.

    Reference: Su et al., RoFormer, https://arxiv.org/abs/2104.09864

    >>> ops.rotary_position_embedding(torch.tensor([[1.0, 0.0]]), torch.tensor([3.0])).round(decimals=2)
    tensor([[-0.9900,  0.1400]])
    """
    size = _even_size(x)
    computed = "float64" if dtype_name(x.dtype) == "float64" else "float32"
    exponents = arange_like(x, 0, size, 2, dtype=computed) / -size
    angles = expand_dims(astype(positions, computed), -1) * pow(base, exponents)
    return rotary_embedding(x, cos(angles), sin(angles), interleaved=interleaved)


@op
def rotary_embedding(x: Array, cos: Array, sin: Array, *, interleaved: bool = False) -> Array:
    """Rotates pairs of features by angles whose cosine and sine are given; see `rotary_position_embedding`.

    Args:
        x: `(*, L, E)`, with an even E.
        cos: broadcast to `(*, L, E / 2)`.
        sin: likewise.
        interleaved: a pair are two neighbours; else feature i of the first half and of the second.

    Returns:
        In the shape and dtype of `x`.

    >>> ops.rotary_embedding(torch.tensor([[1.0, 2.0]]), torch.tensor([0.0]), torch.tensor([1.0]))
    tensor([[-2.,  1.]])
    """
    size = _even_size(x)
    if interleaved:
        pairs = reshape(x, (*shape(x)[:-1], size // 2, 2))
        first, second = pairs[..., 0], pairs[..., 1]
    else:
        first, second = split(x, 2, axis=-1)
    turned = (
        subtract(multiply(first, cos), multiply(second, sin)),
        add(multiply(second, cos), multiply(first, sin)),
    )
    if interleaved:
        return astype(reshape(stack(turned, axis=-1), shape(x)), x.dtype)
    return astype(concat(turned, axis=-1), x.dtype)


def _even_size(x: Array) -> int:
    size = x.shape[-1]
    if size % 2:
        raise ValueError(f"expected an even size of the last axis, got {size}")
    return int(size)


@op
def multi_head_attention_forward(
    query: Array,
    key: Array,
    value: Array,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Array | None,
    in_proj_bias: Array | None,
    bias_k: Array | None,
    bias_v: Array | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Array,
    out_proj_bias: Array | None,
    training: bool = True,
    key_padding_mask: Array | None = None,
    need_weights: bool = True,
    attn_mask: Array | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Array | None = None,
    k_proj_weight: Array | None = None,
    v_proj_weight: Array | None = None,
    static_k: Array | None = None,
    static_v: Array | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    *,
    batch_first: bool = False,
) -> tuple[Array, Array | None]:
    """Attention by several heads with its projections; `torch.nn.functional.multi_head_attention_forward`.

    Args:
        query: `(L, N, E)`, or `(L, E)` without a batch.
        key: `(S, N, E_k)`, or `(S, E_k)`.
        value: `(S, N, E_v)`, or `(S, E_v)`.
        embed_dim_to_check: E.
        num_heads: H, by which E divides.
        in_proj_weight: `(3 * E, E)`, the three projections in one; or `None` with `use_separate_proj_weight`.
        in_proj_bias: `(3 * E,)`, or `None`.
        bias_k: `(1, 1, E)`, appended to the keys; or `None`.
        bias_v: `(1, 1, E)`, appended to the values; or `None`.
        add_zero_attn: a key and a value of zeros are appended.
        dropout_p: how many of the weights are dropped while `training`.
        out_proj_weight: `(E, E)`.
        out_proj_bias: `(E,)`, or `None`.
        training: whether dropout acts.
        key_padding_mask: `(N, S)`, bool, true where a key is padding; or numbers added to the scores.
        need_weights: the weights come second, else `None`.
        attn_mask: `(L, S)` or `(N * H, L, S)`, bool, true where a query may *not* look; or numbers added.
        use_separate_proj_weight: the three projections are given one by one.
        q_proj_weight: `(E, E)`.
        k_proj_weight: `(E, E_k)`.
        v_proj_weight: `(E, E_v)`.
        static_k: `(N * H, S, E / H)`, in place of the projected key.
        static_v: `(N * H, S, E / H)`, in place of the projected value.
        average_attn_weights: the weights are the mean over the heads.
        is_causal: a hint that `attn_mask` is the causal mask, which must come with it.
        batch_first: query, key and value are `(N, L, E)` and so on.

    Returns:
        The output, in the shape of `query`, and the weights: `(N, L, S)`, or `(N, H, L, S)` for each head.

    >>> x = torch.ones(3, 2, 4)
    >>> output, weights = ops.multi_head_attention_forward(
    ...     x, x, x, 4, 2, torch.ones(12, 4), None, None, None, False, 0.0, torch.ones(4, 4), None)
    >>> output.shape, weights.shape
    (torch.Size([3, 2, 4]), torch.Size([2, 3, 3]))
    """
    if is_causal and attn_mask is None:
        raise ValueError("ops.multi_head_attention_forward expected an attn_mask with is_causal=True, got None")
    batched, batch_axis = query.ndim == 3, 0 if batch_first else 1
    if not batched:
        with_batch = {id(tensor): expand_dims(tensor, batch_axis) for tensor in (query, key, value)}
        query, key, value = (with_batch[id(tensor)] for tensor in (query, key, value))
        key_padding_mask = None if key_padding_mask is None else expand_dims(key_padding_mask, 0)
    separate = (q_proj_weight, k_proj_weight, v_proj_weight)
    if query is key and key is value and not use_separate_proj_weight:
        query, key, value = split(linear(query, in_proj_weight, in_proj_bias), 3, axis=-1)
    else:
        weights = separate if use_separate_proj_weight else split(in_proj_weight, 3)
        biases = (None, None, None) if in_proj_bias is None else split(in_proj_bias, 3)
        query, key, value = map(linear, (query, key, value), weights, biases)

    *sizes, _ = shape(query)
    batch = sizes[batch_axis]
    mask = _additive_mask(query, attn_mask, key_padding_mask, batch, num_heads)
    if bias_k is not None:
        one = (batch, 1, embed_dim_to_check) if batch_first else (1, batch, embed_dim_to_check)
        key = concat([key, broadcast_to(bias_k, one)], axis=1 - batch_axis)
        value = concat([value, broadcast_to(bias_v, one)], axis=1 - batch_axis)
        mask = None if mask is None else pad(mask, (0, 1))
    query = _split_heads(query, num_heads, batch_first)
    key = _split_heads(key, num_heads, batch_first) if static_k is None else _unflatten_heads(static_k, num_heads)
    value = _split_heads(value, num_heads, batch_first) if static_v is None else _unflatten_heads(static_v, num_heads)
    if add_zero_attn:
        key, value = pad(key, (0, 0, 0, 1)), pad(value, (0, 0, 0, 1))
        mask = None if mask is None else pad(mask, (0, 1))

    dropout_p = dropout_p if training else 0.0
    if need_weights:
        scores = matmul(query / math.sqrt(query.shape[-1]), matrix_transpose(key))
        attention = dropout(softmax(scores if mask is None else scores + mask, -1), dropout_p)
        heads = matmul(attention, value)
    else:
        attention = None
        heads = scaled_dot_product_attention(query, key, value, mask, dropout_p)
    moved = permute_dims(heads, (0, 2, 1, 3) if batch_first else (2, 0, 1, 3))
    merged = reshape(moved, (*sizes, embed_dim_to_check))
    output = linear(merged, out_proj_weight, out_proj_bias)
    if attention is not None and average_attn_weights:
        attention = mean(attention, axis=1)
    if batched:
        return output, attention
    return squeeze(output, batch_axis), None if attention is None else squeeze(attention, 0)


def _split_heads(tensor: Array, num_heads: int, batch_first: bool) -> Array:
    """`(L, N, E)`, or `(N, L, E)` with the batch first, to `(N, H, L, E / H)`."""
    *sizes, size = shape(tensor)
    heads = reshape(tensor, (*sizes, num_heads, size // num_heads))
    return permute_dims(heads, (0, 2, 1, 3) if batch_first else (1, 2, 0, 3))


def _unflatten_heads(tensor: Array, num_heads: int) -> Array:
    """`(N * H, S, E / H)` to `(N, H, S, E / H)`."""
    _, length, size = shape(tensor)
    return reshape(tensor, (-1, num_heads, length, size))


def _additive_mask(
    query: Array, attn_mask: Array | None, key_padding_mask: Array | None, batch: int, num_heads: int
) -> Array | None:
    """Both masks in one that is added to scores of shape `(N, H, L, S)`; minus infinity where a query may not look."""
    if attn_mask is not None:
        attn_mask = _minus_infinity_where_true(attn_mask, query)
        if attn_mask.ndim == 3:
            attn_mask = reshape(attn_mask, (batch, num_heads, *shape(attn_mask)[1:]))
    if key_padding_mask is None:
        return attn_mask
    padding = expand_dims(expand_dims(_minus_infinity_where_true(key_padding_mask, query), 1), 1)
    return padding if attn_mask is None else attn_mask + padding


def _minus_infinity_where_true(mask: Array, like: Array) -> Array:
    kind = dtype_name(mask.dtype)
    if "int" in kind:
        raise TypeError(f"ops.multi_head_attention_forward expected masks of bool or of floating point, got {kind}")
    if kind != "bool":
        return astype(mask, like.dtype)
    return where(mask, -math.inf, zeros_like(mask, dtype=like.dtype))
