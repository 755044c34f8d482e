"""Overrides of `bridge.ops.manipulation` for PyTorch."""

import torch

from bridge.dtypes import torch_dtype
from bridge.shapes import inserted_axes
from bridge.typing import Array, Device, DType, Shape

pad = torch.nn.functional.pad
ravel = torch.ravel
moveaxis = torch.moveaxis
atleast_1d = torch.atleast_1d
atleast_2d = torch.atleast_2d
atleast_3d = torch.atleast_3d


def shape(x: Array, /) -> Shape:
    return x.shape


def reshape(x: Array, /, shape: int | Shape, *, copy: bool | None = None) -> torch.Tensor:
    sizes = (shape,) if isinstance(shape, int) else shape
    if copy is None:
        return torch.reshape(x, sizes)
    return torch.reshape(x, sizes).clone() if copy else x.view(sizes)


def flatten(x: Array, /, start_axis: int = 0, end_axis: int = -1) -> torch.Tensor:
    return torch.flatten(x, start_axis, end_axis)


def swapaxes(x: Array, /, axis1: int, axis2: int) -> torch.Tensor:
    return torch.swapaxes(x, axis1, axis2)


def broadcast_to(x: Array, /, shape: Shape) -> torch.Tensor:
    return torch.broadcast_to(x, shape)


def broadcast_arrays(*arrays: Array) -> list[torch.Tensor]:
    return list(torch.broadcast_tensors(*arrays))


def permute_dims(x: Array, /, axes: tuple[int, ...] | None = None) -> torch.Tensor:
    return torch.permute(x, tuple(range(x.ndim))[::-1] if axes is None else axes)


def squeeze(x: Array, /, axis: int | tuple[int, ...]) -> torch.Tensor:
    for position in axis if isinstance(axis, tuple) else (axis,):
        if x.shape[position] != 1:
            raise ValueError(f"ops.squeeze expected axis {position} to have size 1, got shape {tuple(x.shape)}")
    return torch.squeeze(x, axis)


def expand_dims(x: Array, /, axis: int | tuple[int, ...] = 0) -> torch.Tensor:
    if isinstance(axis, int):
        return torch.unsqueeze(x, axis)
    for place in inserted_axes(axis, x.ndim):
        x = torch.unsqueeze(x, place)
    return x


def tril(x: Array, /, *, k: int = 0) -> torch.Tensor:
    return torch.tril(x, k)


def triu(x: Array, /, *, k: int = 0) -> torch.Tensor:
    return torch.triu(x, k)


def astype(x: Array, dtype: DType, /, *, copy: bool = False, device: Device = None) -> torch.Tensor:
    return x.to(device, torch_dtype(dtype), copy=copy)


def view(x: Array, /, dtype: DType) -> torch.Tensor:
    return x.view(torch_dtype(dtype))


def view_as_complex(x: Array, /) -> torch.Tensor:
    return torch.view_as_complex(x.contiguous())


def view_as_real(x: Array, /) -> torch.Tensor:
    return torch.view_as_real(x.resolve_conj())


def stop_gradient(x: Array, /) -> torch.Tensor:
    return x.detach()
