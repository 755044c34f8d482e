"""Distinct values and places that hold, with the Array API's and NumPy's names and meaning.

The size of most answers depends on values, which `jax.jit` does not take, nor `torch.compile(fullgraph=True)` of old.
With `size` it is given instead: what is too much is left out, and what is missing filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bridge.dispatch import op, primitive
from bridge.dtypes import dtype_name, is_inexact
from bridge.errors import UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops.arithmetic import where
from bridge.ops.comparison import equal, greater, isnan, logical_and, logical_not, not_equal
from bridge.ops.creation import asarray_like, full_like, ones_like
from bridge.ops.indexing import take
from bridge.ops.joining import concat
from bridge.ops.manipulation import permute_dims, reshape, shape
from bridge.ops.reductions import any, cumulative_sum
from bridge.ops.sorting import argsort, searchsorted, sort
from bridge.shapes import normalize_axis
from bridge.typing import Array, Number

__all__ = [
    "argwhere",
    "flatnonzero",
    "isin",
    "nonzero",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]


@primitive
def argwhere(x: Array, /, *, size: int | None = None, fill_value: int = 0) -> Array:
    """The places of what is true or not zero, a row each; `numpy.argwhere`.

    Args:
        x: of any shape.
        size: how many rows; by default as many as there are places.
        fill_value: what rows beyond the last place hold.

    Returns:
        `(n, x.ndim)`, int64 (int32 in JAX without x64).

    >>> ops.argwhere(torch.tensor([[0, 1], [2, 0]]))
    tensor([[0, 1],
            [1, 0]])
    """


@op
def nonzero(x: Array, /, *, size: int | None = None, fill_value: int = 0) -> tuple[Array, ...]:
    """The places of what is true or not zero, an index tensor for each axis; the Array API's `nonzero`.

    Args:
        x: of one axis or more.
        size: how many places; by default as many as there are.
        fill_value: the index that stands beyond the last place.

    Raises:
        ValueError: `x` has no axes.

    >>> ops.nonzero(torch.tensor([[0, 1], [2, 0]]))
    (tensor([0, 1]), tensor([1, 0]))
    """
    rank = len(shape(x))
    if rank == 0:
        raise ValueError("expected at least one axis")
    places = argwhere(x, size=size, fill_value=fill_value)
    return tuple(places[:, axis] for axis in range(rank))


@op
def flatnonzero(x: Array, /, *, size: int | None = None, fill_value: int = 0) -> Array:
    """The indices into the flattened tensor of what is true or not zero; `numpy.flatnonzero`.

    Args:
        x: of any shape.
        size: how many indices; by default as many as there are.
        fill_value: what stands beyond the last index.

    >>> ops.flatnonzero(torch.tensor([[0, 1], [2, 0]]))
    tensor([1, 2])
    """
    return nonzero(reshape(x, (-1,)), size=size, fill_value=fill_value)[0]


@op
def isin(x1: Array, x2: Array | Sequence[Number] | Number, /, *, invert: bool = False) -> Array:
    """Whether each of `x1` is one of `x2`: bool, in the shape of `x1`; `numpy.isin`. A NaN is no other.

    Args:
        x1: real numbers or bool.
        x2: what is looked for, of any shape.
        invert: whether it is none of them.

    >>> ops.isin(torch.tensor([1, 2, 3]), [3, 1])
    tensor([ True, False,  True])
    """
    ordered = sort(reshape(x2 if framework_of(x2) else asarray_like(x1, x2), (-1,)))
    found = greater(searchsorted(ordered, x1, side="right"), searchsorted(ordered, x1, side="left"))
    found = logical_and(found, equal(x1, x1))
    return logical_not(found) if invert else found


class UniqueAll(NamedTuple):
    """What `unique_all` answers."""

    values: Array
    indices: Array
    inverse_indices: Array
    counts: Array


class UniqueCounts(NamedTuple):
    """What `unique_counts` answers."""

    values: Array
    counts: Array


class UniqueInverse(NamedTuple):
    """What `unique_inverse` answers."""

    values: Array
    inverse_indices: Array


@op
def unique_all(x: Array, /, *, size: int | None = None, fill_value: Number | None = None) -> UniqueAll:
    """The distinct values in ascending order, where they first stand, and how often; the Array API's `unique_all`.

    Args:
        x: of any shape; each NaN is distinct.
        size: how many values; by default as many as there are.
        fill_value: the value beyond the last, by default the smallest. Such values have the index of the smallest and
            a count of 0.

    Returns:
        A named tuple of `values`; `indices` of their first occurrences in the flattened `x`; `inverse_indices`, which
        make `x` of the values, in the shape of `x`; and `counts`. All but the values are int64 (int32 in JAX without
        x64).

    >>> ops.unique_all(torch.tensor([3, 1, 3])).inverse_indices
    tensor([1, 0, 1])
    """
    return UniqueAll(*_unique(x, None, False, size, fill_value))


@op
def unique_counts(x: Array, /, *, size: int | None = None, fill_value: Number | None = None) -> UniqueCounts:
    """The distinct values in ascending order, and how often they occur; the Array API's `unique_counts`.

    Arguments and `values` and `counts` are as in `unique_all`.

    >>> values, counts = ops.unique_counts(torch.tensor([3, 1, 3]))
    >>> values, counts
    (tensor([1, 3]), tensor([1, 2]))
    """
    found = _unique(x, None, False, size, fill_value)
    return UniqueCounts(found.values, found.counts)


@op
def unique_inverse(x: Array, /, *, size: int | None = None, fill_value: Number | None = None) -> UniqueInverse:
    """The distinct values in ascending order, and the indices that make `x` of them; the Array API's `unique_inverse`.

    Arguments and `values` and `inverse_indices` are as in `unique_all`.

    >>> values, inverse = ops.unique_inverse(torch.tensor([3, 1, 3]))
    >>> ops.take(values, inverse, axis=0)
    tensor([3, 1, 3])
    """
    found = _unique(x, None, False, size, fill_value)
    return UniqueInverse(found.values, found.inverse_indices)


@op
def unique_values(x: Array, /, *, size: int | None = None, fill_value: Number | None = None) -> Array:
    """The distinct values in ascending order; the Array API's `unique_values`. Arguments are as in `unique_all`.

    >>> ops.unique_values(torch.tensor([3, 1, 3]))
    tensor([1, 3])
    """
    return _unique(x, None, False, size, fill_value).values


@op
def unique(
    x: Array,
    /,
    *,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    equal_nan: bool = True,
    size: int | None = None,
    fill_value: Number | None = None,
) -> Array | tuple[Array, ...]:
    """The distinct values in ascending order; `numpy.unique`.

    Args:
        x: of any shape.
        return_index: the indices of their first occurrences come too, as in `unique_all`.
        return_inverse: the indices that make `x` of them come too; along `axis`, one for each element of that.
        return_counts: how often each occurs comes too.
        axis: the parts of `x` along it are compared as a whole; by default `x` is flattened.
        equal_nan: all NaN are one value; not where `axis` is given.
        size: how many values; by default as many as there are.
        fill_value: the value beyond the last, by default the smallest.

    Raises:
        UnsupportedOpError: `axis` is given and the other sizes are dynamic, in TensorFlow.

    Returns:
        The values, or a tuple of them and of what else was asked for, in this order.

    >>> ops.unique(torch.tensor([[2, 1], [0, 5], [2, 1]]), axis=0)
    tensor([[0, 5],
            [2, 1]])
    """
    found = _unique(x, axis, equal_nan, size, fill_value)
    asked = zip(found[1:], (return_index, return_inverse, return_counts), strict=True)
    others = [part for part, wanted in asked if wanted]
    return (found.values, *others) if others else found.values


def _unique(x: Array, axis: int | None, equal_nan: bool, size: int | None, fill_value: Number | None) -> UniqueAll:
    """All that there is to know of the distinct values, from one stable sort."""
    parts = reshape(x, (-1,)) if axis is None else x
    along = 0 if axis is None else normalize_axis(axis, len(shape(x)))
    order, first = _order(parts, equal_nan) if axis is None else _order_of_rows(parts, along)
    count = shape(order)[0]
    if size is None:
        places = flatnonzero(first)
        bounds = concat([places, full_like(places, count, shape=(1,))])
    else:
        bounds = flatnonzero(first, size=size + 1, fill_value=count)
    starts = bounds[:-1]
    indices = take(order, where(starts < count, starts, 0), axis=0)
    values = take(parts, indices, axis=along)
    if fill_value is not None:
        behind = (1,) * (len(shape(parts)) - 1 - along)
        values = where(reshape(starts < count, (-1, *behind)), values, fill_value)
    inverse = take(cumulative_sum(first, axis=0) - 1, argsort(order), axis=0)
    return UniqueAll(values, indices, reshape(inverse, shape(x)) if axis is None else inverse, bounds[1:] - starts)


def _order(x: Array, equal_nan: bool) -> tuple[Array, Array]:
    """What puts `(n,)` in order, and which of the elements in order are the first of their value."""
    order = argsort(x)
    ordered = take(x, order, axis=0)
    new = not_equal(ordered[1:], ordered[:-1])
    if equal_nan and is_inexact(dtype_name(x.dtype)):
        new = logical_and(new, logical_not(isnan(ordered[:-1])))  # behind a NaN there are only more
    return order, _after_the_first(new, ordered)


def _order_of_rows(x: Array, axis: int) -> tuple[Array, Array]:
    """`_order` of the parts along `axis`, which are compared as words are."""
    rows = permute_dims(x, (axis, *(position for position in range(len(shape(x))) if position != axis)))
    rows = reshape(rows, (shape(x)[axis], -1))
    if not isinstance(shape(rows)[1], int):
        raise UnsupportedOpError(
            "unique along an axis of dynamic parts", str(framework_of(x)), "Give them fixed sizes."
        )
    order = argsort(rows[:, -1])
    for column in range(shape(rows)[1] - 2, -1, -1):
        order = take(order, argsort(take(rows[:, column], order, axis=0)), axis=0)
    ordered = take(rows, order, axis=0)
    return order, _after_the_first(any(not_equal(ordered[1:], ordered[:-1]), axis=1), ordered)


def _after_the_first(new: Array, ordered: Array) -> Array:
    """Whether each element in order is new: the first is, where there is one."""
    return concat([ones_like(new, shape=(1,)), new])[: shape(ordered)[0]]
