"""Cases of the layers in `layers/composition.py`."""

from __future__ import annotations

import torch

from bridge import layers as nn
from bridge import ops
from tests.layers.case import Case, case


def scaled(x: torch.Tensor, factor: float = 1.0) -> torch.Tensor:
    return ops.tanh(x) * factor


CASES: list[Case] = [
    case("Lambda", (ops.relu,), {}, (2, 3)),
    case("Lambda", (scaled,), {"factor": 2.0}, (2, 3)),
    Case("Residual", lambda nn: nn.Residual(nn.Linear(4, 4)), lambda: (torch.randn(2, 4),)),
    Case("Residual", lambda nn: nn.Residual(nn.Linear(4, 3), nn.Linear(4, 3)), lambda: (torch.randn(2, 4),)),
    Case("Parallel", lambda nn: nn.Parallel(nn.Linear(4, 3), nn.Tanh()), lambda: (torch.randn(2, 4),)),
]

WRONG_SHAPES = {
    "Residual": (lambda: nn.Residual(nn.Linear(4, 1)), [(2, 4)], "(2, 1), as its layer returns,"),
}

ANY_SHAPE = {"Lambda", "Parallel"}  # their functions and layers say it
