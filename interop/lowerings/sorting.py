"""Sorting and searching."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.sort.default")
def sort(self: Array, dim: int = -1, descending: bool = False) -> tuple[Array, Array]:
    return sort_stable(self, dim=dim, descending=descending)


@lowers("aten.sort.stable")
def sort_stable(
    self: Array, stable: bool | None = None, dim: int = -1, descending: bool = False
) -> tuple[Array, Array]:
    if not self.ndim:
        return self, ops.zeros((), dtype="int64")
    places = ops.argsort(self, axis=dim, descending=descending)
    return ops.take_along_axis(self, places, axis=dim), places


@lowers("aten.argsort.default")
def argsort(self: Array, dim: int = -1, descending: bool = False) -> Array:
    return sort_stable(self, dim=dim, descending=descending)[1]


@lowers("aten.argsort.stable")
def argsort_stable(self: Array, stable: bool, dim: int = -1, descending: bool = False) -> Array:
    return sort_stable(self, dim=dim, descending=descending)[1]


@lowers("aten.topk")
def topk(self: Array, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> tuple[Array, Array]:
    if not self.ndim:
        return self, ops.zeros((), dtype="int64")
    if largest:
        values, places = ops.top_k(self, k, axis=dim)
        return values, places
    key = (*[slice(None)] * (dim % self.ndim), slice(k))
    places = ops.get_item(ops.argsort(self, axis=dim), key)
    return ops.take_along_axis(self, places, axis=dim), places
