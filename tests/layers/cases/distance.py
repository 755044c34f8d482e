"""Cases of the layers in `layers/distance.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("PairwiseDistance", (), {}, [(3, 4), (3, 4)])
add("PairwiseDistance", (1.0,), {"eps": 1e-3, "keepdim": True}, [(2, 3, 4), (1, 4)])
add("PairwiseDistance", (float("inf"),), {}, [(4,), (4,)])
add("CosineSimilarity", (), {}, [(3, 4), (3, 4)])
add("CosineSimilarity", (-2, 0.5), {}, [(2, 3, 4), (3, 1)])
add("CosineSimilarity", (0,), {}, [(4,), (4,)])

WRONG_SHAPES = {
    "CosineSimilarity": (
        lambda: nn.CosineSimilarity(2),
        [(2, 3), (2, 3)],
        "that broadcasts with the other's, (2, 3), to one with an axis 2",
    ),
    "PairwiseDistance": (
        nn.PairwiseDistance,
        [(2, 3), (2, 4)],
        "that broadcasts with the other's, (2, 4), to one with an axis -1",
    ),
}

WITHOUT_ENTRY = {"CosineSimilarity": "module_db has no entry", "PairwiseDistance": "module_db has no entry"}
