"""Grouped-query attention and the transformer block beside plain formulas in torch."""

from __future__ import annotations

import math

import pytest
import torch

import bridge
from bridge import layers as nn
from tests.helpers import assert_close, to_framework
from tests.layers.reference import assert_is

PADDING = torch.tensor([[False, False, False, True, True], [True, False, False, False, False]])


def attended(layer, query, key, value, blocked=None, added=None):
    """Each head of the queries looks at the head of keys that its group has, one head after another."""
    size = layer.head_dim
    q, k, v = layer.q_proj(query), layer.k_proj(key), layer.v_proj(value)
    heads = []
    for head in range(layer.num_heads):
        group = head * layer.num_kv_heads // layer.num_heads
        scores = q[..., head * size : (head + 1) * size] @ k[..., group * size : (group + 1) * size].mT
        scores = scores / math.sqrt(size) + (0 if added is None else added[head])
        if blocked is not None:
            scores = scores.masked_fill(blocked, -math.inf)
        heads.append(scores.softmax(-1) @ v[..., group * size : (group + 1) * size])
    return layer.out_proj(torch.cat(heads, -1))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("num_kv_heads", [4, 2, 1])
@pytest.mark.parametrize("is_causal", [False, True])
def test_self_attention(num_kv_heads, is_causal, bias):
    layer = nn.GroupedQueryAttention(8, 4, num_kv_heads, is_causal=is_causal, bias=bias)
    blocked = torch.ones(5, 5, dtype=torch.bool).triu(1) if is_causal else None
    assert_is(layer, lambda x: attended(layer, x, x, x, blocked), torch.randn(2, 5, 8))


def test_cross_attention_with_other_sizes():
    layer = nn.GroupedQueryAttention(8, 4, 2, head_dim=6, kdim=5, vdim=7)
    inputs = torch.randn(1, 3, 8), torch.randn(1, 4, 5), torch.randn(1, 4, 7)
    assert_is(layer, lambda *given: attended(layer, *given), *inputs)


@pytest.mark.parametrize("is_causal", [False, True])
@pytest.mark.parametrize("as_numbers", [False, True])
def test_masks(is_causal, as_numbers):
    layer = nn.GroupedQueryAttention(8, 4, 2, is_causal=is_causal)
    mask, added = torch.eye(5, dtype=torch.bool).roll(2, 0), torch.randn(4, 5, 5)
    seen = torch.arange(5)[:, None] < torch.arange(5) if is_causal else torch.zeros(5, 5, dtype=torch.bool)
    padding = PADDING[:1]
    blocked = seen | padding[:, None] | (False if as_numbers else mask)
    assert not blocked.all(-1).any(), "a softmax over nothing"
    assert_is(
        layer,
        lambda x: attended(layer, x, x, x, blocked, added if as_numbers else None),
        torch.randn(1, 5, 8),
        key_padding_mask=padding,
        attn_mask=added if as_numbers else mask,
    )


def test_the_weights_of_torchs_own_give_torchs_own_answer():
    theirs = torch.nn.MultiheadAttention(8, 2, batch_first=True)
    ours = nn.GroupedQueryAttention(8, 2)
    with torch.no_grad():
        for name, weight, bias in zip("qkv", theirs.in_proj_weight.chunk(3), theirs.in_proj_bias.chunk(3), strict=True):
            getattr(ours, f"{name}_proj").weight.copy_(weight)
            getattr(ours, f"{name}_proj").bias.copy_(bias)
    ours.out_proj.load_state_dict(theirs.out_proj.state_dict())
    x, mask = torch.randn(2, 5, 8), torch.ones(5, 5, dtype=torch.bool).triu(1)
    padding = torch.zeros(2, 5, dtype=torch.bool)
    padding[0, 3:] = True
    expected, _ = theirs(x, x, x, key_padding_mask=padding, attn_mask=mask)
    assert_close(ours(x, key_padding_mask=padding, attn_mask=mask), expected)


def test_rotary_turns_queries_and_keys():
    rotary = nn.RotaryEmbedding(4)
    layer, places = nn.GroupedQueryAttention(8, 2, rotary=rotary), torch.tensor([[0, 1, 2], [4, 9, 2]])

    def formula(x):
        q, k, v = (part(x).unflatten(-1, (2, 4)).transpose(1, 2) for part in (layer.q_proj, layer.k_proj, layer.v_proj))
        at = places[:, None].expand(2, 2, 3)
        weights = (rotary(q, at) @ rotary(k, at).mT / 2).softmax(-1)
        return layer.out_proj((weights @ v).transpose(1, 2).flatten(2))

    assert_is(layer, formula, torch.randn(2, 3, 8), positions=places)


