"""Cases of the layers in `layers/transformer_block.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_NAME = "TransformerBlock"


def _moe(**kwargs: Any) -> Any:
    return {"feed_forward": nn.MixtureOfExperts(8, 4, 3, **kwargs)}


def _in_steps(module: Any, x: Any, *memory: Any) -> Any:
    cache = module.empty_cache(x, 6, *(each.shape[1] for each in memory))
    first, cache = module(x[:, :3], *memory, cache=cache)
    second, cache = module(x[:, 3:], cache=cache)
    return first, second, cache


add(_NAME, (8, 2), {}, (2, 3, 8))
add(_NAME, (8, 4, 2), {"norm": "layer", "bias": True, "is_causal": True}, (1, 3, 8))
add(_NAME, (8, 4, 2), {"dropout": 0.5, "feed_forward": nn.FeedForward(8)}, (2, 3, 8), random=True)
add(_NAME, (8, 4, 2), {"cross_attention": True, "is_causal": True}, [(2, 3, 8), (2, 4, 8)])
add(_NAME, (8, 4, 2), {"is_causal": True, "rotary": nn.RotaryEmbedding(2)}, (2, 5, 8), _in_steps)
add(
    _NAME,
    (8, 4, 2),
    {"cross_attention": True, "is_causal": True, "rotary": nn.RotaryEmbedding(2)},
    [(2, 4, 8), (2, 3, 8)],
    _in_steps,
)
add(
    _NAME,
    (8, 4, 2),
    {"cross_attention": True},
    lambda: (
        torch.randn(2, 3, 8),
        torch.randn(2, 2, 8),
        torch.tensor([[False, True, False], [False, False, False]]),
        torch.tensor([[False, True], [False, False]]),
    ),
    lambda module, x, memory, padding, memory_padding: module(x, memory, padding, None, memory_padding),
)
add(_NAME, (8, 2), _moe(), (2, 3, 8), lambda module, x: module(x, need_loss=True))

WRONG_SHAPES = {
    _NAME: (lambda: nn.TransformerBlock(8, 2), [(2, 3, 6)], "(N, L, 8)"),
}
