"""Cases of the layers in `layers/preprocessing.py`."""

from __future__ import annotations

import torch

from tests.layers.case import Case, case


def _tokens() -> tuple[torch.Tensor, ...]:
    return (torch.tensor([[0, 3, 3], [1, 4, -1]]),)


def _weighted() -> tuple[torch.Tensor, ...]:
    return (*_tokens(), torch.randn(2, 3))


CASES: list[Case] = [
    case("Rescaling", (0.5,), {}, (2, 3)),
    case("Rescaling", (1 / 127.5, -1), {}, lambda: (torch.arange(12, dtype=torch.uint8).reshape(3, 4),)),
    case("Rescaling", ([0.5, 2.0, 1.0], [[1.0], [2.0]]), {"dtype": torch.float64}, (2, 3)),
    case("CategoryEncoding", (4,), {}, _tokens),
    case("CategoryEncoding", (4,), {"output_mode": "one_hot"}, lambda: (torch.tensor([[3], [1]]),)),
    case("CategoryEncoding", (4, "one_hot"), {"dtype": torch.float64}, _tokens),
    case("CategoryEncoding", (4, "count"), {}, _tokens),
    case("CategoryEncoding", (5, "count"), {}, _weighted),
]

ANY_SHAPE = {"CategoryEncoding", "Rescaling"}
