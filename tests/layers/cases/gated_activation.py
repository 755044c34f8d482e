"""Cases of the layers in `layers/gated_activation.py`."""

from __future__ import annotations

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = [
    case("GLU", (), {}, (3, 4)),
    case("GLU", (1,), {}, (2, 4, 3)),
]

WRONG_SHAPES = {"GLU": (lambda: nn.GLU(1), [(2, 3)], "with an even number of elements along axis 1")}
