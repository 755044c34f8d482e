"""Overrides of `bridge.ops.resampling` for PyTorch."""

import torch

from bridge.typing import Array


def gather_places(x: Array, index: Array) -> torch.Tensor:
    return torch.gather(x, 2, index.long()[:, None, :].expand(-1, x.shape[1], -1))
