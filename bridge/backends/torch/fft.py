"""Overrides of `bridge.ops.fft` for PyTorch."""

from collections.abc import Callable

import torch

from bridge.dtypes import torch_dtype
from bridge.typing import Array, Axis, Device, DType

Sizes = tuple[int, ...] | None


def _of_one_axis(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    def transform(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> torch.Tensor:
        return function(x, n, axis, norm)

    return transform


def _of_two_axes(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    def transform(
        x: Array, /, *, s: tuple[int, int] | None = None, axes: tuple[int, int] = (-2, -1), norm: str = "backward"
    ) -> torch.Tensor:
        return function(x, s, axes, norm)

    return transform


def _of_axes(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    def transform(x: Array, /, *, s: Sizes = None, axes: Sizes = None, norm: str = "backward") -> torch.Tensor:
        return function(x, s, axes, norm)

    return transform


fft = _of_one_axis(torch.fft.fft)
ifft = _of_one_axis(torch.fft.ifft)
rfft = _of_one_axis(torch.fft.rfft)
irfft = _of_one_axis(torch.fft.irfft)
hfft = _of_one_axis(torch.fft.hfft)
ihfft = _of_one_axis(torch.fft.ihfft)
fft2 = _of_two_axes(torch.fft.fft2)
ifft2 = _of_two_axes(torch.fft.ifft2)
rfft2 = _of_two_axes(torch.fft.rfft2)
irfft2 = _of_two_axes(torch.fft.irfft2)
fftn = _of_axes(torch.fft.fftn)
ifftn = _of_axes(torch.fft.ifftn)
rfftn = _of_axes(torch.fft.rfftn)
irfftn = _of_axes(torch.fft.irfftn)


def fftfreq(n: int, /, *, d: float = 1.0, dtype: DType | None = None, device: Device = None) -> torch.Tensor:
    return torch.fft.fftfreq(n, d, dtype=None if dtype is None else torch_dtype(dtype), device=device)


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: DType | None = None, device: Device = None) -> torch.Tensor:
    return torch.fft.rfftfreq(n, d, dtype=None if dtype is None else torch_dtype(dtype), device=device)


def fftshift(x: Array, /, *, axes: Axis = None) -> torch.Tensor:
    return torch.fft.fftshift(x, axes)


def ifftshift(x: Array, /, *, axes: Axis = None) -> torch.Tensor:
    return torch.fft.ifftshift(x, axes)
