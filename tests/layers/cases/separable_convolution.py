"""Cases of the layers in `layers/separable_convolution.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("DepthwiseSeparableConv1d", (3, 5, 3), {}, (2, 3, 8))
add("DepthwiseSeparableConv1d", (3, 5, 3), {"padding": "same", "dilation": 2, "depth_multiplier": 2}, (3, 8))
add("DepthwiseSeparableConv2d", (3, 5, 3), {"stride": 2, "padding": 1, "bias": False}, (2, 3, 6, 5))
add("DepthwiseSeparableConv2d", (3, 5, (3, 2), 1, 1), {"padding_mode": "reflect"}, (2, 3, 6, 5))

WRONG_SHAPES = {
    "DepthwiseSeparableConv1d": (
        lambda: nn.DepthwiseSeparableConv1d(3, 4, 3),
        [(2, 2, 8)],
        "(N, 3, L) or (3, L)",
    ),
    "DepthwiseSeparableConv2d": (
        lambda: nn.DepthwiseSeparableConv2d(3, 4, 3),
        [(2, 2, 8, 8)],
        "(N, 3, H, W) or (3, H, W)",
    ),
}
