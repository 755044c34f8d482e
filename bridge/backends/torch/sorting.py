"""Overrides of `bridge.ops.sorting` for PyTorch."""

import torch

from bridge.typing import Array, Number


def sort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> torch.Tensor:
    return torch.sort(x, dim=axis, descending=descending, stable=stable).values


def argsort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> torch.Tensor:
    return torch.argsort(x, dim=axis, descending=descending, stable=stable)


def top_k(x: Array, k: int, /, *, sorted: bool = True, axis: int = -1) -> tuple[torch.Tensor, torch.Tensor]:
    if x.dtype is torch.bool:
        values, indices = torch.topk(x.to(torch.uint8), k, axis, sorted=sorted)
        return values.to(torch.bool), indices
    values, indices = torch.topk(x, k, axis, sorted=sorted)
    return values, indices


def searchsorted(x1: Array, x2: Array | Number, /, *, side: str = "left", sorter: Array | None = None) -> torch.Tensor:
    if x1.ndim != 1:
        raise ValueError(f"expected x1 of one axis, got shape {tuple(x1.shape)}")
    if isinstance(x2, torch.Tensor) and (x2.dtype is not x1.dtype or x1.dtype is torch.bool):
        dtype = torch.promote_types(torch.promote_types(x1.dtype, x2.dtype), torch.uint8)
        x1, x2 = x1.to(dtype), x2.to(dtype)
    if sorter is not None:
        return torch.searchsorted(x1, x2, side=side, sorter=sorter.long())
    if side not in ("left", "right"):
        raise ValueError(f"expected a side of 'left' or 'right', got {side!r}")
    return torch.bucketize(x2, x1, right=side == "right")  # OpenVINO converts this one alone
