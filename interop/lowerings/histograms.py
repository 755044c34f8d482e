"""Places in sorted values, and counts between them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.searchsorted")
def searchsorted(
    sorted_sequence: Array,
    self: Array,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Array | None = None,
) -> Array:
    from_right = right or side == "right"
    if not ops.is_tensor(self):
        self = ops.full((), self, dtype=sorted_sequence.dtype)
    if sorted_sequence.ndim == 1:
        places = ops.searchsorted(sorted_sequence, self, side="right" if from_right else "left", sorter=sorter)
    else:
        if sorter is not None:
            sorted_sequence = ops.take_along_axis(sorted_sequence, sorter, axis=-1)
        rows, values = ops.expand_dims(sorted_sequence, -2), ops.expand_dims(self, -1)
        before = ops.less_equal(rows, values) if from_right else ops.less(rows, values)
        places = ops.sum(ops.astype(before, "int64"), axis=-1)
    return ops.astype(places, "int32" if out_int32 else "int64")


@lowers("aten.bucketize")
def bucketize(self: Array, boundaries: Array, out_int32: bool = False, right: bool = False) -> Array:
    return searchsorted(boundaries, self, out_int32, right)


@lowers("aten.histc")
def histc(self: Array, bins: int = 100, min: float = 0, max: float = 0) -> Array:
    flat = ops.reshape(self, (-1,))
    low, high = (min, max) if min != max else _bounds(flat, min)
    edges = _edges(flat, low, high, bins)
    return ops.astype(_counts([flat], [edges], None), self.dtype)


def _bounds(x: Array, common: float = 0.0) -> tuple[Array, Array]:
    """The least and the largest value, apart from each other; around `common` where there is none."""
    if not math.prod(ops.shape(x)) or common:
        least = largest = ops.full((), common, dtype=x.dtype)
    else:
        least, largest = ops.min(x), ops.max(x)
    same = ops.equal(least, largest)
    return ops.where(same, ops.subtract(least, 1), least), ops.where(same, ops.add(largest, 1), largest)


def _edges(x: Array, low: Array | float, high: Array | float, bins: int) -> Array:
    steps = ops.divide(ops.astype(ops.arange(bins + 1), x.dtype), bins)
    return ops.add(ops.multiply(steps, high - low), low)


def _counts(columns: Sequence[Array], edges: Sequence[Array], weight: Array | None) -> Array:
    """How many points, or how much of their weight, lies between the edges; the last edge counts with its bin."""
    place: Array = ops.zeros_like(columns[0], dtype="int64")
    inside = ops.ones_like(columns[0], dtype="bool")
    shape = tuple(ops.shape(each)[0] - 1 for each in edges)
    for column, bounds, bins in zip(columns, edges, shape, strict=True):
        found = ops.subtract(ops.searchsorted(bounds, column, side="right"), 1)
        found = ops.where(ops.equal(column, bounds[-1]), bins - 1, found)
        inside = ops.logical_and(inside, ops.logical_and(ops.greater_equal(found, 0), ops.less(found, bins)))
        place = ops.add(ops.multiply(place, bins), ops.clip(found, 0, bins - 1))
    counted = ops.astype(inside, columns[0].dtype)
    counted = counted if weight is None else ops.multiply(counted, ops.reshape(weight, (-1,)))
    return ops.reshape(ops.segment_sum(counted, place, math.prod(shape)), shape)


def _as_density(counts: Array, edges: Sequence[Array], density: bool) -> Array:
    if not density:
        return counts
    for axis, bounds in enumerate(edges):
        shape = [1] * counts.ndim
        shape[axis] = -1
        counts = ops.divide(counts, ops.reshape(ops.subtract(bounds[1:], bounds[:-1]), tuple(shape)))
    widths = counts
    for axis, bounds in enumerate(edges):
        shape = [1] * counts.ndim
        shape[axis] = -1
        widths = ops.multiply(widths, ops.reshape(ops.subtract(bounds[1:], bounds[:-1]), tuple(shape)))
    return ops.divide(counts, ops.sum(widths))


@lowers("aten.histogram.bins_tensor")
def histogram_of(self: Array, bins: Array, weight: Array | None = None, density: bool = False) -> tuple[Array, Array]:
    return _as_density(_counts([ops.reshape(self, (-1,))], [bins], weight), [bins], density), bins


@lowers("aten.histogram.bin_ct")
def histogram(
    self: Array,
    bins: int = 100,
    range: Sequence[float] | None = None,
    weight: Array | None = None,
    density: bool = False,
) -> tuple[Array, Array]:
    flat = ops.reshape(self, (-1,))
    low, high = range if range is not None else _bounds(flat)
    return histogram_of(self, _edges(flat, low, high, bins), weight, density)


@lowers("aten._histogramdd_bin_edges")
def histogramdd_edges(
    self: Array,
    bins: Sequence[int],
    range: Sequence[float] | None = None,
    weight: Array | None = None,
    density: bool = False,
) -> list[Array]:
    columns = _columns(self)
    limits = [range[2 * place : 2 * place + 2] if range else _bounds(column) for place, column in enumerate(columns)]
    return [_edges(column, low, high, count) for column, (low, high), count in zip(columns, limits, bins, strict=True)]


def _columns(x: Array) -> list[Array]:
    return list(ops.unstack(ops.reshape(x, (-1, ops.shape(x)[-1])), axis=1))


@lowers("aten._histogramdd_from_bin_cts")
def histogramdd(
    self: Array,
    bins: Sequence[int],
    range: Sequence[float] | None = None,
    weight: Array | None = None,
    density: bool = False,
) -> Array:
    return histogramdd_of(self, histogramdd_edges(self, bins, range), weight, density)


@lowers("aten._histogramdd_from_bin_tensors")
def histogramdd_of(self: Array, bins: Sequence[Array], weight: Array | None = None, density: bool = False) -> Array:
    return _as_density(_counts(_columns(self), bins, weight), bins, density)
