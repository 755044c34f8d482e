"""Reductions of the rows that share a number: sums over the nodes of each graph, the words of each document."""

from __future__ import annotations

from bridge.dispatch import op, primitive
from bridge.ops.arithmetic import divide, maximum
from bridge.ops.creation import ones_like
from bridge.ops.manipulation import reshape
from bridge.typing import Array

__all__ = [
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
]


@primitive
def segment_sum(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The sum of the rows of each segment, 0 where there is none; `jax.ops.segment_sum`.

    Args:
        data: `(n, *)`.
        segment_ids: `(n,)`, integers from 0: the segment of each row.
        num_segments: how many there are. By default one more than the largest number, which is read back from the
            device and makes a shape that depends on values: `jax.jit` needs it given.
        sorted: whether the numbers never fall, which JAX can make use of.

    Returns:
        `(num_segments, *)`, of the dtype of `data`.

    >>> ops.segment_sum(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0, 0, 2]), 3)
    tensor([3., 0., 3.])
    """


@primitive
def segment_prod(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The product of the rows of each segment, 1 where there is none, see `segment_sum`; `jax.ops.segment_prod`.

    >>> ops.segment_prod(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0, 2, 2]), 3)
    tensor([1., 1., 6.])
    """


@primitive
def segment_max(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The largest of the rows of each segment, see `segment_sum`; `jax.ops.segment_max`.

    A segment without rows has minus infinity, or the lowest number of an integer dtype.

    >>> ops.segment_max(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0, 0, 2]), 3)
    tensor([2., -inf, 3.])
    """


@primitive
def segment_min(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The smallest of the rows of each segment, see `segment_sum`; `jax.ops.segment_min`.

    A segment without rows has infinity, or the highest number of an integer dtype.

    >>> ops.segment_min(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0, 0, 2]), 3)
    tensor([1., inf, 3.])
    """


@op
def segment_mean(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> Array:
    """The mean of the rows of each segment, 0 where there is none, see `segment_sum`; `tf.math.unsorted_segment_mean`.

    That of bool and integers is float32.

    >>> ops.segment_mean(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0, 0, 2]), 3)
    tensor([1.5000, 0.0000, 3.0000])
    """
    total = segment_sum(data, segment_ids, num_segments, sorted)
    count = segment_sum(ones_like(segment_ids), segment_ids, num_segments, sorted)
    return divide(total, maximum(reshape(count, (-1,) + (1,) * (data.ndim - 1)), 1))
