"""Cases of the layers in `layers/feature_normalization.py`."""

from __future__ import annotations

from types import ModuleType

import torch

from bridge import layers as nn
from tests.layers.case import Case, case


def _adapted(nn: ModuleType) -> torch.nn.Module:
    layer = nn.Normalization(axis=(1, -1))
    layer.adapt(torch.arange(48.0).reshape(4, 3, 2, 2).sin())
    return layer


CASES: list[Case] = [
    case("Normalization", (), {"mean": [0.5, 1.0, 2.0], "variance": [1.0, 4.0, 0.25]}, (4, 3)),
    case("Normalization", (None,), {"mean": 2.0, "variance": 4.0}, lambda: (torch.arange(6).reshape(2, 3),)),
    case("Normalization", (1, [1.0, 2.0], [4.0, 0.0], True), {}, (3, 2, 5)),
    case("Normalization", ((1, 2),), {"mean": [3.0], "variance": [2.0]}, (2, 3, 4)),
    Case("Normalization", _adapted, lambda: (torch.randn(2, 3, 5, 2),)),
]

WRONG_SHAPES = {
    "Normalization": (
        lambda: nn.Normalization(mean=[0.0, 1.0], variance=[1.0, 1.0]),
        [(3, 1)],
        "with (2,) along the axes (-1,)",
    ),
}
