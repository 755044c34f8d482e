"""Overrides of `bridge.ops.regularization` for PyTorch, which draws from its own generator."""

import torch
import torch.nn.functional as F

dropout = F.dropout
dropout1d = F.dropout1d
dropout2d = F.dropout2d
dropout3d = F.dropout3d
alpha_dropout = F.alpha_dropout
feature_alpha_dropout = F.feature_alpha_dropout


def bernoulli_mask(input: torch.Tensor, p: float) -> torch.Tensor:
    return torch.empty_like(input, dtype=torch.bool).bernoulli_(p)
