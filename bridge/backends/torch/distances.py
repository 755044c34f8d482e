"""Overrides of `bridge.ops.distances` for PyTorch."""

import torch
import torch.nn.functional as F

from bridge.backends.torch.promotion import floating, promoted
from bridge.typing import Array


def cdist(x1: Array, x2: Array, p: float = 2.0) -> torch.Tensor:
    return torch.cdist(*promoted(floating(x1), floating(x2)), p)


def pdist(input: Array, p: float = 2.0) -> torch.Tensor:
    return torch.pdist(floating(input), p)


def pairwise_distance(x1: Array, x2: Array, p: float = 2.0, eps: float = 1e-6, keepdims: bool = False) -> torch.Tensor:
    return F.pairwise_distance(x1, x2, p, eps, keepdims)


def cosine_similarity(x1: Array, x2: Array, axis: int = 1, eps: float = 1e-8) -> torch.Tensor:
    return F.cosine_similarity(floating(x1), floating(x2), axis, eps)


def normalize(input: Array, p: float = 2.0, axis: int | tuple[int, ...] = 1, eps: float = 1e-12) -> torch.Tensor:
    return F.normalize(floating(input), p, axis, eps)  # type: ignore[arg-type]
