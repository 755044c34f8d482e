"""Cases of the layers in `layers/grouped_query_attention.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_NAME = "GroupedQueryAttention"
_PADDING = torch.tensor([[False, False, True, False], [False, False, False, True]])
_BLOCKED = torch.triu(torch.ones(4, 4, dtype=torch.bool), 1)
_BIASES = torch.linspace(-1, 1, 64).reshape(4, 4, 4)


def _with(**masks: torch.Tensor) -> Any:
    """The inputs and a run with masks, which stand behind the input."""
    names = list(masks)
    inputs = lambda: (torch.randn(2, 4, 8), *masks.values())  # noqa: E731
    return inputs, lambda module, x, *given: module(x, **dict(zip(names, given, strict=True)))


def _in_steps(module: Any, x: Any) -> Any:
    cache = module.empty_cache(x, 6)
    first, cache = module(x[:, :3], cache=cache)
    second, cache = module(x[:, 3:], cache=cache)
    return first, second, cache


def _with_what_is_held(module: Any, query: Any, memory: Any) -> Any:
    _, cache = module(query, memory, cache=module.empty_cache(query, 5))
    return module(query, cache=cache, append=False)


add(_NAME, (8, 4), {"bias": False}, (2, 5, 8))
add(_NAME, (8, 4, 2), {"is_causal": True, "rotary": nn.RotaryEmbedding(2)}, (1, 5, 8))
add(_NAME, (8, 4, 1), {"head_dim": 4, "rotary": nn.RotaryEmbedding(2, interleaved=True)}, (2, 3, 8))
add(_NAME, (8, 2), {"kdim": 5, "vdim": 6}, [(2, 3, 8), (2, 4, 5), (2, 4, 6)])
add(_NAME, (8, 4, 2), {"dropout": 0.5}, (2, 3, 8), random=True)
add(_NAME, (8, 4, 2), {}, *_with(key_padding_mask=_PADDING))
add(_NAME, (8, 4, 2), {"is_causal": True}, *_with(key_padding_mask=_PADDING))
add(_NAME, (8, 4, 2), {}, *_with(key_padding_mask=_PADDING, attn_mask=_BLOCKED))
add(_NAME, (8, 4, 2), {"is_causal": True}, *_with(attn_mask=_BIASES))
add(_NAME, (8, 4, 2), {"rotary": nn.RotaryEmbedding(2)}, *_with(positions=torch.tensor([[0, 1, 2, 3], [9, 0, 1, 2]])))
add(_NAME, (8, 4, 2), {"is_causal": True, "rotary": nn.RotaryEmbedding(2)}, (2, 4, 8), _in_steps)
add(_NAME, (8, 4, 2), {}, (2, 4, 8), _in_steps)
add(_NAME, (8, 4, 2), {"kdim": 6, "vdim": 6}, [(2, 3, 8), (2, 4, 6)], _with_what_is_held)

WRONG_SHAPES = {
    _NAME: (lambda: nn.GroupedQueryAttention(8, 4, 2), [(2, 3, 6)], "(N, L, 8) as its query"),
}
