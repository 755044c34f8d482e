"""Overrides of `bridge.ops.creation` for PyTorch."""

import numpy
import torch

from bridge.dtypes import torch_dtype
from bridge.frameworks import framework_of
from bridge.shapes import forward_stop
from bridge.typing import Array, Device, DType, Number, Shape

from_dlpack = torch.from_dlpack
copy = torch.clone


def full(shape: int | Shape, fill_value: Number, *, dtype: DType | None = None, device: Device = None) -> torch.Tensor:
    return torch.full(_sizes(shape), fill_value, dtype=_optional(dtype), device=device)


def zeros(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> torch.Tensor:
    return torch.zeros(shape, dtype=_optional(dtype), device=device)


def ones(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> torch.Tensor:
    return torch.ones(shape, dtype=_optional(dtype), device=device)


def empty(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> torch.Tensor:
    return torch.empty(shape, dtype=_optional(dtype), device=device)


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: DType | None = None,
    device: Device = None,
) -> torch.Tensor:
    start, stop = (0, start) if stop is None else (start, stop)
    return torch.arange(start, forward_stop(start, stop, step), step, dtype=_optional(dtype), device=device)


def asarray(
    obj: object, /, *, dtype: DType | None = None, device: Device = None, copy: bool | None = None
) -> torch.Tensor:
    if isinstance(obj, numpy.ndarray) and not obj.flags.writeable:
        obj = obj.copy()
    elif framework_of(obj) in ("jax", "tensorflow"):
        raise TypeError("not a tensor of torch")  # the op then calls the override of its framework
    if not isinstance(obj, torch.Tensor):
        return torch.asarray(obj, dtype=_optional(dtype), device=device, copy=copy)
    wanted = obj.device if device is None else torch.device(device), obj.dtype if dtype is None else torch_dtype(dtype)
    if copy is False and wanted != (obj.device, obj.dtype):
        raise ValueError(
            f"expected a tensor of {wanted[1]} on {wanted[0]} where there is to be no copy, got {obj.dtype}"
        )
    return obj.to(*wanted, copy=bool(copy))  # torch.asarray would cut it from its gradient, or warn that it does not


def full_like(
    x: Array,
    /,
    fill_value: Number,
    *,
    dtype: DType | None = None,
    device: Device = None,
    shape: int | Shape | None = None,
) -> torch.Tensor:
    if shape is None:
        return torch.full_like(x, fill_value, dtype=_optional(dtype), device=device)
    return x.new_full(_sizes(shape), fill_value, dtype=_optional(dtype), device=device)


def empty_like(
    x: Array, /, *, dtype: DType | None = None, device: Device = None, shape: int | Shape | None = None
) -> torch.Tensor:
    if shape is None:
        return torch.empty_like(x, dtype=_optional(dtype), device=device)
    return x.new_empty(_sizes(shape), dtype=_optional(dtype), device=device)


def arange_like(
    x: Array, /, start: float, stop: float | None = None, step: float = 1, *, dtype: DType | None = None
) -> torch.Tensor:
    return arange(start, stop, step, dtype=dtype, device=x.device)


def asarray_like(x: Array, obj: object, /, *, dtype: DType | None = None) -> torch.Tensor:
    return asarray(obj, dtype=dtype).to(x.device)


def _sizes(shape: int | Shape) -> Shape:
    return tuple(shape) if isinstance(shape, tuple | list) else (shape,)


def _optional(dtype: DType | None) -> torch.dtype | None:
    return None if dtype is None else torch_dtype(dtype)
