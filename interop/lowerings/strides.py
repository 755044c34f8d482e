"""Views that are told by strides in memory: here by the places in the contiguous tensor that is viewed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


def _places(size: Sequence[int], stride: Sequence[int], offset: int | None) -> Array:
    places = ops.full((1,) * len(size), offset or 0, dtype="int64")
    for axis, (length, step) in enumerate(zip(size, stride, strict=True)):
        shape = [1] * len(size)
        shape[axis] = length
        places = ops.add(places, ops.reshape(ops.multiply(ops.arange(length, dtype="int64"), step), tuple(shape)))
    return places


@lowers("aten.as_strided", "aten.as_strided_copy")
def as_strided(self: Array, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Array:
    return ops.take(ops.reshape(self, (-1,)), _places(size, stride, storage_offset), axis=0)


@lowers("aten.as_strided_scatter")
def as_strided_scatter(
    self: Array, src: Array, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Array:
    places = ops.reshape(_places(size, stride, storage_offset), (-1, 1))
    updates = ops.reshape(ops.astype(src, self.dtype), (-1,))
    return ops.reshape(ops.scatter_update(ops.reshape(self, (-1,)), places, updates), ops.shape(self))


@lowers("aten.unfold", "aten.unfold_copy")
def unfold(self: Array, dimension: int, size: int, step: int) -> Array:
    if not self.ndim:
        return ops.reshape(self, (1,))[:size]
    dimension %= self.ndim
    count = (ops.shape(self)[dimension] - size) // step + 1
    starts = ops.multiply(ops.arange(count, dtype="int64"), step)
    places = ops.add(ops.expand_dims(starts, 1), ops.arange(size, dtype="int64"))
    return ops.moveaxis(ops.take(self, places, axis=dimension), dimension + 1, -1)


@lowers("aten.resize")
def resize(self: Array, size: Sequence[int]) -> Array:
    if math.prod(size) > math.prod(ops.shape(self)):
        raise NotImplementedError("resize_ to more elements, whose values torch leaves undefined")
    return ops.reshape(ops.reshape(self, (-1,))[: math.prod(size)], tuple(size))
