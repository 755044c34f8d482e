"""Cases of the layers in `layers/convnext.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("ConvNeXtBlock", (4,), {"layer_scale": 0.5}, (2, 4, 5, 6))
add("ConvNeXtBlock", (4,), {"kernel_size": 3, "expansion": 2, "layer_scale": None, "eps": 0.1}, (1, 4, 5, 6))
add("ConvNeXtBlock", (4,), {"drop_path": 0.5, "layer_scale": 1.0}, (3, 4, 7, 7), random=True)

WRONG_SHAPES = {"ConvNeXtBlock": (lambda: nn.ConvNeXtBlock(4), [(2, 3, 8, 8)], "(N, 4, H, W)")}
