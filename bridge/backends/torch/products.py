"""Overrides of `bridge.ops.products` for PyTorch."""

import torch

matmul = torch.matmul


def matrix_transpose(x: torch.Tensor, /) -> torch.Tensor:
    return x.mT
