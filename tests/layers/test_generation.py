"""A decoder that generates token by token from its caches: the answers of one pass over all, by one trace."""

from __future__ import annotations

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from tests.helpers import COMPILERS, assert_close, to_framework, to_numpy
from tests.layers.reference import counted

LENGTH = 10


class Decoder(bridge.Layer):
    """Two blocks over an embedding, with a cache for each."""

    def __init__(self, cross_attention: bool = False) -> None:
        super().__init__()
        options = {"is_causal": True, "rotary": nn.RotaryEmbedding(4), "cross_attention": cross_attention}
        self.embedding = nn.Embedding(13, 16)
        self.blocks = nn.ModuleList([nn.TransformerBlock(16, 4, 2, **options) for _ in range(2)])
        self.norm = nn.RMSNorm(16)
        self.head = nn.Linear(16, 13, bias=False)

    def forward(self, tokens, caches=None, memory=None):
        x, new = self.embedding(tokens), []
        for block, cache in zip(self.blocks, caches or (None, None), strict=True):
            if cache is None:
                x = block(x, memory)
            else:
                x, cache = block(x, memory, cache=cache)
                new.append(cache)
        logits = self.head(self.norm(x))
        return logits if caches is None else (logits, tuple(new))

    def empty_caches(self, like, memory_length=None):
        return tuple(block.empty_cache(like, LENGTH, memory_length) for block in self.blocks)


@pytest.mark.parametrize("prompt", [1, 4])
@pytest.mark.parametrize("framework", COMPILERS)
def test_generation_equals_one_pass_and_is_traced_once(framework, prompt):
    model = Decoder().eval()
    tokens = torch.randint(13, (2, LENGTH))
    expected = model(tokens)
    step, traces = counted(framework, model)
    given = to_framework(tokens, framework)
    like = to_framework(torch.zeros(2, 1), framework)
    with torch.no_grad():
        logits, caches = model(given[:, :prompt], model.empty_caches(like))
        outputs = [logits]
        for place in range(prompt, LENGTH):
            logits, caches = step(given[:, place : place + 1], caches)
            outputs.append(logits)
    assert_close(numpy.concatenate(to_numpy(outputs), 1), expected.detach())
    assert len(traces) == 1
    assert [int(cache.attention.position) for cache in caches] == [LENGTH, LENGTH]


@pytest.mark.parametrize("framework", COMPILERS)
def test_a_memory_is_looked_at_from_the_cache(framework):
    model = Decoder(cross_attention=True).eval()
    tokens, memory = torch.randint(13, (1, 5)), torch.randn(1, 3, 16)
    expected = model(tokens, memory=memory)
    step, traces = counted(framework, model)
    given, seen = to_framework(tokens, framework), to_framework(memory, framework)
    with torch.no_grad():
        other = model.empty_caches(seen, 3)
        _, (first, second) = model(given[:, :1], other, seen * 2)  # a memory of before, which the new one replaces
        caches = tuple(cache._replace(memory=used.memory) for cache, used in zip(other, (first, second), strict=True))
        logits, caches = model(given[:, :1], caches, seen)
        outputs = [logits]
        for place in range(1, 5):
            logits, caches = step(given[:, place : place + 1], caches)
            outputs.append(logits)
    assert_close(numpy.concatenate(to_numpy(outputs), 1), expected.detach())
    assert len(traces) == 1


def test_padding_on_the_left_changes_nothing():
    attention = nn.GroupedQueryAttention(8, 2, is_causal=True, rotary=nn.RotaryEmbedding(4))
    x, padding = torch.randn(1, 3, 8), torch.zeros(1, 6, dtype=torch.bool)
    padding[:, :2] = True
    padded = torch.cat([torch.randn(1, 2, 8), x], 1)
    cache = attention.empty_cache(x, 6)
    _, cache = attention(padded[:, :4], key_padding_mask=padding, cache=cache)
    last, cache = attention(padded[:, 4:], key_padding_mask=padding, cache=cache)
    assert_close(last, attention(x)[:, 2:])


@pytest.mark.parametrize("framework", COMPILERS)
def test_linear_biases_follow_the_cache(framework):
    attention, alibi = nn.GroupedQueryAttention(8, 2, is_causal=True), nn.ALiBi(2)
    x = torch.randn(1, 5, 8)
    expected = attention(x, attn_mask=alibi(x))

    def step(token, cache):
        return attention(token, attn_mask=alibi(token, cache.keys, cache.position), cache=cache)

    given = to_framework(x, framework)
    run, traces = counted(framework, step)
    cache, outputs = attention.empty_cache(given, 7), []
    with torch.no_grad():
        for place in range(5):
            output, cache = run(given[:, place : place + 1], cache)
            outputs.append(output)
    assert_close(numpy.concatenate(to_numpy(outputs), 1), expected.detach())
    assert len(traces) == 1


def test_a_full_cache_takes_no_more():
    attention = nn.GroupedQueryAttention(8, 2)
    x = torch.ones(1, 2, 8)
    _, cache = attention(x, cache=attention.empty_cache(x, 3))
    with pytest.raises(IndexError, match=r"slice_update.*out of bounds"):
        attention(x, cache=cache)
    given = tf.ones((1, 2, 8))
    _, cache = attention(given, cache=attention.empty_cache(given, 3))
    with pytest.raises(ValueError, match=r"slice_update.*must be non-negative"):
        attention(given, cache=cache)
    given = jax.numpy.ones((1, 2, 8))
    _, cache = attention(given, cache=attention.empty_cache(given, 3))
    output, cache = attention(given, cache=cache)
    assert numpy.isnan(output).all(), "JAX cannot raise it, and must not answer as if it were right"
    with pytest.raises(ValueError, match="^KeyValueCache expected at most its max_length of 3 keys, got 4"):
        attention(jax.numpy.ones((1, 4, 8)), cache=attention.empty_cache(given, 3))
