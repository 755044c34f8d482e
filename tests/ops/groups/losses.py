"""Cases for losses; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import numpy
import torch.nn.functional as F

from tests.ops.case import Case, case, floats, integers, positive


def _losses() -> dict[str, list[Case]]:
    cross, mse = F.cross_entropy, F.mse_loss
    logits, classes = floats(4, 3), integers(4, below=3)
    ignored = numpy.array([0, -100, 2, -100])
    probabilities = positive(4, 3)
    options: list[dict[str, Any]] = [
        {"reduction": "none"},
        {"reduction": "sum", "weight": positive(3)},
        {"weight": positive(3), "label_smoothing": 0.2},
        {"ignore_index": 1, "label_smoothing": 0.2},
    ]
    return {
        "cross_entropy": [
            case(cross, logits, classes),
            case(cross, logits, ignored),
            case(cross, logits, ignored, reduction="none", label_smoothing=0.1),
            *(case(cross, logits, classes, **option) for option in options),
            case(cross, logits, probabilities),
            case(cross, logits, probabilities, positive(3), reduction="sum", label_smoothing=0.3),
            case(cross, floats(3), numpy.array(2)),
            case(cross, floats(3), positive(3)),
            case(cross, floats(2, 3, 4, 1), integers(2, 4, 1, below=3), positive(3)),
            case(cross, floats(2, 3, 4), positive(2, 3, 4), positive(3), reduction="none"),
        ],
        "mse_loss": [
            case(mse, floats(2, 3), floats(2, 3)),
            case(mse, floats(), floats(), reduction="sum"),
            case(mse, floats(2, 3), floats(2, 3), reduction="none"),
            case(mse, floats(2, 3), floats(2, 3), weight=positive(2, 3)),
            case(mse, floats(2, 3), floats(2, 3), reduction="sum", weight=positive(2, 3)),
        ],
    }


CASES = _losses()

FIXED = {"cross_entropy": ("weight",)}
