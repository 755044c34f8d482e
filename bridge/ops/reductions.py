"""Reductions along axes, with NumPy's names and meaning."""

from __future__ import annotations

from bridge.dispatch import op, primitive
from bridge.ops.creation import ones_like
from bridge.ops.elementwise import maximum, sqrt, square, subtract
from bridge.typing import Array, Axis, DType

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "cumulative_sum",
    "logsumexp",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
]


@primitive
def sum(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> Array:
    """The sum along `axis`; of bool and integers it is int64 (int32 in JAX without x64); `numpy.sum`.

    >>> ops.sum(torch.ones(2, 3), axis=1)
    tensor([3., 3.])
    """


@primitive
def prod(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> Array:
    """The product along `axis`; of bool and integers it is int64 (int32 in JAX without x64); `numpy.prod`.

    >>> ops.prod(torch.tensor([2.0, 3.0]))
    tensor(6.)
    """


@primitive
def mean(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """The arithmetic mean along `axis`; of bool and integers it is float32; `numpy.mean`.

    >>> ops.mean(torch.tensor([[1.0, 3.0], [2.0, 4.0]]), axis=0)
    tensor([1.5000, 3.5000])
    """


@op
def var(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> Array:
    """The variance along `axis`, divided by the count less `correction`; the Array API's `var`.

    The default divides by the count, as `numpy.var` does; `torch.var` has `correction=1`.

    >>> ops.var(torch.tensor([1.0, 3.0]))
    tensor(1.)
    """
    squares = square(subtract(x, mean(x, axis=axis, keepdims=True)))
    if correction == 0:
        return mean(squares, axis=axis, keepdims=keepdims)
    total = sum(squares, axis=axis, keepdims=keepdims)
    count = sum(ones_like(squares), axis=axis, keepdims=keepdims)
    return total / maximum(count - correction, 0)


@op
def std(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> Array:
    """The standard deviation along `axis`: the square root of `var`; the Array API's `std`.

    >>> ops.std(torch.tensor([1.0, 3.0]))
    tensor(1.)
    """
    return sqrt(var(x, axis=axis, correction=correction, keepdims=keepdims))


@primitive
def max(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """The largest along `axis`; NaN where one is NaN; `numpy.max`.

    >>> ops.max(torch.tensor([[1.0, 3.0], [2.0, 0.0]]), axis=1)
    tensor([3., 2.])
    """


@primitive
def min(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """The smallest along `axis`; NaN where one is NaN; `numpy.min`.

    >>> ops.min(torch.tensor([[1.0, 3.0], [2.0, 0.0]]), axis=1)
    tensor([1., 0.])
    """


@primitive
def argmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the first of the largest along `axis`, int64 (int32 in JAX without x64); `numpy.argmax`.

    >>> ops.argmax(torch.tensor([[1.0, 3.0], [2.0, 0.0]]), axis=1)
    tensor([1, 0])
    """


@primitive
def argmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the first of the smallest along `axis`, int64 (int32 in JAX without x64); `numpy.argmin`.

    >>> ops.argmin(torch.tensor([[1.0, 3.0], [2.0, 0.0]]), axis=1)
    tensor([0, 1])
    """


@primitive
def any(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether one along `axis` is true or non-zero: bool; `numpy.any`.

    >>> ops.any(torch.tensor([False, True]))
    tensor(True)
    """


@primitive
def all(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether all along `axis` are true or non-zero: bool; `numpy.all`.

    >>> ops.all(torch.tensor([False, True]))
    tensor(False)
    """


@primitive
def cumulative_sum(x: Array, /, *, axis: int) -> Array:
    """The running sum along `axis`, of the shape of `x`; of bool and integers it is int64; `numpy.cumulative_sum`.

    >>> ops.cumulative_sum(torch.tensor([1.0, 2.0, 3.0]), axis=0)
    tensor([1., 3., 6.])
    """


@primitive
def logsumexp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """`log(sum(exp(x)))` along `axis`, without overflow; `torch.logsumexp`.

    >>> ops.logsumexp(torch.zeros(4), axis=0)
    tensor(1.3863)
    """
