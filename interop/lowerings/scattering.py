"""Tensors with other elements at some places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


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
    put = _added_at if accumulate else ops.scatter_update
    return ops.permute_dims(put(turned, flat, updates), tuple(order.index(axis) for axis in range(self.ndim)))


def _added_at(x: Array, indices: Array, updates: Array) -> Array:
    return ops.astype(ops.scatter_add(_counted(x), indices, _counted(updates)), x.dtype)


def _counted(x: Array) -> Array:
    """Bool as whole numbers, which the frameworks can add and multiply at places: torch takes or and and for that."""
    return ops.astype(x, "int32") if ops.isdtype(x.dtype, "bool") else x


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


@lowers("aten.scatter.src", "aten.scatter.value")
def scatter(self: Array, dim: int, index: Array, src: Any) -> Array:
    return _scattered(self, dim, index, src, add=False)


@lowers("aten.scatter_add")
def scatter_add(self: Array, dim: int, index: Array, src: Array) -> Array:
    return _scattered(self, dim, index, src, add=True)


def _scattered(x: Array, dim: int, index: Array, src: Any, *, add: bool) -> Array:
    if not x.ndim:
        return ops.reshape(_scattered(ops.reshape(x, (1,)), 0, ops.reshape(index, (-1,)), src, add=add), ())
    places, updates = _updates(x, dim, index, src)
    put = _added_at if add else ops.scatter_update
    return put(x, ops.stack([ops.reshape(place, (-1,)) for place in places], axis=-1), updates)


def _updates(x: Array, dim: int, index: Array, src: Any) -> tuple[list[Array], Array]:
    """The place of each element that is put, as an index for each axis, and these elements in one row."""
    index = index if index.ndim else ops.reshape(index, (1,))
    shape = ops.shape(index)
    places = ops.meshgrid(*[ops.arange(size, dtype="int64") for size in shape], indexing="ij")
    places[dim % x.ndim] = index
    if not ops.is_tensor(src):
        return places, ops.full((math.prod(shape),), src, dtype=x.dtype)
    src = src if src.ndim else ops.broadcast_to(src, shape)
    updates = ops.get_item(src, tuple(slice(size) for size in shape))
    return places, ops.astype(ops.reshape(updates, (-1,)), x.dtype)


@lowers("aten.index_add")
def index_add(self: Array, dim: int, index: Array, source: Array, alpha: float = 1) -> Array:
    updates = source if alpha == 1 else ops.multiply(source, alpha)
    if not self.ndim:
        return index_add(ops.reshape(self, (1,)), 0, ops.reshape(index, (-1,)), ops.reshape(updates, (-1,)))[0]
    added = ops.index_add(_counted(self), ops.reshape(index, (-1,)), _counted(updates), axis=dim)
    return ops.astype(added, self.dtype)


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


@lowers("aten.index_copy")
def index_copy(self: Array, dim: int, index: Array, source: Array) -> Array:
    if not self.ndim:
        return ops.reshape(ops.astype(source, self.dtype), ())
    return index_put(self, [*[None] * (dim % self.ndim), ops.reshape(index, (-1,))], source)


@lowers("aten.index_fill.int_Scalar", "aten.index_fill.int_Tensor")
def index_fill(self: Array, dim: int, index: Array, value: Any) -> Array:
    filled = ops.astype(value, self.dtype) if ops.is_tensor(value) else ops.full((), value, dtype=self.dtype)
    if not self.ndim:
        return index_fill(ops.reshape(self, (1,)), 0, index, filled)[0]
    return index_put(self, [*[None] * (dim % self.ndim), ops.reshape(index, (-1,))], filled)


@lowers("aten.put")
def put(self: Array, index: Array, source: Array, accumulate: bool = False) -> Array:
    flat = index_put(ops.reshape(self, (-1,)), [ops.reshape(index, (-1,))], ops.reshape(source, (-1,)), accumulate)
    return ops.reshape(flat, ops.shape(self))


@lowers("aten.diagonal_scatter")
def diagonal_scatter(self: Array, src: Array, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Array:
    ends = (dim1 % self.ndim, dim2 % self.ndim)
    length = ops.shape(src)[-1]
    places = ops.arange(length, dtype="int64")
    front = ops.moveaxis(self, ends, (0, 1))
    indices = [ops.add(places, max(-offset, 0)), ops.add(places, max(offset, 0))]
    return ops.moveaxis(index_put(front, indices, ops.moveaxis(src, -1, 0)), (0, 1), ends)


_REDUCTIONS = {
    **dict.fromkeys(("sum", "add"), ops.segment_sum),
    **dict.fromkeys(("prod", "multiply"), ops.segment_prod),
    **{"amax": ops.segment_max, "amin": ops.segment_min, "mean": ops.segment_sum},
}


@lowers("aten.scatter_reduce.two", "aten.scatter.reduce", "aten.scatter.value_reduce")
def scatter_reduce(self: Array, dim: int, index: Array, src: Any, reduce: str, include_self: bool = True) -> Array:
    if not self.ndim:
        whole = scatter_reduce(ops.reshape(self, (1,)), 0, ops.reshape(index, (-1,)), src, reduce, include_self)
        return ops.reshape(whole, ())
    places, updates = _updates(self, dim, index, src)
    sizes = ops.shape(self)
    numbers = places[0]  # of the places, counted in row-major order
    for place, size in zip(places[1:], sizes[1:], strict=True):
        numbers = ops.add(ops.multiply(numbers, size), place)
    flat = _reduced(ops.reshape(self, (-1,)), ops.reshape(numbers, (-1,)), updates, reduce, include_self)
    return ops.reshape(flat, sizes)


@lowers("aten.index_reduce")
def index_reduce(self: Array, dim: int, index: Array, source: Array, reduce: str, include_self: bool = True) -> Array:
    index = ops.reshape(index, (-1,))
    if not self.ndim:
        return ops.reshape(
            _reduced(ops.reshape(self, (1,)), index, ops.reshape(source, (1,)), reduce, include_self), ()
        )
    rows = [ops.moveaxis(one, dim, 0) for one in (self, source)]
    return ops.moveaxis(_reduced(rows[0], index, rows[1], reduce, include_self), 0, dim)


def _reduced(rows: Array, numbers: Array, updates: Array, reduce: str, include_self: bool) -> Array:
    """`rows`, each together with the updates of its number, or with these in its place."""
    count = ops.shape(rows)[0]
    updates = ops.astype(updates, rows.dtype)
    numbers = ops.astype(numbers, "int64")
    if include_self:
        updates = ops.concat([rows, updates], axis=0)
        numbers = ops.concat([ops.arange(count, dtype="int64"), numbers], axis=0)
    found = ops.astype(_REDUCTIONS[reduce](_counted(updates), numbers, count), rows.dtype)
    hits = ops.segment_sum(ops.ones_like(numbers), numbers, count)
    hits = ops.reshape(hits, (-1, *[1] * (rows.ndim - 1)))
    if reduce == "mean":
        found = _mean(found, ops.maximum(hits, 1))
    return found if include_self else ops.where(ops.greater(hits, 0), found, rows)


def _mean(total: Array, count: Array) -> Array:
    if ops.isdtype(total.dtype, "integral"):
        return ops.floor_divide(total, ops.astype(count, total.dtype))
    return ops.divide(total, ops.astype(count, total.dtype))
