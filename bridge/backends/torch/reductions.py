"""Overrides of `bridge.ops.reductions` for PyTorch.

Most of torch's reductions take no axes, `()`, for all axes: there a new axis of size 1 is reduced.
"""

import torch

from bridge.backends.torch.promotion import floating
from bridge.dtypes import torch_dtype
from bridge.shapes import normalize_axes, only_axis
from bridge.typing import Array, Axis, DType


def sum(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> torch.Tensor:
    if axis == ():
        return sum(x[None], axis=0, dtype=dtype)
    if dtype is None:
        return torch.sum(x, axis, keepdims)
    return torch.sum(x, axis, keepdims, dtype=torch_dtype(dtype))


def prod(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> torch.Tensor:
    result = x if dtype is None else x.to(torch_dtype(dtype))
    for position in sorted(normalize_axes(axis, x.ndim), reverse=True):  # torch.prod takes one axis at a time
        result = torch.prod(result, position, keepdims)
    return result


def mean(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    if axis == ():
        return mean(x[None], axis=0)
    return torch.mean(floating(x), axis, keepdims)


def var(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> torch.Tensor:
    if axis == ():
        return var(x[None], axis=0, correction=correction)
    return torch.var(floating(x), axis, correction=correction, keepdim=keepdims)


def std(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> torch.Tensor:
    if axis == ():
        return std(x[None], axis=0, correction=correction)
    return torch.std(floating(x), axis, correction=correction, keepdim=keepdims)


def moments(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    if axis == ():
        return moments(x[None], axis=0)
    variance, mean = torch.var_mean(floating(x), axis, correction=0, keepdim=keepdims)
    return mean, variance


def max(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    if axis == ():
        return max(x[None], axis=0)
    return torch.amax(x, () if axis is None else axis, keepdims)


def min(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    if axis == ():
        return min(x[None], axis=0)
    return torch.amin(x, () if axis is None else axis, keepdims)


def argmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    return torch.argmax(_ordered(x), axis, keepdims)


def argmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> torch.Tensor:
    return torch.argmin(_ordered(x), axis, keepdims)


def any(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.any(x.to(torch.bool), axis, keepdims)


def all(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    return torch.all(x.to(torch.bool), axis, keepdims)


def count_nonzero(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    if axis == ():
        return count_nonzero(x[None], axis=0)
    return torch.sum(x.to(torch.bool), axis, keepdims)


def cumulative_sum(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> torch.Tensor:
    axis = only_axis(axis, x.ndim)
    sums = torch.cumsum(x, axis) if dtype is None else torch.cumsum(x, axis, dtype=torch_dtype(dtype))
    return _with_initial(sums, 0, axis) if include_initial else sums


def cumulative_prod(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> torch.Tensor:
    axis = only_axis(axis, x.ndim)
    products = torch.cumprod(x, axis) if dtype is None else torch.cumprod(x, axis, dtype=torch_dtype(dtype))
    return _with_initial(products, 1, axis) if include_initial else products


def logsumexp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
    if axis == ():
        return logsumexp(x[None], axis=0)
    return torch.logsumexp(x, normalize_axes(axis, x.ndim), keepdims)


def logcumsumexp(x: Array, /, *, axis: int) -> torch.Tensor:
    return torch.logcumsumexp(floating(x), axis)


def _with_initial(running: torch.Tensor, value: int, axis: int) -> torch.Tensor:
    sizes = list(running.shape)
    sizes[axis] = 1
    return torch.cat((running.new_full(sizes, value), running), axis)


def _ordered(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.uint8) if x.dtype is torch.bool else x  # torch does not order bool
