"""Overrides of `bridge.ops.joining` for PyTorch."""

import torch

from bridge.typing import Array

hstack = torch.hstack
vstack = torch.vstack
dstack = torch.dstack
column_stack = torch.column_stack


def concat(arrays: list[Array] | tuple[Array, ...], /, *, axis: int | None = 0) -> torch.Tensor:
    if axis is None:
        return torch.cat([torch.ravel(array) for array in arrays])
    return torch.cat(arrays, axis)


def stack(arrays: list[Array] | tuple[Array, ...], /, *, axis: int = 0) -> torch.Tensor:
    return torch.stack(arrays, axis)


def split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[torch.Tensor, ...]:
    if isinstance(indices_or_sections, int) and x.shape[axis] % indices_or_sections:
        raise ValueError(
            f"ops.split expected axis {axis} to divide into {indices_or_sections} equal parts, got {tuple(x.shape)}"
        )
    return torch.tensor_split(x, indices_or_sections, axis)


def array_split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[torch.Tensor, ...]:
    return torch.tensor_split(x, indices_or_sections, axis)


def unstack(x: Array, /, *, axis: int = 0) -> tuple[torch.Tensor, ...]:
    return torch.unbind(x, axis)
