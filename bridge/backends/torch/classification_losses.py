"""Overrides of `bridge.ops.classification_losses` for PyTorch."""

import torch
import torch.nn.functional as F

from bridge.typing import Array


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


def nll_loss(
    input: Array, target: Array, weight: Array | None = None, ignore_index: int = -100, reduction: str = "mean"
) -> torch.Tensor:
    return F.nll_loss(input, target, weight, ignore_index=ignore_index, reduction=reduction)


def binary_cross_entropy(
    input: Array, target: Array, weight: Array | None = None, reduction: str = "mean"
) -> torch.Tensor:
    return F.binary_cross_entropy(input, target, weight, reduction=reduction)


def binary_cross_entropy_with_logits(
    input: Array,
    target: Array,
    weight: Array | None = None,
    reduction: str = "mean",
    pos_weight: Array | None = None,
) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(input, target, weight, reduction=reduction, pos_weight=pos_weight)


def soft_margin_loss(input: Array, target: Array, reduction: str = "mean") -> torch.Tensor:
    return F.soft_margin_loss(input, target, reduction=reduction)


def multilabel_soft_margin_loss(
    input: Array, target: Array, weight: Array | None = None, reduction: str = "mean"
) -> torch.Tensor:
    return F.multilabel_soft_margin_loss(input, target, weight, reduction=reduction)


def kl_div(input: Array, target: Array, reduction: str = "mean", log_target: bool = False) -> torch.Tensor:
    if reduction == "mean":  # of which torch itself warns that it may change
        return F.kl_div(input, target, reduction="none", log_target=log_target).mean()
    return F.kl_div(input, target, reduction=reduction, log_target=log_target)
