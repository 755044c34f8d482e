"""Elements at places that another tensor holds."""

from __future__ import annotations

import math
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
    key = tuple(
        slice(None) if axis == dim % x.ndim or own is size or own == size else slice(size)
        for axis, (own, size) in enumerate(zip(ops.shape(x), ops.shape(index), strict=True))
    )
    return x if all(part == slice(None) for part in key) else ops.get_item(x, key)


@lowers("aten.take")
def take(self: Array, index: Array) -> Array:
    return ops.take(ops.reshape(self, (-1,)), index)


@lowers("aten.index_put", "aten._unsafe_index_put")
def index_put(self: Array, indices: Sequence[Array | None], values: Array, accumulate: bool = False) -> Array:
    indices = [*indices, *[None] * (self.ndim - _axes_of(indices))]
    masks = [one for one in indices if one is not None and _is_mask(one)]
    if masks:
        return _put_by_mask(self, indices, masks, values, accumulate)
    places = [axis for axis, one in enumerate(indices) if one is not None]
    rest = [axis for axis in range(self.ndim) if axis not in places]
    sizes = ops.shape(self)
    arrays = ops.broadcast_arrays(*(_not_negative(indices[axis], sizes[axis]) for axis in places))
    front = ops.shape(arrays[0])
    together = places == list(range(places[0], places[-1] + 1))
    start = places[0] if together else 0
    # Torch puts the indexed axes where the first of them stood, if they stand side by side.
    answer_shape = (*[sizes[axis] for axis in rest[:start]], *front, *[sizes[axis] for axis in rest[start:]])
    updates = ops.broadcast_to(ops.astype(values, self.dtype), answer_shape)
    updates = ops.moveaxis(updates, tuple(range(start, start + len(front))), tuple(range(len(front))))
    updates = ops.reshape(updates, (math.prod(front), *[sizes[axis] for axis in rest]))
    flat = ops.stack([ops.reshape(array, (-1,)) for array in arrays], axis=-1)
    order = (*places, *rest)
    turned = ops.permute_dims(self, order)
    put = ops.scatter_add if accumulate else ops.scatter_update
    return ops.permute_dims(put(turned, flat, updates), tuple(order.index(axis) for axis in range(self.ndim)))


def _axes_of(indices: Sequence[Array | None]) -> int:
    return sum(one.ndim if one is not None and _is_mask(one) else 1 for one in indices)


def _is_mask(x: Array) -> bool:
    return ops.isdtype(x.dtype, "bool") or ops.isdtype(x.dtype, "uint8")


def _not_negative(index: Array, size: Any) -> Array:
    return ops.where(ops.less(index, 0), ops.add(index, size), index)


def _put_by_mask(
    x: Array, indices: Sequence[Array | None], masks: Sequence[Array], values: Array, accumulate: bool
) -> Array:
    """Where a mask stands the number of elements follows from its values; for one mask alone no graph needs it."""
    if len(masks) > 1 or any(one is not None and one is not masks[0] for one in indices):
        spread: list[Array | None] = []
        for one in indices:
            spread += ops.nonzero(one) if one is not None and _is_mask(one) else [one]
        return index_put(x, spread, values, accumulate)
    before = next(axis for axis, one in enumerate(indices) if one is not None)
    mask = ops.astype(masks[0], "bool")
    after = x.ndim - before - mask.ndim
    if values.ndim == 0 or all(size == 1 for size in ops.shape(values)):
        chosen = ops.reshape(values, ()) if values.ndim else values
    else:
        count = ops.reshape(ops.cumsum(ops.astype(ops.reshape(mask, (-1,)), "int32"), axis=0), ops.shape(mask))
        place = ops.clip(ops.subtract(count, 1), 0, None)
        rows = values.ndim - after - 1
        chosen = ops.take(values, place, axis=max(rows, 0)) if values.ndim > after else values
    shaped = ops.reshape(mask, (*ops.shape(mask), *[1] * after))
    chosen = ops.astype(chosen, x.dtype)
    return ops.where(shaped, ops.add(x, chosen) if accumulate else chosen, x)


@lowers("aten.masked_scatter")
def masked_scatter(self: Array, mask: Array, source: Array) -> Array:
    self, mask = ops.broadcast_arrays(self, mask)
    count = ops.cumsum(ops.astype(ops.reshape(mask, (-1,)), "int32"), axis=0)
    place = ops.reshape(ops.clip(ops.subtract(count, 1), 0, None), ops.shape(mask))
    return ops.where(mask, ops.take(ops.reshape(source, (-1,)), place), self)


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


@lowers("aten.scatter.src", "aten.scatter.value")
def scatter(self: Array, dim: int, index: Array, src: Any) -> Array:
    return _scattered(self, dim, index, src, add=False)


@lowers("aten.scatter_add")
def scatter_add(self: Array, dim: int, index: Array, src: Array) -> Array:
    return _scattered(self, dim, index, src, add=True)


def _scattered(x: Array, dim: int, index: Array, src: Any, *, add: bool) -> Array:
    if not x.ndim:
        return ops.reshape(_scattered(ops.reshape(x, (1,)), 0, ops.reshape(index, (-1,)), src, add=add), ())
    if not index.ndim:
        index = ops.reshape(index, (1,))
    shape = ops.shape(index)
    axes = ops.meshgrid(*[ops.arange(size, dtype="int64") for size in shape], indexing="ij")
    axes[dim % x.ndim] = index
    places = ops.stack([ops.reshape(axis, (-1,)) for axis in axes], axis=-1)
    if ops.is_tensor(src):
        src = src if src.ndim else ops.broadcast_to(src, shape)
        updates = ops.get_item(src, tuple(slice(size) for size in shape))
    else:
        updates = ops.full(shape, src, dtype=x.dtype)
    put = ops.scatter_add if add else ops.scatter_update
    return put(x, places, ops.astype(ops.reshape(updates, (-1,)), x.dtype))


@lowers("aten.index_add")
def index_add(self: Array, dim: int, index: Array, source: Array, alpha: float = 1) -> Array:
    updates = source if alpha == 1 else ops.multiply(source, alpha)
    return ops.index_add(self, index, updates, axis=dim)


@lowers("aten.slice_scatter")
def slice_scatter(self: Array, src: Array, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Array:
    dim %= self.ndim
    length = ops.shape(self)[dim]
    whole = (start is None or start == 0) and (end is None or (isinstance(end, int) and end >= 2**62)) and step == 1
    if whole:
        return ops.broadcast_to(ops.astype(src, self.dtype), ops.shape(self))
    positions = ops.arange(length, dtype="int64")[
        slice(start, None if isinstance(end, int) and end >= 2**62 else end, step)
    ]
    indices: list[Array | None] = [None] * dim + [positions]
    return index_put(self, indices, src)


@lowers("aten.select_scatter")
def select_scatter(self: Array, src: Array, dim: int, index: Any) -> Array:
    dim %= self.ndim
    places = ops.arange(ops.shape(self)[dim], dtype="int64")
    place = index % ops.shape(self)[dim] if isinstance(index, int) else index
    shape = [1] * self.ndim
    shape[dim] = -1
    return ops.where(
        ops.reshape(ops.equal(places, place), tuple(shape)), ops.expand_dims(ops.astype(src, self.dtype), dim), self
    )


@lowers("aten._local_scalar_dense", "aten.item")
def item(self: Array) -> Any:
    return ops.reshape(self, ())
