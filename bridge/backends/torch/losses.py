"""Overrides of `bridge.ops.losses` for PyTorch."""

import torch
import torch.nn.functional as F

from bridge.typing import Array


def mse_loss(input: Array, target: Array, reduction: str = "mean", weight: Array | None = None) -> torch.Tensor:
    return F.mse_loss(input, target, reduction=reduction, weight=weight)  # type: ignore[call-arg]


def cross_entropy(
    input: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    return F.cross_entropy(
        input,
        target,
        weight=weight,
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )
