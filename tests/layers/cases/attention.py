"""Cases of the layers in `layers/attention.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _attend(*masks: str, **kwargs: Any) -> Callable[..., Any]:
    """Runs attention with the inputs behind query, key and value as the masks named."""
    return lambda module, *inputs: module(*inputs[:3], **dict(zip(masks, inputs[3:], strict=True)), **kwargs)


_FLOAT_MASK = torch.linspace(-1, 1, 12).reshape(3, 4)
_CAUSAL = torch.triu(torch.ones(3, 4, dtype=torch.bool), 1)
_PADDING = torch.tensor([[False, False, True, False], [False, False, False, True]])
_QKV = [(3, 2, 8), (4, 2, 8), (4, 2, 8)]


def _with(*masks: torch.Tensor) -> Callable[[], tuple[torch.Tensor, ...]]:
    return lambda: (*(torch.randn(shape) for shape in _QKV), *(mask.clone() for mask in masks))


add("MultiheadAttention", (8, 2), {}, _QKV)
add("MultiheadAttention", (8, 2), {"bias": False, "dropout": 0.4}, _QKV, random=True)
add("MultiheadAttention", (8, 2), {"add_bias_kv": True}, _with(_PADDING), _attend("key_padding_mask"))
add("MultiheadAttention", (8, 2), {"add_zero_attn": True}, _with(_CAUSAL), _attend("attn_mask"))
add(
    "MultiheadAttention",
    (8, 2),
    {},
    _with(_PADDING, _CAUSAL),
    _attend("key_padding_mask", "attn_mask", average_attn_weights=False),
)
add("MultiheadAttention", (8, 2), {"dropout": 0.4}, _QKV, _attend(need_weights=False), random=True)
add("MultiheadAttention", (8, 2), {}, _with(_FLOAT_MASK), _attend("attn_mask", need_weights=False))
add("MultiheadAttention", (8, 2), {"kdim": 5, "vdim": 6}, [(3, 2, 8), (4, 2, 5), (4, 2, 6)])
add("MultiheadAttention", (8, 2), {"batch_first": True}, [(2, 3, 8), (2, 4, 8), (2, 4, 8)])
add("MultiheadAttention", (8, 2), {"batch_first": True}, (2, 3, 8), lambda module, x: module(x, x, x))
add("MultiheadAttention", (8, 2), {"batch_first": True}, [(3, 8), (4, 8), (4, 8)])

WRONG_SHAPES = {
    "MultiheadAttention": (lambda: nn.MultiheadAttention(4, 2), [(3, 2, 5)] * 3, "(L, N, 4) or (L, 4) as its query"),
}
