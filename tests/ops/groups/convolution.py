"""Cases for convolutions; PyTorch is the reference."""

from __future__ import annotations

import torch.nn.functional as F

from tests.ops.case import Case, case, floats


def _convolutions() -> dict[str, list[Case]]:
    one, two = F.conv1d, F.conv2d
    return {
        "conv1d": [
            case(one, floats(2, 3, 6), floats(4, 3, 3), floats(4)),
            case(one, floats(3, 6), floats(4, 3, 2), stride=2, padding=1),
            case(one, floats(1, 4, 6), floats(4, 2, 3), None, padding="same", dilation=2, groups=2),
        ],
        "conv2d": [
            case(two, floats(2, 3, 5, 6), floats(4, 3, 3, 2), floats(4)),
            case(two, floats(3, 5, 6), floats(4, 3, 3, 3), None, 2, 1),
            case(two, floats(1, 4, 7, 7), floats(4, 1, 3, 3), floats(4), (2, 1), (0, 2), (1, 2), 4),
            case(two, floats(1, 2, 5, 5), floats(2, 2, 4, 4), padding="same"),
            case(two, floats(1, 2, 5, 5), floats(2, 2, 3, 3), padding="valid"),
        ],
    }


CASES = _convolutions()
