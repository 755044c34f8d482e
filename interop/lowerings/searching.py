"""Places in sorted values, and counts between edges."""

from __future__ import annotations

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
    """By torch's own arithmetic: a value's place is rounded as there, and so are its doubts at an edge."""
    if min == max:
        raise NotImplementedError("histc needs min and max: without them the edges follow from the values")
    values = ops.stop_gradient(ops.reshape(self, (-1, 1)))
    places = ops.floor(ops.divide(ops.multiply(ops.subtract(values, min), bins), max - min))
    places = ops.where(ops.equal(places, bins), bins - 1.0, places)  # the last bin has both its edges
    inside = ops.logical_and(ops.greater_equal(values, min), ops.less_equal(values, max))
    counted = ops.logical_and(inside, ops.equal(places, ops.arange(bins, dtype=self.dtype)))
    return ops.sum(ops.astype(counted, self.dtype), axis=0)


@lowers("aten.bincount")
def bincount(self: Array, weights: Array | None = None, minlength: int = 0) -> Array:
    if weights is not None and not ops.isdtype(weights.dtype, "float32"):
        weights = ops.astype(weights, "float64")
    return ops.bincount(self, weights=weights, minlength=minlength)
