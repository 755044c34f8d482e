"""Cases of the layers in `layers/regression_loss.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_READS: dict[str, Any] = {
    "beyond": {"compile": "[Dd]ata-dependent", "export": "[Dd]ata-dependent"},
    "vmap": "data-dependent",
}

for _reduction in ("mean", "sum", "none"):
    _kwargs = {"reduction": _reduction}
    add("L1Loss", (), _kwargs, [(3, 4), (3, 4)])
    add("MSELoss", (), _kwargs, [(3, 4), (3, 4)])
    add("SmoothL1Loss", (), _kwargs, [(3, 4), (3, 4)])
    add("HuberLoss", (), _kwargs, [(3, 4), (3, 4)])
    add("PoissonNLLLoss", (), _kwargs, lambda: (torch.randn(3, 4), 4 * torch.rand(3, 4)))
    add("GaussianNLLLoss", (), _kwargs, lambda: (*torch.randn(2, 3, 4), torch.rand(3, 4)), **_READS)
add("SmoothL1Loss", (), {"beta": 0.3}, [(5,), (5,)])
add("SmoothL1Loss", (), {"beta": 0}, [(5,), (5,)])
add("HuberLoss", (), {"delta": 0.3}, [(5,), (5,)])
add("PoissonNLLLoss", (), {"full": True}, lambda: (torch.randn(3, 4), 4 * torch.rand(3, 4)))
add("PoissonNLLLoss", (False,), {"eps": 1e-3}, lambda: (torch.rand(3, 4), 4 * torch.rand(3, 4)))
for _shape in ((3, 4), (3, 1), (3,)):
    add(
        "GaussianNLLLoss",
        (),
        {"full": True, "eps": 0.2},
        lambda shape=_shape: (*torch.randn(2, 3, 4), torch.rand(shape)),
        **_READS,
    )
add("GaussianNLLLoss", (), {}, [(3, 4), (3, 4)], lambda loss, input, target: loss(input, target, 0.5))

WRONG_SHAPES: dict[str, Any] = {
    name: (lambda name=name: getattr(nn, name)(), [(4, 3), (5, 3), (4, 3)][:count], "(4, 3) as its target")
    for name, count in {
        "GaussianNLLLoss": 3,
        "HuberLoss": 2,
        "L1Loss": 2,
        "MSELoss": 2,
        "PoissonNLLLoss": 2,
        "SmoothL1Loss": 2,
    }.items()
}
