"""Cases of the layers in `layers/ranking_loss.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from bridge import ops
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _signs(*shape: int) -> torch.Tensor:
    return torch.randn(shape).sign()


def _largest(first: Any, second: Any) -> Any:
    return ops.max(ops.abs(first - second), axis=-1)


class Cosine(nn.Module):
    """A distance that has a weight."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.7))

    def forward(self, first: Any, second: Any) -> Any:
        return 1 - self.scale * ops.cosine_similarity(first, second, axis=-1)


_NO_HALF = {"dtypes": "not implemented for 'BFloat16'"}
_WEIGHT = torch.tensor([0.5, 2.0, 1.0, 0.1])
_LABELS = torch.tensor([[1, 3, -1, 0], [2, -1, 1, 1], [0, 1, 2, 3]])
for _kwargs in ({}, {"margin": 0.3, "reduction": "none"}, {"margin": 0.5, "reduction": "sum"}):
    add("CosineEmbeddingLoss", (), _kwargs, lambda: (*torch.randn(2, 3, 4), _signs(3)))
    add("HingeEmbeddingLoss", (), _kwargs, lambda: (torch.randn(3, 4), _signs(3, 4)))
    add("MarginRankingLoss", (), _kwargs, lambda: (*torch.randn(2, 3, 4), _signs(3, 4)))
    add("MultiMarginLoss", (), _kwargs, lambda: (torch.randn(3, 4), torch.tensor([1, 3, 0])), **_NO_HALF)
    _triplet = {**_kwargs, "margin": _kwargs.get("margin", 1.0), "swap": bool(_kwargs)}
    add("TripletMarginLoss", (), _triplet, [(5, 4)] * 3)
    add("TripletMarginWithDistanceLoss", (), _triplet, [(5, 4)] * 3)
add("CosineEmbeddingLoss", (), {}, lambda: (*torch.randn(2, 4), torch.tensor(-1.0)))
add(
    "MultiMarginLoss", (), {"p": 2, "weight": _WEIGHT}, lambda: (torch.randn(3, 4), torch.tensor([1, 3, 0])), **_NO_HALF
)
for _reduction in ("mean", "sum", "none"):
    add("MultiLabelMarginLoss", (), {"reduction": _reduction}, lambda: (torch.randn(3, 4), _LABELS), **_NO_HALF)
add("MultiLabelMarginLoss", (), {}, lambda: (torch.randn(4), _LABELS[0]), **_NO_HALF)
add("TripletMarginLoss", (), {"p": 1, "eps": 1e-3}, [(5, 4)] * 3)
add("TripletMarginWithDistanceLoss", (), {"distance_function": _largest}, [(5, 4)] * 3)
CASES.append(
    Case(
        "TripletMarginWithDistanceLoss",
        lambda nn: nn.TripletMarginWithDistanceLoss(distance_function=Cosine(), swap=True),
        lambda: tuple(torch.randn(3, 5, 4)),
    )
)
add(
    "TripletMarginWithDistanceLoss",
    (),
    {"distance_function": torch.nn.PairwiseDistance(1, eps=0.1, keepdim=True)},
    [(5, 4)] * 3,
)

WITHOUT_ENTRY = {
    "TripletMarginLoss": "module_db has none",
    "TripletMarginWithDistanceLoss": "module_db has none",
}
WRONG_SHAPES: dict[str, Any] = {
    "CosineEmbeddingLoss": (lambda: nn.CosineEmbeddingLoss(), [(4, 3), (5, 3), (4,)], "(4, 3) as its input2"),
    "HingeEmbeddingLoss": (lambda: nn.HingeEmbeddingLoss(), [(4, 3), (5, 3)], "(4, 3) as its target"),
    "MarginRankingLoss": (lambda: nn.MarginRankingLoss(), [(4, 3), (3,), (4, 3)], "(4, 3) as its input2"),
    "MultiLabelMarginLoss": (lambda: nn.MultiLabelMarginLoss(), [(4, 3), (5, 3)], "(4, 3) as its target"),
    "MultiMarginLoss": (lambda: nn.MultiMarginLoss(), [(4, 3), (5,)], "(4,) as its target"),
    "TripletMarginLoss": (lambda: nn.TripletMarginLoss(), [(4, 3), (3,), (4, 3)], "(4, 3) as its positive"),
    "TripletMarginWithDistanceLoss": (
        lambda: nn.TripletMarginWithDistanceLoss(),
        [(4, 3), (3,), (4, 3)],
        "(4, 3) as its positive",
    ),
}
