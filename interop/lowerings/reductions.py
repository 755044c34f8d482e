"""Sums, means, extremes along axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

Axes = int | Sequence[int] | None


def axes_of(x: Array, dim: Axes) -> int | tuple[int, ...] | None:
    """An axis, several, or all, which ATen says by none or by an empty list; a tensor without axes takes any."""
    if not x.ndim:
        return None
    return dim if dim is None or isinstance(dim, int) else tuple(dim) or None


@lowers("aten.sum.default", "aten.sum.dim_IntList")
def sum(self: Array, dim: Axes = None, keepdim: bool = False, dtype: Any = None) -> Array:
    return ops.sum(self, axis=axes_of(self, dim), dtype=dtype, keepdims=keepdim)


@lowers("aten.nansum")
def nansum(self: Array, dim: Axes = None, keepdim: bool = False, dtype: Any = None) -> Array:
    return ops.nansum(self, axis=axes_of(self, dim), dtype=dtype, keepdims=keepdim)


@lowers("aten.mean.default", "aten.mean.dim")
def mean(self: Array, dim: Axes = None, keepdim: bool = False, dtype: Any = None) -> Array:
    return ops.mean(self if dtype is None else ops.astype(self, dtype), axis=axes_of(self, dim), keepdims=keepdim)


@lowers("aten.prod.default")
def prod(self: Array, dtype: Any = None) -> Array:
    return ops.prod(self, dtype=dtype)


@lowers("aten.prod.dim_int")
def prod_dim(self: Array, dim: int, keepdim: bool = False, dtype: Any = None) -> Array:
    return ops.prod(self, axis=axes_of(self, dim), dtype=dtype, keepdims=keepdim)


@lowers("aten.amax")
def amax(self: Array, dim: Axes = (), keepdim: bool = False) -> Array:
    return ops.amax(self, axis=axes_of(self, dim), keepdims=keepdim)


@lowers("aten.amin")
def amin(self: Array, dim: Axes = (), keepdim: bool = False) -> Array:
    return ops.amin(self, axis=axes_of(self, dim), keepdims=keepdim)


@lowers("aten.max.default")
def max(self: Array) -> Array:
    return ops.max(self)


@lowers("aten.min.default")
def min(self: Array) -> Array:
    return ops.min(self)


lowers("aten.max.other")(ops.maximum)
lowers("aten.min.other")(ops.minimum)


@lowers("aten.max.dim")
def max_dim(self: Array, dim: int, keepdim: bool = False) -> tuple[Array, Array]:
    return _extreme(self, ops.argmax, dim, keepdim)


@lowers("aten.min.dim")
def min_dim(self: Array, dim: int, keepdim: bool = False) -> tuple[Array, Array]:
    return _extreme(self, ops.argmin, dim, keepdim)


def _extreme(x: Array, place_of: Any, dim: int, keepdim: bool) -> tuple[Array, Array]:
    if not x.ndim:
        return x, ops.zeros((), dtype="int64")
    places = place_of(x, axis=dim, keepdims=True)
    values = ops.take_along_axis(x, places, axis=dim)
    return (values, places) if keepdim else (ops.squeeze(values, dim), ops.squeeze(places, dim))


@lowers("aten.argmax")
def argmax(self: Array, dim: int | None = None, keepdim: bool = False) -> Array:
    return ops.argmax(self, axis=dim if self.ndim else None, keepdims=keepdim)


@lowers("aten.argmin")
def argmin(self: Array, dim: int | None = None, keepdim: bool = False) -> Array:
    return ops.argmin(self, axis=dim if self.ndim else None, keepdims=keepdim)


@lowers("aten.any")
def any(self: Array, dim: Axes = None, keepdim: bool = False) -> Array:
    return ops.any(self, axis=axes_of(self, dim), keepdims=keepdim)


@lowers("aten.all")
def all(self: Array, dim: Axes = None, keepdim: bool = False) -> Array:
    return ops.all(self, axis=axes_of(self, dim), keepdims=keepdim)


@lowers("aten.count_nonzero.default", "aten.count_nonzero.dim_IntList")
def count_nonzero(self: Array, dim: Axes = None) -> Array:
    return ops.count_nonzero(self, axis=axes_of(self, dim))


@lowers("aten.var.correction")
def var(self: Array, dim: Axes = None, correction: float | None = None, keepdim: bool = False) -> Array:
    return ops.var(self, axis=axes_of(self, dim), correction=1 if correction is None else correction, keepdims=keepdim)


@lowers("aten.std.correction")
def std(self: Array, dim: Axes = None, correction: float | None = None, keepdim: bool = False) -> Array:
    return ops.std(self, axis=axes_of(self, dim), correction=1 if correction is None else correction, keepdims=keepdim)


@lowers("aten.var_mean.correction")
def var_mean(
    self: Array, dim: Axes = None, correction: float | None = None, keepdim: bool = False
) -> tuple[Array, Array]:
    return var(self, dim, correction, keepdim), mean(self, dim, keepdim)


@lowers("aten.std_mean.correction")
def std_mean(
    self: Array, dim: Axes = None, correction: float | None = None, keepdim: bool = False
) -> tuple[Array, Array]:
    return std(self, dim, correction, keepdim), mean(self, dim, keepdim)


@lowers("aten.logsumexp")
def logsumexp(self: Array, dim: Axes, keepdim: bool = False) -> Array:
    return ops.logsumexp(self, axis=axes_of(self, dim), keepdims=keepdim)


@lowers("aten.cumsum")
def cumsum(self: Array, dim: int, dtype: Any = None) -> Array:
    return ops.cumsum(self, axis=dim, dtype=dtype) if self.ndim else self


@lowers("aten.cumprod")
def cumprod(self: Array, dim: int, dtype: Any = None) -> Array:
    return ops.cumprod(self, axis=dim, dtype=dtype) if self.ndim else self


@lowers("aten.logcumsumexp")
def logcumsumexp(self: Array, dim: int) -> Array:
    return ops.logcumsumexp(self, axis=dim) if self.ndim else self
