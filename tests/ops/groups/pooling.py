"""Cases for pooling; PyTorch is the reference."""

from __future__ import annotations

import torch.nn.functional as F

from tests.ops.case import Case, case, floats, integers

NO_DILATED_GRADIENT = "JAX has no gradient of a maximum over dilated windows"


def _pooling() -> dict[str, list[Case]]:
    largest, average, adaptive = F.max_pool2d, F.avg_pool2d, F.adaptive_avg_pool2d
    return {
        "adaptive_avg_pool2d": [
            case(adaptive, floats(2, 3, 4, 6), 1),
            case(adaptive, floats(2, 3, 4, 6), (2, 3)),
            case(adaptive, floats(3, 5, 7), (3, None)),
            case(adaptive, floats(1, 1, 2, 3), (4, 5)),
        ],
        "avg_pool2d": [
            case(average, floats(2, 3, 6, 6), 2),
            case(average, floats(3, 6, 7), (3, 2), (1, 2), (1, 0)),
            case(average, floats(1, 2, 6, 6), 3, 2, 1, True),
            case(average, floats(1, 2, 6, 6), 3, 2, 1, True, False),
            case(average, floats(1, 2, 5, 5), 2, 2, 0, True),
            case(average, floats(1, 1, 4, 4), 5, 5, 0, True),
            case(average, floats(1, 2, 6, 6), 3, 2, 1, divisor_override=5),
        ],
        "max_pool2d": [
            case(largest, floats(2, 3, 6, 6), 2),
            case(largest, floats(3, 6, 7), (3, 2), (1, 2), (1, 0)),
            case(largest, floats(1, 2, 8, 8), 3, 2, 1, 2).but(lacking={"jax gradient": NO_DILATED_GRADIENT}),
            case(largest, floats(1, 2, 6, 6), 3, 2, 1, ceil_mode=True),
            case(largest, floats(1, 2, 5, 5), 2, None, 0, 1, True),
            case(largest, floats(1, 1, 4, 4), 5, 5, ceil_mode=True),
            case(largest, integers(1, 1, 4, 4), 2),
        ],
    }


CASES = _pooling()
