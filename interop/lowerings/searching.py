"""Places in sorted values."""

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
