"""Embeddings beyond the look-up of rows."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

MODES = ("sum", "mean", "max")


@lowers("aten.embedding_bag.padding_idx", "aten.embedding_bag.default")
def embedding_bag(
    weight: Array,
    indices: Array,
    offsets: Array,
    scale_grad_by_freq: bool = False,
    mode: int = 0,
    sparse: bool = False,
    per_sample_weights: Array | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> tuple[Array, None, None, None]:
    """The last three answers are for torch's own backward, and `torch.nn.functional` does not hand them out."""
    options = (MODES[mode], sparse, per_sample_weights, include_last_offset)
    bags = ops.embedding_bag(indices, weight, offsets, None, 2, scale_grad_by_freq, *options, padding_idx)
    return bags, None, None, None


@lowers("aten._embedding_bag", "aten._embedding_bag_forward_only")
def _embedding_bag(
    weight: Array,
    indices: Array,
    offsets: Array,
    scale_grad_by_freq: bool = False,
    mode: int = 0,
    sparse: bool = False,
    per_sample_weights: Array | None = None,
    include_last_offset: bool = False,
    padding_idx: int = -1,
) -> tuple[Array, None, None, None]:
    options = (scale_grad_by_freq, mode, sparse, per_sample_weights, include_last_offset)
    return embedding_bag(weight, indices, offsets, *options, None if padding_idx == -1 else padding_idx)


@lowers("aten.embedding_renorm")
def embedding_renorm(self: Array, indices: Array, max_norm: float, norm_type: float) -> Array:
    """Rows that are used and too long, scaled down: torch does this in place and unseen by autograd."""
    norm = ops.linalg.vector_norm(self, axis=1, keepdims=True, ord=norm_type)
    scale = ops.where(ops.greater(norm, max_norm), ops.divide(max_norm, ops.add(norm, 1e-7)), 1.0)
    rows = ops.reshape(ops.arange(ops.shape(self)[0], dtype="int64"), (-1, 1))
    used = ops.any(ops.equal(rows, ops.reshape(ops.astype(indices, "int64"), (1, -1))), axis=1, keepdims=True)
    change = ops.where(used, ops.multiply(self, ops.subtract(scale, 1.0)), 0.0)
    return ops.add(self, ops.stop_gradient(change))


@lowers("aten.one_hot")
def one_hot(self: Array, num_classes: int = -1) -> Array:
    if num_classes == -1:
        raise NotImplementedError("one_hot needs num_classes: without it the size follows from the values")
    return ops.one_hot(self, num_classes)
