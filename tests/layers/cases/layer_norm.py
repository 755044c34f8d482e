"""Cases of the layers in `layers/layer_norm.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


for _kwargs in ({}, {"elementwise_affine": False}, {"bias": False}, {"eps": 0.1}):
    add("LayerNorm", ((3, 4),), _kwargs, (2, 3, 4))
for _kwargs in ({}, {"elementwise_affine": False}, {"eps": 0.1}):
    add("RMSNorm", (4,), _kwargs, (2, 3, 4))
for _kwargs in ({}, {"affine": False}, {"eps": 0.1}):
    add("GroupNorm", (2, 4), _kwargs, (2, 4, 3))

WRONG_SHAPES = {
    "LayerNorm": (lambda: nn.LayerNorm((3, 4)), [(2, 4)], "(*, 3, 4)"),
    "RMSNorm": (lambda: nn.RMSNorm(4), [(2, 5)], "(*, 4)"),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), [(2, 6, 3)], "(N, 4, *)"),
}
