"""Cases of the layers in `layers/linear.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("Linear", (4, 3), {}, (2, 4))
add("Linear", (4, 3), {"bias": False}, (2, 5, 4))
add("Linear", (4, 3), {}, (4,))
add("Bilinear", (2, 4, 3), {}, [(5, 2), (5, 4)])
add("Bilinear", (2, 4, 3), {"bias": False}, [(2, 5, 2), (2, 5, 4)])
add("Bilinear", (2, 4, 3), {}, [(2,), (4,)])

WRONG_SHAPES = {
    "Bilinear": (lambda: nn.Bilinear(2, 4, 3), [(5, 2), (6, 4)], "(6, 2)"),
    "Linear": (lambda: nn.Linear(4, 3), [(2, 5)], "(*, 4)"),
}
