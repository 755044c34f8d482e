"""Fourier transforms: those of users, and the three that ATen makes of others, with the scale as a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

_FORWARD = ("backward", "ortho", "forward")
_INVERSE = ("forward", "ortho", "backward")
"""The norm where nothing is divided, where by the root of the count, and where by the count."""


@lowers("aten._fft_c2c")
def fft_c2c(self: Array, dim: Sequence[int], normalization: int, forward: bool) -> Array:
    if not dim:
        return self
    if forward:
        return ops.fft.fftn(self, axes=tuple(dim), norm=_FORWARD[normalization])
    return ops.fft.ifftn(self, axes=tuple(dim), norm=_INVERSE[normalization])


@lowers("aten._fft_r2c")
def fft_r2c(self: Array, dim: Sequence[int], normalization: int, onesided: bool) -> Array:
    transform = ops.fft.rfftn if onesided else ops.fft.fftn
    return transform(self, axes=tuple(dim), norm=_FORWARD[normalization])


@lowers("aten._fft_c2r")
def fft_c2r(self: Array, dim: Sequence[int], normalization: int, last_dim_size: Any) -> Array:
    sizes = (*(-1 for _ in dim[1:]), last_dim_size)
    return ops.fft.irfftn(self, s=sizes, axes=tuple(dim), norm=_INVERSE[normalization])


def _of_one_axis(function: Callable[..., Array]) -> Callable[..., Array]:
    def lowering(self: Array, n: Any = None, dim: int = -1, norm: str | None = None) -> Array:
        return function(self, n=n, axis=dim, norm=norm or "backward")

    return lowering


def _of_axes(function: Callable[..., Array]) -> Callable[..., Array]:
    def lowering(
        self: Array, s: Sequence[Any] | None = None, dim: Sequence[int] | None = None, norm: str | None = None
    ) -> Array:
        axes, sizes = (None if given is None else tuple(given) for given in (dim, s))
        return function(self, s=sizes, axes=axes, norm=norm or "backward")

    return lowering


for _name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    lowers(f"aten.fft_{_name}.default")(_of_one_axis(getattr(ops.fft, _name)))

for _name in ("fftn", "ifftn", "rfftn", "irfftn"):
    lowers(f"aten.fft_{_name}.default")(_of_axes(getattr(ops.fft, _name)))


@lowers("aten.fft_fftshift")
def fftshift(self: Array, dim: Sequence[int] | None = None) -> Array:
    return ops.fft.fftshift(self, axes=None if dim is None else tuple(dim))


@lowers("aten.fft_ifftshift")
def ifftshift(self: Array, dim: Sequence[int] | None = None) -> Array:
    return ops.fft.ifftshift(self, axes=None if dim is None else tuple(dim))
