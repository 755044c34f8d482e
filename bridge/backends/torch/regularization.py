"""Overrides of `bridge.ops.regularization` for PyTorch, which draws from its own generator."""

import torch
import torch.nn.functional as F

dropout = F.dropout


def bernoulli_mask(input: torch.Tensor, p: float) -> torch.Tensor:
    return torch.empty_like(input, dtype=torch.bool).bernoulli_(p)
