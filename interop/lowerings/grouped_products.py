"""Matrix products of groups of rows, each with a matrix of its own: the experts of transformers and of PyTorch."""

from __future__ import annotations

from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("transformers.grouped_mm_fallback")
def grouped_mm_fallback(input: Array, weight: Array, offs: Array) -> Array:
    """Every matrix takes all rows, those of other groups as zero: the sizes of groups are values."""
    rows = ops.arange(ops.shape(input)[0], dtype=offs.dtype)
    ends = ops.expand_dims(offs, 1)
    starts = ops.concat([ops.zeros_like(ends[:1]), ends[:-1]], axis=0)
    own = ops.logical_and(ops.greater_equal(rows, starts), ops.less(rows, ends))
    grouped = ops.where(ops.expand_dims(own, 2), ops.expand_dims(input, 0), 0)
    return ops.sum(ops.matmul(grouped, weight), axis=0)


@lowers("aten._grouped_mm")
def grouped_mm(
    self: Array, mat2: Array, offs: Array | None = None, bias: Array | None = None, out_dtype: Any = None
) -> Array:
    if offs is None or (self.ndim, mat2.ndim) != (2, 3):
        raise NotImplementedError("grouped_mm is converted for groups of rows of a matrix, with a stack of matrices")
    product = grouped_mm_fallback(self, mat2, offs)
    product = product if bias is None else ops.add(product, bias)
    return product if out_dtype is None else ops.astype(product, out_dtype)
