"""Elements at places that another tensor holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.index.Tensor", "aten._unsafe_index.Tensor")
def index(self: Array, indices: Sequence[Array | None]) -> Array:
    return ops.get_item(self, tuple(slice(None) if one is None else one for one in indices))


@lowers("aten.index_select")
def index_select(self: Array, dim: int, index: Array) -> Array:
    if not self.ndim:
        return ops.squeeze(ops.take(ops.reshape(self, (1,)), ops.reshape(index, (-1,)), axis=0), 0)
    return ops.take(self, ops.reshape(index, (-1,)), axis=dim)


@lowers("aten.embedding")
def embedding(
    weight: Array, indices: Array, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Array:
    return ops.embedding(indices, weight, padding_idx if padding_idx >= 0 else None, None, 2.0, scale_grad_by_freq)


@lowers("aten.gather")
def gather(self: Array, dim: int, index: Array, sparse_grad: bool = False) -> Array:
    if not self.ndim:
        return ops.broadcast_to(self, ops.shape(index))
    if not index.ndim:
        return ops.squeeze(gather(self, dim, ops.reshape(index, (1,))), 0)
    return ops.take_along_axis(_cropped(self, index, dim), index, axis=dim)


def _cropped(x: Array, index: Array, dim: int) -> Array:
    """`x`, no longer than `index` along every axis but one, as torch takes it."""
    sizes = zip(ops.shape(x), ops.shape(index), strict=True)
    kept = [
        axis == dim % x.ndim or (isinstance(own, int) and isinstance(size, int) and own == size)
        for axis, (own, size) in enumerate(sizes)
    ]
    key = [slice(None) if keep else slice(size) for keep, size in zip(kept, ops.shape(index), strict=True)]
    return x if all(kept) else ops.get_item(x, tuple(key))


@lowers("aten.take")
def take(self: Array, index: Array) -> Array:
    return ops.get_item(ops.reshape(self, (-1,)), (index,))  # it knows negative places, as torch does


@lowers("aten.masked_select")
def masked_select(self: Array, mask: Array) -> Array:
    self, mask = ops.broadcast_arrays(self, mask)
    return ops.get_item(self, mask)


@lowers("aten.nonzero")
def nonzero(self: Array) -> Array:
    return ops.argwhere(self)


@lowers("aten.nonzero_static")
def nonzero_static(self: Array, size: int, fill_value: int = -1) -> Array:
    return ops.argwhere(self, size=size, fill_value=fill_value)


@lowers("aten._local_scalar_dense", "aten.item")
def item(self: Array) -> Any:
    return ops.reshape(self, ())
