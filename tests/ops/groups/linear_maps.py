"""Cases for products with weights and look-ups; PyTorch is the reference."""

from __future__ import annotations

import torch.nn.functional as F

from tests.ops.case import Case, case, floats, integers


def _lookup() -> dict[str, list[Case]]:
    rows = floats(5, 3)
    return {
        "embedding": [
            case(F.embedding, integers(2, 3), rows),
            case(F.embedding, integers(dtype="int32"), rows, 2),
            case(F.embedding, integers(0), rows, padding_idx=-1),
        ],
        "linear": [
            case(F.linear, floats(2, 3), floats(4, 3), floats(4)),
            case(F.linear, floats(3), floats(4, 3)),
            case(F.linear, floats(2, 1, 3), floats(1, 3), floats(1)),
            case(F.linear, floats(0, 3), floats(4, 3), bias=floats(4)),
        ],
        "one_hot": [case(F.one_hot, integers(2, 3), 5), case(F.one_hot, integers(), num_classes=5)],
    }


CASES = _lookup()

NOT_DIFFERENTIABLE = {"one_hot"}
