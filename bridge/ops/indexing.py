"""Elements taken from places and put into them.

Nothing is written in place: an op that puts elements answers with a new tensor. An index out of range is an error in
torch, and in TensorFlow on the CPU; JAX gives NaN for what is taken there, and drops what is put there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.dispatch import op, primitive
from bridge.ops.creation import zeros_like
from bridge.typing import Array, Number, Shape

__all__ = [
    "get_item",
    "index_add",
    "put_along_axis",
    "scatter",
    "scatter_add",
    "scatter_update",
    "slice",
    "slice_update",
    "take",
    "take_along_axis",
]


@op
def get_item(x: Array, key: Any, /) -> Array:
    """`x[key]`, with NumPy's meaning also in TensorFlow; `numpy.ndarray.__getitem__`.

    Args:
        x: of any shape.
        key: a number, a slice, `None`, `...`, a tensor of integers or a bool mask, or a tuple of these. A mask makes a
            shape that depends on values, which `jax.jit` refuses. Slices with a negative step are not for torch,
            and a number that a slice parts from a tensor counts as a tensor everywhere but there.

    >>> ops.get_item(torch.tensor([[1, 2], [3, 4]]), (..., torch.tensor([1, 0])))
    tensor([[2, 1],
            [4, 3]])
    """
    return x[key]


@primitive
def take(x: Array, indices: Array, /, *, axis: int | None = None) -> Array:
    """The slices of `x` at integer `indices`, of any shape, along `axis`; `numpy.take`.

    Args:
        x: of any shape.
        indices: integers that are not negative.
        axis: along what; `None` takes from all elements in row-major order.

    >>> ops.take(torch.tensor([5.0, 6.0, 7.0]), torch.tensor([2, 0]), axis=0)
    tensor([7., 5.])
    """


@primitive
def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> Array:
    """For each place in `indices`, the element of `x` at that index along `axis`; `numpy.take_along_axis`.

    >>> ops.take_along_axis(torch.tensor([[5.0, 6.0], [7.0, 8.0]]), torch.tensor([[1], [0]]), axis=1)
    tensor([[6.],
            [7.]])
    """


@primitive
def put_along_axis(x: Array, indices: Array, values: Array | Number, /, *, axis: int) -> Array:
    """`x` with `values` at the places that `take_along_axis` takes from; `numpy.put_along_axis`.

    Args:
        x: of any shape.
        indices: integers of as many axes as `x`, each of the same size or 1 but for `axis`.
        values: what is put there, in the dtype of `x`; it broadcasts to the shape of `x` with the size that `indices`
            has along `axis`.
        axis: along what the indices count.

    >>> ops.put_along_axis(torch.zeros(2, 2), torch.tensor([[1], [0]]), 5.0, axis=1)
    tensor([[0., 5.],
            [5., 0.]])
    """


@primitive
def slice(x: Array, /, start_indices: Sequence[Any] | Array, shape: Shape) -> Array:
    """The block of `x` of that shape that starts at `start_indices`; `jax.lax.dynamic_slice`.

    Unlike those of `x[1:3]`, the starts may be tensors: no value is read back from the device.

    Args:
        x: of any shape.
        start_indices: for each axis an integer, or a tensor of one; or a tensor of them all.
        shape: the sizes of the block.

    Returns:
        A tensor of `shape`. A block that does not fit is an error; JAX moves one that starts at a traced place back.

    >>> ops.slice(torch.arange(6), [torch.tensor(2)], (3,))
    tensor([2, 3, 4])
    """


@primitive
def slice_update(x: Array, /, start_indices: Sequence[Any] | Array, updates: Array) -> Array:
    """`x` with `updates` in place of the block that starts at `start_indices`; `jax.lax.dynamic_update_slice`.

    Args:
        x: of any shape.
        start_indices: see `slice`.
        updates: of as many axes as `x`; it is cast to the dtype of `x`.

    >>> ops.slice_update(torch.zeros(4), [1], torch.ones(2))
    tensor([0., 1., 1., 0.])
    """


@op
def scatter(indices: Array, values: Array, /, shape: Shape) -> Array:
    """Zeros of `shape` with `values` added at `indices`, those of one place together; `tf.scatter_nd`.

    Args:
        indices: `(*batch, k)`: integers, each row a place along the first `k` axes of `shape`.
        values: `(*batch, *shape[k:])`.
        shape: the shape of the result.

    >>> ops.scatter(torch.tensor([[0], [2], [0]]), torch.tensor([1.0, 2.0, 3.0]), (3,))
    tensor([4., 0., 2.])
    """
    return scatter_add(zeros_like(values, shape=tuple(shape)), indices, values)


@primitive
def scatter_add(x: Array, indices: Array, updates: Array, /) -> Array:
    """`x` with `updates` added at `indices`, those of one place together; `tf.tensor_scatter_nd_add`.

    Args:
        x: of any shape.
        indices: `(*batch, k)`: integers, each row a place along the first `k` axes of `x`.
        updates: `(*batch, *x.shape[k:])`; it is cast to the dtype of `x`.

    >>> ops.scatter_add(torch.ones(3), torch.tensor([[0], [0]]), torch.tensor([1.0, 2.0]))
    tensor([4., 1., 1.])
    """


@primitive
def scatter_update(x: Array, indices: Array, updates: Array, /) -> Array:
    """`x` with `updates` at `indices`, of which no two should be the same; `tf.tensor_scatter_nd_update`.

    Args:
        x: of any shape.
        indices: `(*batch, k)`: integers, each row a place along the first `k` axes of `x`.
        updates: `(*batch, *x.shape[k:])`; it is cast to the dtype of `x`.

    >>> ops.scatter_update(torch.zeros(2, 2), torch.tensor([[0, 1], [1, 0]]), torch.tensor([1.0, 2.0]))
    tensor([[0., 1.],
            [2., 0.]])
    """


@primitive
def index_add(x: Array, indices: Array, updates: Array, /, *, axis: int) -> Array:
    """`x` with the slices of `updates` added at `indices` along `axis`, repeated ones together; `torch.index_add`.

    Args:
        x: of any shape.
        indices: `(n,)`, integers that are not negative.
        updates: of the shape of `x` but for a size of `n` along `axis`; it is cast to the dtype of `x`.
        axis: along what.

    >>> ops.index_add(torch.zeros(3), torch.tensor([2, 2]), torch.tensor([1.0, 2.0]), axis=0)
    tensor([0., 0., 3.])
    """
