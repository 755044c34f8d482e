"""Two Hugging Face transformers, and the same by hand in Flax: what `convert` is held against."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import torch
import transformers
from flax import linen as nn

VOCABULARY, LENGTH, BATCH = 1000, 64, 8
WIDTH, HIDDEN, HEADS, BLOCKS = 256, 1024, 4, 4


def bert(blocks: int = BLOCKS) -> torch.nn.Module:
    """A BERT encoder with a pooler, without dropout."""
    configuration = transformers.BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        num_hidden_layers=blocks,
        num_attention_heads=HEADS,
        intermediate_size=HIDDEN,
        max_position_embeddings=LENGTH,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return transformers.BertModel(configuration, add_pooling_layer=False).eval()


def gpt2(blocks: int = BLOCKS) -> torch.nn.Module:
    """A GPT-2 decoder without its head and without dropout."""
    configuration = transformers.GPT2Config(
        vocab_size=VOCABULARY,
        n_embd=WIDTH,
        n_layer=blocks,
        n_head=HEADS,
        n_positions=LENGTH,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        use_cache=False,
    )
    return transformers.GPT2Model(configuration).eval()


TABLES = {"BERT": "embeddings.word_embeddings.weight", "GPT-2": "wte.weight"}
"""The name of the parameter that embeds the tokens, by which the loss also reads them off."""


class Attention(nn.Module):
    """Multi-head attention by JAX's own function."""

    causal: bool

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        heads = [nn.DenseGeneral((HEADS, WIDTH // HEADS), name=name)(x) for name in ("query", "key", "value")]
        attended = jax.nn.dot_product_attention(*heads, is_causal=self.causal)
        return nn.DenseGeneral(WIDTH, axis=(-2, -1), name="out")(attended)


class FlaxBert(nn.Module):
    """Post-norm blocks with an exact GELU."""

    @nn.compact
    def __call__(self, tokens: jax.Array) -> Any:
        embed = nn.Embed(VOCABULARY, WIDTH)
        x = embed(tokens) + nn.Embed(LENGTH, WIDTH)(jnp.arange(tokens.shape[1]))
        x = nn.LayerNorm(1e-12)(x + nn.Embed(2, WIDTH)(jnp.zeros_like(tokens)))
        for _ in range(BLOCKS):
            x = nn.LayerNorm(1e-12)(x + Attention(causal=False)(x))
            hidden = nn.gelu(nn.Dense(HIDDEN)(x), approximate=False)
            x = nn.LayerNorm(1e-12)(x + nn.Dense(WIDTH)(hidden))
        return x, embed.embedding


class FlaxGpt2(nn.Module):
    """Pre-norm blocks with GELU by tanh."""

    @nn.compact
    def __call__(self, tokens: jax.Array) -> Any:
        embed = nn.Embed(VOCABULARY, WIDTH)
        x = embed(tokens) + nn.Embed(LENGTH, WIDTH)(jnp.arange(tokens.shape[1]))
        for _ in range(BLOCKS):
            x = x + Attention(causal=True)(nn.LayerNorm(1e-5)(x))
            hidden = nn.gelu(nn.Dense(HIDDEN)(nn.LayerNorm(1e-5)(x)), approximate=True)
            x = x + nn.Dense(WIDTH)(hidden)
        return nn.LayerNorm(1e-5)(x), embed.embedding


MODELS = {"BERT": (bert, FlaxBert), "GPT-2": (gpt2, FlaxGpt2)}
