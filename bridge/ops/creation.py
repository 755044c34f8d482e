"""New tensors, with NumPy's names and meaning.

Functions that take no tensor answer in the framework of the layer that is running, and outside any layer in torch.
"""

from __future__ import annotations

from bridge.dispatch import creation_op, op, primitive
from bridge.typing import Array, DType, Number, Shape

__all__ = [
    "arange",
    "asarray",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


@creation_op
def full(shape: int | Shape, fill_value: Number, *, dtype: DType | None = None) -> Array:
    """A tensor of `shape` that holds one value, by default of the value's own dtype; `numpy.full`.

    >>> ops.full((2,), 0.5)
    tensor([0.5000, 0.5000])
    """


@creation_op
def zeros(shape: int | Shape, *, dtype: DType | None = None) -> Array:
    """A tensor of `shape` that holds zeros, float32 by default; `numpy.zeros`.

    >>> ops.zeros((2,), dtype="int64")
    tensor([0, 0])
    """


@creation_op
def ones(shape: int | Shape, *, dtype: DType | None = None) -> Array:
    """A tensor of `shape` that holds ones, float32 by default; `numpy.ones`.

    >>> ops.ones((2,))
    tensor([1., 1.])
    """


@creation_op
def arange(start: float, /, stop: float | None = None, step: float = 1, *, dtype: DType | None = None) -> Array:
    """Numbers from `start` below `stop`, or from 0 below `start`: int64 (int32 in JAX without x64) or float32.

    It is `numpy.arange`.

    >>> ops.arange(3)
    tensor([0, 1, 2])
    """


@creation_op
def asarray(obj: object, /, *, dtype: DType | None = None) -> Array:
    """A tensor from a number, nested lists or a NumPy array; `numpy.asarray`.

    >>> ops.asarray([1.0, 2.0])
    tensor([1., 2.])
    """


@primitive
def full_like(
    x: Array, /, fill_value: Number, *, dtype: DType | None = None, shape: int | Shape | None = None
) -> Array:
    """One value, in the shape, dtype, framework and device of `x` unless another is given; `numpy.full_like`.

    >>> ops.full_like(torch.zeros(2), 3)
    tensor([3., 3.])
    """


@op
def zeros_like(x: Array, /, *, dtype: DType | None = None, shape: int | Shape | None = None) -> Array:
    """Zeros, in the shape, dtype, framework and device of `x` unless another is given; `numpy.zeros_like`.

    >>> ops.zeros_like(torch.ones(2), shape=(1, 3))
    tensor([[0., 0., 0.]])
    """
    return full_like(x, 0, dtype=dtype, shape=shape)


@op
def ones_like(x: Array, /, *, dtype: DType | None = None, shape: int | Shape | None = None) -> Array:
    """Ones, in the shape, dtype, framework and device of `x` unless another is given; `numpy.ones_like`.

    >>> ops.ones_like(torch.zeros(2))
    tensor([1., 1.])
    """
    return full_like(x, 1, dtype=dtype, shape=shape)


@primitive
def arange_like(
    x: Array, /, start: float, stop: float | None = None, step: float = 1, *, dtype: DType | None = None
) -> Array:
    """`arange` in the framework and on the device of `x`; for the bodies of other ops.

    >>> from bridge.ops.creation import arange_like
    >>> arange_like(torch.zeros(2), 3)
    tensor([0, 1, 2])
    """


@primitive
def asarray_like(x: Array, obj: object, /, *, dtype: DType | None = None) -> Array:
    """`asarray` in the framework and on the device of `x`; for the bodies of other ops.

    >>> from bridge.ops.creation import asarray_like
    >>> asarray_like(torch.zeros(2), [1.0, 2.0])
    tensor([1., 2.])
    """
