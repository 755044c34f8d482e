"""Cases of the layers in `layers/softmax.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


for _name in ("Softmax", "Softmin", "LogSoftmax"):
    for _dim in (0, 1, -1):
        add(_name, (_dim,), {}, (2, 3, 4))
add("Softmax2d", (), {}, (2, 3, 4, 5))
add("Softmax2d", (), {}, (3, 4, 5))

WRONG_SHAPES = {
    "LogSoftmax": (lambda: nn.LogSoftmax(-3), [(2, 3)], "with an axis -3"),
    "Softmax": (lambda: nn.Softmax(2), [(2, 3)], "with an axis 2"),
    "Softmax2d": (nn.Softmax2d, [(2, 2, 3, 4, 5)], "(N, C, H, W) or (C, H, W)"),
    "Softmin": (lambda: nn.Softmin(2), [(2, 3)], "with an axis 2"),
}
