"""Cases for normalisation; PyTorch is the reference."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tests.ops.case import Case, case, floats, positive


def _batch_norm_training(
    input: torch.Tensor,
    mean: torch.Tensor,
    var: torch.Tensor,
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[torch.Tensor, ...]:
    return F.batch_norm(input, mean, var, weight, bias, True, momentum, eps), mean, var


def _normalization() -> dict[str, list[Case]]:
    batch, layer, group, rms = F.batch_norm, F.layer_norm, F.group_norm, F.rms_norm
    running, affine = (floats(3), positive(3)), (floats(3), floats(3))
    return {
        "batch_norm": [
            case(batch, floats(4, 3), *running, *affine),
            case(batch, floats(2, 3, 4, 4), *running),
            case(batch, floats(1, 3, 5), *running, floats(3), None, False, 0.1, 1e-3),
            case(batch, floats(4, 3), None, None, *affine, training=True),
            case(batch, floats(2, 3, 4), None, None, None, floats(3), True),
        ],
        "batch_norm_training": [
            case(_batch_norm_training, floats(4, 3), *running, *affine),
            case(_batch_norm_training, floats(2, 3, 4, 4), *running, momentum=0.5, eps=1e-2),
            case(_batch_norm_training, floats(1, 3, 5), *running, floats(3), None, 0.25),
        ],
        "group_norm": [
            case(group, floats(2, 6, 4), 3, floats(6), floats(6)),
            case(group, floats(1, 6), 2),
            case(group, floats(2, 4, 3, 3), 4, floats(4), eps=1e-2),
        ],
        "layer_norm": [
            case(layer, floats(2, 3, 4), (4,), floats(4), floats(4)),
            case(layer, floats(2, 3, 4), (3, 4), None, floats(3, 4), 1e-2),
            case(layer, floats(0, 4), (4,)),
            case(layer, floats(4), (4,), floats(4)),
        ],
        "rms_norm": [
            case(rms, floats(2, 3, 4), (4,), floats(4)),
            case(rms, floats(2, 3, 4), (3, 4), None, 1e-2),
            case(rms, floats(0, 4), (4,)),
        ],
    }


CASES = _normalization()

FIXED = {
    "batch_norm": ("running_mean", "running_var"),
    "batch_norm_training": ("running_mean", "running_var"),
}
