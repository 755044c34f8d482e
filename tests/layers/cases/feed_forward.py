"""Cases of the layers in `layers/feed_forward.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


for _activation in ("gelu", "gelu_tanh", "relu", "silu", "squared_relu"):
    add("FeedForward", (4,), {"activation": _activation}, (2, 3, 4))
add("FeedForward", (4, 6), {"bias": False, "dropout": 0.5}, (1, 4), random=True)
for _name in ("SwiGLU", "GEGLU"):
    add(_name, (4,), {}, (2, 3, 4))
    add(_name, (4, 5), {"bias": True}, (4,))
    add(_name, (4, 5), {"dropout": 0.5}, (1, 3, 4), random=True)

WRONG_SHAPES = {
    "FeedForward": (lambda: nn.FeedForward(4), [(2, 5)], "(*, 4)"),
    "SwiGLU": (lambda: nn.SwiGLU(4), [(2, 5)], "(*, 4)"),
    "GEGLU": (lambda: nn.GEGLU(4), [(2, 5)], "(*, 4)"),
}
