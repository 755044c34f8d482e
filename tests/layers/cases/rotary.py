"""Cases of the layers in `layers/rotary.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("RotaryEmbedding", (8,), {}, (2, 3, 4, 8))
add("RotaryEmbedding", (4, 100.0), {"interleaved": True}, (5, 8))
add("RotaryEmbedding", (8,), {}, lambda: (torch.randn(1, 4, 8), torch.tensor([7, 0, 3, 3])))
add(
    "RotaryEmbedding",
    (6,),
    {},
    lambda: (torch.randn(2, 3, 4, 8), torch.tensor(5)),
    lambda module, x, offset: module(x, offset=offset),
)

WRONG_SHAPES = {
    "RotaryEmbedding": (lambda: nn.RotaryEmbedding(8), [(3, 6)], "(*, L, E) with E at least 8"),
}
