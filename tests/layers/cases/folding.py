"""Cases of the layers in `layers/folding.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_WINDOWS = {"dilation": (1, 2), "padding": (1, 0), "stride": (2, 1)}
add("Unfold", (2,), {}, (2, 3, 4, 5))
add("Unfold", ((2, 3),), _WINDOWS, (2, 3, 4, 7))
add("Unfold", (3,), {"padding": 1}, (2, 3, 4))
add("Fold", (4, 2), {}, (2, 12, 9))
add("Fold", ((4, 7), (2, 3)), _WINDOWS, (2, 12, 9))
add("Fold", (3, 2), {"stride": 1}, (8, 4))

WRONG_SHAPES = {
    "Fold": (lambda: nn.Fold(4, 2), [(2, 12, 8)], "(N, C * 4, 9) or (C * 4, 9)"),
    "Unfold": (lambda: nn.Unfold(3), [(1, 2, 2, 5)], "(N, C, H, W) or (C, H, W), which a block fits in"),
}

WITHOUT_ENTRY = {"Fold": "module_db has no entry", "Unfold": "module_db has no entry"}