def test_dropout_is_for_training():
    layer, x = nn.GroupedQueryAttention(8, 2, dropout=0.5), torch.randn(1, 5, 8)
    assert not torch.equal(layer(x), layer(x))
    layer.eval()
    assert_close(layer(x), attended(layer, x, x, x))


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"num_heads": 3, "head_dim": 4, "num_kv_heads": 2}, "num_kv_heads to divide num_heads, got 2 and 3"),
        ({"num_heads": 3}, "num_heads to divide embed_dim, got 3 and 8"),
        ({"num_heads": 2, "dropout": 1.5}, "dropout to be at least 0 and below 1, got 1.5"),
    ],
)
def test_bad_arguments(kwargs, text):
    with pytest.raises(ValueError, match=f"^GroupedQueryAttention expected {text}"):
        nn.GroupedQueryAttention(8, **kwargs)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
def test_a_cache_of_another_layer_is_named(framework):
    x = to_framework(torch.ones(1, 2, 8), framework)
    cache = nn.GroupedQueryAttention(8, 4, 1).empty_cache(x, 4)
    with pytest.raises(bridge.InputShapeError, match=r"\(N, 2, max_length, 2\) as the keys of its cache, got \(1, 1, "):
        nn.GroupedQueryAttention(8, 4, 2)(x, cache=cache)


@pytest.mark.parametrize("norm", ["rms", "layer"])
@pytest.mark.parametrize("cross", [False, True])
def test_a_block_is_its_parts_behind_norms(norm, cross):
    """Xiong et al., figure 1 b: the normalisation stands inside the shortcut."""
    block = nn.TransformerBlock(8, 4, 2, norm=norm, cross_attention=cross, feed_forward=nn.FeedForward(8), bias=True)
    for part in block.modules():
        if isinstance(part, torch.nn.LayerNorm | torch.nn.RMSNorm):
            torch.nn.init.normal_(part.weight)

    def normed(x, layer):
        if norm == "rms":
            return x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt() * layer.weight
        centred = x - x.mean(-1, keepdim=True)
        return centred / (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt() * layer.weight + layer.bias

    def formula(x, *memory):
        hidden = normed(x, block.attention_norm)
        x = x + attended(block.attention, hidden, hidden, hidden)
        for each in memory:
            x = x + attended(block.cross_attention, normed(x, block.cross_attention_norm), each, each)
        hidden = block.feed_forward.up_proj(normed(x, block.feed_forward_norm))
        return x + block.feed_forward.down_proj(torch.nn.functional.gelu(hidden))

    inputs = (torch.randn(2, 5, 8), torch.randn(2, 3, 8))
    assert_is(block, formula, *inputs[: 1 + cross])


def test_a_block_says_what_it_lacks():
    x = torch.ones(1, 2, 8)
    with pytest.raises(ValueError, match="^TransformerBlock expected a norm of rms, layer, got 'batch'"):
        nn.TransformerBlock(8, 2, norm="batch")
    with pytest.raises(ValueError, match="expected a memory, or a cache of one, got neither"):
        nn.TransformerBlock(8, 2, cross_attention=True)(x)
    with pytest.raises(ValueError, match="expected no memory, got one"):
        nn.TransformerBlock(8, 2)(x, x)
    with pytest.raises(ValueError, match=r"empty_cache expected a memory_length, got None"):
        nn.TransformerBlock(8, 2, cross_attention=True).empty_cache(x, 4)
    with pytest.raises(ValueError, match=r"empty_cache expected no memory_length, got 3"):
        nn.TransformerBlock(8, 2).empty_cache(x, 4, 3)


def test_a_block_writes_itself_down():
    block = nn.TransformerBlock(8, 4, 2, feed_forward=nn.GEGLU(8, 5), is_causal=True, rotary=nn.RotaryEmbedding(2))
    twin = nn.TransformerBlock.from_config(block.get_config())
    assert repr(twin) == repr(block)
    twin.load_state_dict(block.state_dict(), strict=True)
    x = torch.randn(1, 3, 8)
    assert torch.equal(twin(x), block(x))
