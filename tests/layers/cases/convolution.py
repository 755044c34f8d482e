"""Cases of the layers in `layers/convolution.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


for _kwargs in (
    {},
    {"bias": False, "stride": 2, "padding": 1},
    {"groups": 2, "dilation": 2},
    {"padding": "same", "dilation": 2},
    {"padding": "valid"},
    {"padding": 1, "padding_mode": "reflect"},
    {"padding": 2, "padding_mode": "circular"},
    {"padding": "same", "padding_mode": "replicate"},
):
    add("Conv1d", (2, 4, 3), _kwargs, (2, 2, 7))
    add("Conv2d", (2, 4, 3), _kwargs, (2, 2, 6, 7))
    add("Conv3d", (2, 4, 3), _kwargs, (2, 2, 5, 6, 5))
add("Conv1d", (2, 4, 3), {}, (2, 7))
add("Conv2d", (2, 4, (1, 3)), {"stride": (2, 1), "padding": (0, 2)}, (2, 6, 7))
add("Conv3d", (2, 4, (1, 3, 2)), {"stride": (2, 1, 1), "padding": (0, 2, 1)}, (2, 4, 5, 3))

WRONG_SHAPES = {
    "Conv1d": (lambda: nn.Conv1d(4, 3, 2), [(2, 5, 6)], "(N, 4, L) or (4, L)"),
    "Conv2d": (lambda: nn.Conv2d(4, 3, 2), [(2, 5, 6, 6)], "(N, 4, H, W) or (4, H, W)"),
    "Conv3d": (lambda: nn.Conv3d(4, 3, 2), [(2, 5, 6, 6, 6)], "(N, 4, D, H, W) or (4, D, H, W)"),
}
