"""Overrides of `bridge.ops.regression_losses` for PyTorch."""

import torch
import torch.nn.functional as F

from bridge.typing import Array

huber_loss = F.huber_loss


def l1_loss(input: Array, target: Array, reduction: str = "mean", weight: Array | None = None) -> torch.Tensor:
    return F.l1_loss(input, target, reduction=reduction, weight=weight)  # type: ignore[call-arg]


def mse_loss(input: Array, target: Array, reduction: str = "mean", weight: Array | None = None) -> torch.Tensor:
    return F.mse_loss(input, target, reduction=reduction, weight=weight)  # type: ignore[call-arg]


def smooth_l1_loss(input: Array, target: Array, reduction: str = "mean", beta: float = 1.0) -> torch.Tensor:
    return F.smooth_l1_loss(input, target, reduction=reduction, beta=beta)


def poisson_nll_loss(
    input: Array, target: Array, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
) -> torch.Tensor:
    return F.poisson_nll_loss(input, target, log_input, full, eps=eps, reduction=reduction)
