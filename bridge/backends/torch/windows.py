"""Overrides of `bridge.ops.windows` for PyTorch."""

import torch

from bridge.dtypes import torch_dtype
from bridge.typing import DType


def bartlett(m: int, /, *, dtype: DType | None = None) -> torch.Tensor:
    return torch.bartlett_window(m, periodic=False, dtype=None if dtype is None else torch_dtype(dtype))


def blackman(m: int, /, *, dtype: DType | None = None) -> torch.Tensor:
    return torch.blackman_window(m, periodic=False, dtype=None if dtype is None else torch_dtype(dtype))


def hamming(m: int, /, *, dtype: DType | None = None) -> torch.Tensor:
    return torch.hamming_window(m, periodic=False, dtype=None if dtype is None else torch_dtype(dtype))


def hanning(m: int, /, *, dtype: DType | None = None) -> torch.Tensor:
    return torch.hann_window(m, periodic=False, dtype=None if dtype is None else torch_dtype(dtype))


def kaiser(m: int, beta: float, /, *, dtype: DType | None = None) -> torch.Tensor:
    return torch.kaiser_window(m, False, beta, dtype=None if dtype is None else torch_dtype(dtype))
