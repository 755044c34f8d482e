"""Overrides of `bridge.ops.reductions` for PyTorch."""

import torch

from bridge.dtypes import torch_dtype
from bridge.shapes import normalize_axis
from bridge.typing import Array, Axis, DType


def sum(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> torch.Tensor:
    if dtype is None:
        return torch.sum(x, axis, keepdims)
    return torch.sum(x, axis, keepdims, dtype=torch_dtype(dtype))


def prod(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> torch.Tensor:
    result = x if dtype is None else x.to(torch_dtype(dtype))
    for position in sorted(_axes(x, axis), reverse=True):  # torch.prod takes one axis at a time
        result = torch.prod(result, position, keepdims)
    return result


def mean(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.mean(_floating(x), axis, keepdims)


def var(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> torch.Tensor:
    return torch.var(_floating(x), axis, correction=correction, keepdim=keepdims)


def std(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> torch.Tensor:
    return torch.std(_floating(x), axis, correction=correction, keepdim=keepdims)


def max(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.amax(x, () if axis is None else axis, keepdims)


def min(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.amin(x, () if axis is None else axis, keepdims)


def argmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    return torch.argmax(x, axis, keepdims)


def argmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    return torch.argmin(x, axis, keepdims)


def any(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.any(x.to(torch.bool), axis, keepdims)


def all(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.all(x.to(torch.bool), axis, keepdims)


def cumulative_sum(x: Array, /, *, axis: int) -> torch.Tensor:
    return torch.cumsum(x, axis)


def logsumexp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.logsumexp(x, _axes(x, axis), keepdims)


def _axes(x: torch.Tensor, axis: Axis) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(normalize_axis(position, x.ndim) for position in (axis if isinstance(axis, tuple) else (axis,)))


def _floating(x: torch.Tensor) -> torch.Tensor:
    return x if x.is_floating_point() or x.is_complex() else x.to(torch.get_default_dtype())
