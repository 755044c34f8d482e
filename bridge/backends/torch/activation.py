"""Overrides of `bridge.ops.activation` for PyTorch."""

import torch
import torch.nn.functional as F

relu = torch.relu
gelu = F.gelu
silu = F.silu
sigmoid = torch.sigmoid


def softmax(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.softmax(input, axis)


def log_softmax(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.log_softmax(input, axis)
