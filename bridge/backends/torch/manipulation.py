"""Overrides of `bridge.ops.manipulation` for PyTorch."""

import torch

from bridge.dtypes import torch_dtype
from bridge.typing import Array, DType, Shape

pad = torch.nn.functional.pad


def shape(x: Array, /) -> Shape:
    return x.shape


def reshape(x: Array, /, shape: int | Shape) -> torch.Tensor:
    return torch.reshape(x, (shape,) if isinstance(shape, int) else shape)


def flatten(x: Array, /, start_axis: int = 0, end_axis: int = -1) -> torch.Tensor:
    return torch.flatten(x, start_axis, end_axis)


def swapaxes(x: Array, /, axis1: int, axis2: int) -> torch.Tensor:
    return torch.swapaxes(x, axis1, axis2)


def broadcast_to(x: Array, /, shape: Shape) -> torch.Tensor:
    return torch.broadcast_to(x, shape)


def permute_dims(x: Array, /, axes: tuple[int, ...] | None = None) -> torch.Tensor:
    return torch.permute(x, tuple(range(x.ndim))[::-1] if axes is None else axes)


def squeeze(x: Array, /, axis: int | tuple[int, ...]) -> torch.Tensor:
    for position in axis if isinstance(axis, tuple) else (axis,):
        if x.shape[position] != 1:
            raise ValueError(f"ops.squeeze expected axis {position} to have size 1, got shape {tuple(x.shape)}")
    return torch.squeeze(x, axis)


def expand_dims(x: Array, /, axis: int = 0) -> torch.Tensor:
    return torch.unsqueeze(x, axis)


def concat(arrays: list[Array] | tuple[Array, ...], /, *, axis: int = 0) -> torch.Tensor:
    return torch.cat(arrays, axis)


def stack(arrays: list[Array] | tuple[Array, ...], /, *, axis: int = 0) -> torch.Tensor:
    return torch.stack(arrays, axis)


def split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[torch.Tensor, ...]:
    if isinstance(indices_or_sections, int) and x.shape[axis] % indices_or_sections:
        raise ValueError(
            f"ops.split expected axis {axis} to divide into {indices_or_sections} equal parts, got {tuple(x.shape)}"
        )
    return torch.tensor_split(x, indices_or_sections, axis)


def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> torch.Tensor:
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return torch.flip(x, axes)


def take(x: Array, indices: Array, /, *, axis: int) -> torch.Tensor:
    position = axis % x.ndim
    taken = torch.index_select(x, position, indices.reshape(-1))
    return taken.reshape((*x.shape[:position], *indices.shape, *x.shape[position + 1 :]))


def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> torch.Tensor:
    return torch.take_along_dim(x, indices.long(), axis)


def tril(x: Array, /, *, k: int = 0) -> torch.Tensor:
    return torch.tril(x, k)


def triu(x: Array, /, *, k: int = 0) -> torch.Tensor:
    return torch.triu(x, k)


def astype(x: Array, dtype: DType, /) -> torch.Tensor:
    return x.to(torch_dtype(dtype))


def stop_gradient(x: Array, /) -> torch.Tensor:
    return x.detach()
