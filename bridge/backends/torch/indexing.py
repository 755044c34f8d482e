"""Overrides of `bridge.ops.indexing` for PyTorch."""

from collections.abc import Sequence
from typing import Any

import torch

from bridge.shapes import check_block, normalize_axis
from bridge.typing import Array, Number, Shape


def take(x: Array, indices: Array, /, *, axis: int | None = None) -> torch.Tensor:
    if axis is None:
        x, axis = x.reshape(-1), 0
    if indices.ndim == 1:
        return torch.index_select(x, axis, indices)
    position = normalize_axis(axis, x.ndim)
    taken = torch.index_select(x, position, indices.reshape(-1))
    return taken.reshape((*x.shape[:position], *indices.shape, *x.shape[position + 1 :]))


def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> torch.Tensor:
    return torch.take_along_dim(x, indices.long(), axis)


def put_along_axis(x: Array, indices: Array, values: Array | Number, /, *, axis: int) -> torch.Tensor:
    axis = normalize_axis(axis, x.ndim)
    apart = torch.broadcast_shapes(_without(x.shape, axis), _without(indices.shape, axis))
    indices = indices.long().expand(*apart[:axis], indices.shape[axis], *apart[axis:])
    indices = torch.where(indices < 0, indices + x.shape[axis], indices)
    if not isinstance(values, torch.Tensor):
        return torch.scatter(x, axis, indices, values)
    return torch.scatter(x, axis, indices, values.to(x.dtype).expand(indices.shape))


def _without(sizes: torch.Size, axis: int) -> tuple[int, ...]:
    return (*sizes[:axis], *sizes[axis + 1 :])


def slice(x: Array, /, start_indices: Sequence[Any] | Array, shape: Shape) -> torch.Tensor:
    check_block(x.shape, start_indices, shape)
    for axis, (start, size) in enumerate(zip(start_indices, shape, strict=True)):
        if isinstance(start, torch.Tensor):  # narrow would read its value back
            x = torch.index_select(x, axis, start + torch.arange(size, device=x.device))
        else:
            x = torch.narrow(x, axis, start, size)
    return x


def slice_update(x: Array, /, start_indices: Sequence[Any] | Array, updates: Array) -> torch.Tensor:
    check_block(x.shape, start_indices, updates.shape)
    updates = updates.to(x.dtype)
    places = [
        (start + torch.arange(size, device=x.device)).reshape(-1, *(1,) * (x.ndim - axis - 1))
        for axis, (start, size) in enumerate(zip(start_indices, updates.shape, strict=True))
    ]
    return torch.index_put(x, places, updates) if places else updates


def scatter_add(x: Array, indices: Array, updates: Array, /) -> torch.Tensor:
    return torch.index_put(x, indices.long().unbind(-1), updates.to(x.dtype), accumulate=True)


def scatter_update(x: Array, indices: Array, updates: Array, /) -> torch.Tensor:
    return torch.index_put(x, indices.long().unbind(-1), updates.to(x.dtype))


def index_add(x: Array, indices: Array, updates: Array, /, *, axis: int) -> torch.Tensor:
    return torch.index_add(x, axis, indices, updates.to(x.dtype))
