"""Cases of the layers in `layers/discretization.py`."""

from __future__ import annotations

from types import ModuleType

import torch

from tests.layers.case import Case, case


def _adapted(nn: ModuleType) -> torch.nn.Module:
    layer = nn.Discretization(num_bins=3)
    layer.adapt(torch.arange(30.0))
    return layer


CASES: list[Case] = [
    case("Discretization", ([-1.0, 0.0, 0.5],), {}, (4, 3)),
    case("Discretization", ([-1.0, 0.0, 0.5],), {"output_mode": "one_hot"}, (4, 1)),
    case("Discretization", ([-1.0, 0.0, 0.5],), {"output_mode": "multi_hot"}, (4, 3)),
    case("Discretization", ([0.0],), {"output_mode": "count", "dtype": torch.float64}, (4, 3)),
    Case("Discretization", _adapted, lambda: (torch.arange(12).reshape(3, 4) * 2,)),
]

ANY_SHAPE = {"Discretization"}
