"""Cases for random ops, in what does not depend on chance; `test_random.py` has the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from tests.ops.case import Case, case, floats


def _without_chance(function: Callable[..., Any], *shapes: tuple[int, ...]) -> list[Case]:
    """Nothing is dropped, or all of it."""
    return [
        *(case(function, floats(*shape), 0.5, training=False) for shape in shapes),
        *(case(function, floats(*shape), p=0.0, training=True) for shape in shapes),
        *(case(function, floats(*shape), 1.0, True) for shape in shapes),
    ]


def _drop_path(input: torch.Tensor, p: float = 0.5, training: bool = True) -> torch.Tensor:
    return F.dropout(input, p, training)


def _random() -> dict[str, list[Case]]:
    """What does not depend on chance; `test_random.py` has the rest."""
    return {
        "alpha_dropout": _without_chance(F.alpha_dropout, (2, 3), (), (0, 2)),
        "bernoulli_mask": [
            case(lambda input, p: torch.full_like(input, p, dtype=torch.bool), floats(2, 3), p) for p in (0.0, 1.0)
        ],
        "drop_path": _without_chance(_drop_path, (2, 3), (1,), (0, 2)),
        "dropout": [
            case(F.dropout, floats(2, 3), 0.5, training=False),
            case(F.dropout, floats(2, 3), p=0.0),
            case(F.dropout, floats(2, 3), 1.0),
        ],
        "dropout1d": _without_chance(F.dropout1d, (2, 3, 4), (3, 4), (0, 2, 3)),
        "dropout2d": _without_chance(F.dropout2d, (2, 3, 4, 2), (1, 3, 2, 2)),
        "dropout3d": _without_chance(F.dropout3d, (2, 3, 4, 2, 1), (3, 4, 2, 1)),
        "feature_alpha_dropout": _without_chance(F.feature_alpha_dropout, (2, 3), (2, 3, 4, 2)),
    }


CASES = _random()

IN_A_LAYER = {"bernoulli_mask"}

NOT_DIFFERENTIABLE = {"bernoulli_mask"}
