"""Cases for random ops, in what does not depend on chance; `test_random.py` has the rest."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tests.ops.case import Case, case, floats


def _random() -> dict[str, list[Case]]:
    """What does not depend on chance; `test_random.py` has the rest."""
    return {
        "bernoulli_mask": [
            case(lambda input, p: torch.full_like(input, p, dtype=torch.bool), floats(2, 3), p) for p in (0.0, 1.0)
        ],
        "dropout": [
            case(F.dropout, floats(2, 3), 0.5, training=False),
            case(F.dropout, floats(2, 3), p=0.0),
            case(F.dropout, floats(2, 3), 1.0),
        ],
    }


CASES = _random()

IN_A_LAYER = {"bernoulli_mask"}

NOT_DIFFERENTIABLE = {"bernoulli_mask"}
