"""Overrides of `bridge.ops.linear_maps` for PyTorch."""

import torch
import torch.nn.functional as F

from bridge.typing import Array

linear = F.linear
bilinear = F.bilinear
embedding = F.embedding
embedding_bag = F.embedding_bag


def one_hot(input: Array, num_classes: int) -> torch.Tensor:
    return F.one_hot(input.long() if input.dtype == torch.int32 else input, num_classes)
