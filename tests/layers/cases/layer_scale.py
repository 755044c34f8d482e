"""Cases of the layers in `layers/layer_scale.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("LayerScale", (3,), {}, (2, 4, 3))
add("LayerScale", (3, 0.5), {"axis": 1}, (2, 3, 4, 5))
add("LayerScale", (3, 0.5), {"axis": -3}, (3, 4, 5))

WRONG_SHAPES = {"LayerScale": (lambda: nn.LayerScale(4), [(2, 1)], "(*, 4)")}
