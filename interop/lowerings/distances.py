"""Distances of vectors. The gradient of a distance that is 0 is 0."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

lowers("aten.pdist", "aten._pdist_forward")(ops.pdist)


@lowers("aten.pairwise_distance")
def pairwise_distance(x1: Array, x2: Array, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Array:
    return ops.pairwise_distance(x1, x2, p, eps, keepdim)


@lowers("aten.cosine_similarity")
def cosine_similarity(x1: Array, x2: Array, dim: int = 1, eps: float = 1e-8) -> Array:
    return ops.cosine_similarity(x1, x2, dim, eps)


@lowers("aten.cdist", "aten._cdist_forward")
def cdist(x1: Array, x2: Array, p: float = 2.0, compute_mode: int | None = None) -> Array:
    return ops.cdist(x1, x2, p)
