"""Overrides of `bridge.ops.matrices` for PyTorch."""

import torch

from bridge.dtypes import torch_dtype
from bridge.typing import Array, Device, DType


def eye(
    n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: DType | None = None, device: Device = None
) -> torch.Tensor:
    n_cols = n_rows if n_cols is None else n_cols
    dtype = None if dtype is None else torch_dtype(dtype)
    if k == 0:
        return torch.eye(n_rows, n_cols, dtype=dtype, device=device)
    matrix = torch.zeros((n_rows, n_cols), dtype=dtype, device=device)
    matrix.diagonal(k).fill_(1)
    return matrix


def diag(x: Array, /, *, k: int = 0) -> torch.Tensor:
    return torch.diag(x, k)
