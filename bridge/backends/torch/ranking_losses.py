"""Overrides of `bridge.ops.ranking_losses` for PyTorch."""

import torch
import torch.nn.functional as F

from bridge.typing import Array

triplet_margin_with_distance_loss = F.triplet_margin_with_distance_loss


def margin_ranking_loss(
    input1: Array, input2: Array, target: Array, margin: float = 0, reduction: str = "mean"
) -> torch.Tensor:
    return F.margin_ranking_loss(input1, input2, target, margin, reduction=reduction)


def hinge_embedding_loss(input: Array, target: Array, margin: float = 1.0, reduction: str = "mean") -> torch.Tensor:
    return F.hinge_embedding_loss(input, target, margin, reduction=reduction)


def cosine_embedding_loss(
    input1: Array, input2: Array, target: Array, margin: float = 0, reduction: str = "mean"
) -> torch.Tensor:
    return F.cosine_embedding_loss(input1, input2, target, margin, reduction=reduction)


def multi_margin_loss(
    input: Array,
    target: Array,
    p: int = 1,
    margin: float = 1.0,
    weight: Array | None = None,
    reduction: str = "mean",
) -> torch.Tensor:
    return F.multi_margin_loss(input, target, p, margin, weight, reduction=reduction)


def multilabel_margin_loss(input: Array, target: Array, reduction: str = "mean") -> torch.Tensor:
    return F.multilabel_margin_loss(input, target, reduction=reduction)


def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> torch.Tensor:
    return F.triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction=reduction)
