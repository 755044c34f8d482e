"""Overrides of `bridge.ops.linalg` for PyTorch."""

import torch

matmul = torch.matmul


def matrix_transpose(x: torch.Tensor, /) -> torch.Tensor:
    return x.mT
