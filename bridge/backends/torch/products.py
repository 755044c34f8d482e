"""Overrides of `bridge.ops.products` for PyTorch."""

from collections.abc import Sequence

import torch

from bridge.backends.torch.promotion import alike, of_one_dtype, promoted
from bridge.typing import Array

matmul = of_one_dtype(torch.matmul)
inner = of_one_dtype(torch.inner)
kron = torch.kron


def matrix_transpose(x: Array, /) -> torch.Tensor:
    return x.mT


def tensordot(x1: Array, x2: Array, /, axes: int | tuple[Sequence[int], Sequence[int]] = 2) -> torch.Tensor:
    return torch.tensordot(*promoted(x1, x2), axes)


def vecdot(x1: Array, x2: Array, /, *, axis: int = -1) -> torch.Tensor:
    x1, x2 = promoted(x1, x2)
    if x1.is_floating_point() or x1.is_complex():
        return torch.linalg.vecdot(x1, x2, dim=axis)
    return torch.sum(x1 * x2, axis, dtype=x1.dtype)  # torch's has no integers


def outer(x1: Array, x2: Array, /) -> torch.Tensor:
    return torch.outer(x1.reshape(-1), x2.reshape(-1))


def cross(x1: Array, x2: Array, /, *, axis: int = -1) -> torch.Tensor:
    x1, x2 = promoted(x1, x2)
    if x1.ndim != x2.ndim:
        x1, x2 = torch.broadcast_tensors(x1, x2)
    return torch.linalg.cross(x1, x2, dim=axis)


def einsum(subscripts: str, *operands: Array) -> torch.Tensor:
    return torch.einsum(subscripts, *alike(operands))


def diagonal(x: Array, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> torch.Tensor:
    return torch.diagonal(x, offset, axis1, axis2)
