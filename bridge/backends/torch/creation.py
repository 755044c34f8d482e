"""Overrides of `bridge.ops.creation` for PyTorch."""

import numpy
import torch

from bridge.dtypes import torch_dtype
from bridge.typing import Array, DType, Number, Shape


def full(shape: int | Shape, fill_value: Number, *, dtype: DType | None = None) -> torch.Tensor:
    return torch.full(_sizes(shape), fill_value, dtype=_optional(dtype))


def zeros(shape: int | Shape, *, dtype: DType | None = None) -> torch.Tensor:
    return torch.zeros(shape, dtype=_optional(dtype))


def ones(shape: int | Shape, *, dtype: DType | None = None) -> torch.Tensor:
    return torch.ones(shape, dtype=_optional(dtype))


def arange(start: float, /, stop: float | None = None, step: float = 1, *, dtype: DType | None = None) -> torch.Tensor:
    start, stop = (0, start) if stop is None else (start, stop)
    return torch.arange(start, stop, step, dtype=_optional(dtype))


def asarray(obj: object, /, *, dtype: DType | None = None) -> torch.Tensor:
    if isinstance(obj, numpy.ndarray) and not obj.flags.writeable:
        obj = obj.copy()
    return torch.asarray(obj, dtype=_optional(dtype))


def full_like(
    x: Array, /, fill_value: Number, *, dtype: DType | None = None, shape: int | Shape | None = None
) -> torch.Tensor:
    if shape is None:
        return torch.full_like(x, fill_value, dtype=_optional(dtype))
    return x.new_full(_sizes(shape), fill_value, dtype=_optional(dtype))


def arange_like(
    x: Array, /, start: float, stop: float | None = None, step: float = 1, *, dtype: DType | None = None
) -> torch.Tensor:
    start, stop = (0, start) if stop is None else (start, stop)
    return torch.arange(start, stop, step, dtype=_optional(dtype), device=x.device)


def asarray_like(x: Array, obj: object, /, *, dtype: DType | None = None) -> torch.Tensor:
    return asarray(obj, dtype=dtype).to(x.device)


def _sizes(shape: int | Shape) -> Shape:
    return shape if isinstance(shape, tuple) else (shape,)


def _optional(dtype: DType | None) -> torch.dtype | None:
    return None if dtype is None else torch_dtype(dtype)
