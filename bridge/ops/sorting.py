"""Order: sorting, the largest few, and places in sorted tensors, with the Array API's names and meaning.

A NaN counts as the largest, as in PyTorch. Numbers without an order, which are the complex ones, are refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.dispatch import op, primitive
from bridge.frameworks import framework_of
from bridge.ops.arithmetic import where
from bridge.ops.comparison import greater, greater_equal, isfinite, less, logical_and
from bridge.ops.creation import asarray_like
from bridge.ops.indexing import take_along_axis
from bridge.ops.manipulation import astype, expand_dims, shape, squeeze
from bridge.ops.rearranging import flip
from bridge.ops.reductions import all, count_nonzero
from bridge.shapes import normalize_axis
from bridge.typing import Array, Number

__all__ = [
    "argpartition",
    "argsort",
    "digitize",
    "in_top_k",
    "searchsorted",
    "sort",
    "top_k",
    "unravel_index",
]


@primitive
def sort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """The values along `axis` in order; the Array API's `sort`.

    Args:
        x: of one axis or more.
        axis: the last by default.
        descending: from the largest; a NaN then comes first, and otherwise last.
        stable: keeps the order of equals, which shows in gradients alone.

    >>> ops.sort(torch.tensor([3.0, 1.0, 2.0]), descending=True)
    tensor([3., 2., 1.])
    """


@primitive
def argsort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """The indices that put `axis` in order, int64 (int32 in JAX without x64); the Array API's `argsort`.

    Args:
        x: of one axis or more.
        axis: the last by default.
        descending: from the largest; a NaN then comes first, and otherwise last.
        stable: equals keep their order, in both directions.

    >>> ops.argsort(torch.tensor([3.0, 1.0, 2.0]))
    tensor([1, 2, 0])
    """


@op
def argpartition(x: Array, kth: int, /, *, axis: int = -1) -> Array:
    """Indices that put the element `kth` in order into its place, with none larger before it; `numpy.argpartition`.

    The order before and behind that place is left open; int64 (int32 in JAX without x64).

    Raises:
        ValueError: `kth` is no place along `axis`.

    >>> ops.take(torch.tensor([3.0, 1.0, 2.0]), ops.argpartition(torch.tensor([3.0, 1.0, 2.0]), 1), axis=0)[1]
    tensor(2.)
    """
    size = shape(x)[normalize_axis(axis, len(shape(x)))]
    if isinstance(size, int) and not -size <= kth < size:
        raise ValueError(f"expected kth from {-size} to {size - 1}, got {kth}")
    return argsort(x, axis=axis)


@primitive
def top_k(x: Array, k: int, /, *, sorted: bool = True, axis: int = -1) -> tuple[Array, Array]:
    """The `k` largest along `axis` and their indices, int64 (int32 in JAX without x64); `torch.topk`.

    Args:
        x: of one axis or more.
        k: how many, at most the size of the axis.
        sorted: the largest come first; `False` leaves their order open.
        axis: the last by default.

    Returns:
        The values, and the indices; which of equals are chosen is left open.

    >>> ops.top_k(torch.tensor([3.0, 1.0, 2.0]), 2)
    (tensor([3., 2.]), tensor([0, 2]))
    """


@primitive
def searchsorted(x1: Array, x2: Array | Number, /, *, side: str = "left", sorter: Array | None = None) -> Array:
    """Where each of `x2` would go into the sorted `x1`: int64 (int32 in JAX without x64); `numpy.searchsorted`.

    Args:
        x1: `(n,)`, in ascending order, or in the order of `sorter`.
        x2: what to look for, of any shape.
        side: `"left"` counts those of `x1` that are smaller, `"right"` those that are smaller or equal.
        sorter: `(n,)`, the indices that put `x1` in order, as `argsort` gives them.

    Returns:
        Numbers from 0 to n, in the shape of `x2`.

    Raises:
        ValueError: `x1` has not one axis, or the side is another.

    >>> ops.searchsorted(torch.tensor([1.0, 2.0, 2.0, 3.0]), torch.tensor([2.0, 5.0]), side="right")
    tensor([3, 4])
    """


@op
def digitize(x: Array, bins: Array | Sequence[float], /, *, right: bool = False) -> Array:
    """The number of the bin that each of `x` falls in, int64 (int32 in JAX without x64); `numpy.digitize`.

    Args:
        x: of any shape.
        bins: `(n,)`, the edges, which ascend or descend.
        right: a bin holds its upper edge instead of its lower.

    Returns:
        Numbers from 0, beyond the first edge, to n, beyond the last; in the shape of `x`.

    >>> ops.digitize(torch.tensor([0.5, 1.0, 9.0]), torch.tensor([0.0, 1.0, 2.0]))
    tensor([1, 2, 3])
    """
    bins = bins if framework_of(bins) else asarray_like(x, bins)
    descending = less(bins[-1:], bins[:1])
    ascending = where(descending, flip(bins, axis=0), bins)
    place = searchsorted(ascending, x, side="left" if right else "right")
    return where(squeeze(descending, 0), shape(bins)[0] - place, place)


@op
def in_top_k(targets: Array, predictions: Array, k: int) -> Array:
    """Whether the class of each target is among the `k` with the largest predictions: bool; `tf.math.in_top_k`.

    Args:
        targets: `(N,)`, the number of a class each.
        predictions: `(N, C)`.
        k: how many are looked at; all of those that are equal to the last of them count as among them.

    Returns:
        `(N,)`; `False` also where a prediction is not finite, and where a target is no class.

    >>> ops.in_top_k(torch.tensor([1, 0]), torch.tensor([[0.1, 0.7, 0.2], [0.1, 0.7, 0.2]]), 2)
    tensor([ True, False])
    """
    classes = shape(predictions)[-1]
    known = logical_and(greater_equal(targets, 0), less(targets, classes))
    place = expand_dims(where(known, targets, 0), -1)
    above = greater(predictions, take_along_axis(predictions, place, axis=-1))
    found = less(count_nonzero(above, axis=-1), k)
    return logical_and(logical_and(found, known), all(isfinite(predictions), axis=-1))


@op
def unravel_index(indices: Array, shape: tuple[int, ...], /) -> tuple[Array, ...]:
    """Indices into the flattened tensor as indices along each axis of `shape`; `numpy.unravel_index`.

    Args:
        indices: whole numbers from 0 below the product of `shape`, which is not checked.
        shape: the sizes of the axes.

    Returns:
        A tensor for each axis, in the shape of `indices`; int64 (int32 in JAX without x64).

    >>> ops.unravel_index(torch.tensor([1, 5]), (2, 3))
    (tensor([0, 1]), tensor([1, 2]))
    """
    rest, places = astype(indices, "int64"), []
    for size in reversed(shape):
        places.append(rest % size)
        rest = rest // size
    return tuple(reversed(places))
