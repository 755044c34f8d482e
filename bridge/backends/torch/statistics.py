"""Overrides of `bridge.ops.statistics` for PyTorch."""

import torch

from bridge.backends.torch.promotion import floating
from bridge.typing import Array


def cov(
    x: Array,
    /,
    *,
    rowvar: bool = True,
    correction: int = 1,
    fweights: Array | None = None,
    aweights: Array | None = None,
) -> torch.Tensor:
    # torch.cov looks into its weights, which breaks Dynamo's graph.
    x = floating(x[None] if x.ndim < 2 else x if rowvar else x.mT)
    if x.ndim != 2:
        raise ValueError(f"expected one or two axes, got shape {tuple(x.shape)}")
    weights = torch.ones_like(x[0]) if fweights is None else fweights.to(x.dtype)
    weights = weights if aweights is None else weights * aweights
    total = weights.sum()
    lost = correction if aweights is None else correction * (weights * aweights).sum() / total
    centred = x - (x * weights).sum(1, keepdim=True) / total
    return (torch.matmul(centred * weights, centred.mH) / (total - lost)).squeeze((0, 1) if x.shape[0] == 1 else ())


def bincount(
    x: Array, /, *, weights: Array | None = None, minlength: int = 0, length: int | None = None
) -> torch.Tensor:
    if length is None:
        counts = torch.bincount(x, minlength=minlength)
        if weights is None:
            return counts
        length = counts.shape[0]
    summed = torch.ones_like(x, dtype=torch.int64) if weights is None else floating(weights)
    place = torch.where((x >= 0) & (x < length), x, length).long()
    return summed.new_zeros(length + 1).scatter_add(0, place, summed)[:length]


def diff(
    x: Array, /, *, axis: int = -1, n: int = 1, prepend: Array | None = None, append: Array | None = None
) -> torch.Tensor:
    return torch.diff(x, n, axis, prepend, append)


def trapezoid(y: Array, /, x: Array | None = None, *, dx: float = 1.0, axis: int = -1) -> torch.Tensor:
    return torch.trapezoid(y, dx=dx, dim=axis) if x is None else torch.trapezoid(y, x, dim=axis)
