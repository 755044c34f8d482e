"""Reductions along axes, with NumPy's names and meaning."""

from __future__ import annotations

from bridge.dispatch import op, primitive
from bridge.ops.arithmetic import sqrt, subtract
from bridge.ops.comparison import not_equal
from bridge.typing import Array, Axis, DType

__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "logcumsumexp",
    "logsumexp",
    "max",
    "mean",
    "min",
    "moments",
    "prod",
    "ptp",
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


@primitive
def var(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> Array:
    """The variance along `axis`, divided by the count less `correction`; the Array API's `var`.

    The default divides by the count, as `numpy.var` does; `torch.var` has `correction=1`. Of complex numbers it is
    the mean of the squared distances: real.

    >>> ops.var(torch.tensor([1.0, 3.0]))
    tensor(1.)
    """


@op
def std(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> Array:
    """The standard deviation along `axis`: the square root of `var`; the Array API's `std`.

    >>> ops.std(torch.tensor([1.0, 3.0]))
    tensor(1.)
    """
    return sqrt(var(x, axis=axis, correction=correction, keepdims=keepdims))


@op
def moments(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tuple[Array, Array]:
    """The mean and the variance along `axis`, as `mean` and `var` have them; `keras.ops.moments`.

    >>> ops.moments(torch.tensor([[1.0, 3.0], [2.0, 2.0]]), axis=1)
    (tensor([2., 2.]), tensor([1., 0.]))
    """
    return mean(x, axis=axis, keepdims=keepdims), var(x, axis=axis, keepdims=keepdims)


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


@op
def ptp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """The distance from the smallest to the largest ("peak to peak") along `axis`; `numpy.ptp`.

    >>> ops.ptp(torch.tensor([[1.0, 3.0], [2.0, 7.0]]), axis=1)
    tensor([2., 5.])
    """
    return subtract(max(x, axis=axis, keepdims=keepdims), min(x, axis=axis, keepdims=keepdims))


@primitive
def argmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the first of the largest along `axis`, int64 (int32 in JAX without x64); `numpy.argmax`.

    A NaN counts as the largest.

    >>> ops.argmax(torch.tensor([[1.0, 3.0], [2.0, 0.0]]), axis=1)
    tensor([1, 0])
    """


@primitive
def argmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the first of the smallest along `axis`, int64 (int32 in JAX without x64); `numpy.argmin`.

    A NaN counts as the smallest.

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


@op
def count_nonzero(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """How many along `axis` are true or not zero, int64 (int32 in JAX without x64); `numpy.count_nonzero`.

    >>> ops.count_nonzero(torch.tensor([[0, 1], [2, 3]]), axis=1)
    tensor([1, 2])
    """
    return sum(not_equal(x, 0), axis=axis, keepdims=keepdims)


@primitive
def cumulative_sum(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> Array:
    """The running sum along `axis`, of the shape of `x`; of bool and integers it is int64; `numpy.cumulative_sum`.

    Args:
        x: of one axis or more.
        axis: may be left out where there is only one; nothing is flattened, as `numpy.cumsum` would.
        dtype: of the result; the sum is made in it.
        include_initial: a zero stands first, so that the axis is longer by one.

    >>> ops.cumulative_sum(torch.tensor([1.0, 2.0, 3.0]))
    tensor([1., 3., 6.])
    """


@primitive
def cumulative_prod(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> Array:
    """The running product along `axis`, of the shape of `x`; of bool and integers it is int64; `numpy.cumulative_prod`.

    Args:
        x: of one axis or more.
        axis: may be left out where there is only one; nothing is flattened, as `numpy.cumprod` would.
        dtype: of the result; the product is made in it.
        include_initial: a one stands first, so that the axis is longer by one.

    >>> ops.cumulative_prod(torch.tensor([1.0, 2.0, 3.0]), include_initial=True)
    tensor([1., 1., 2., 6.])
    """


@primitive
def logsumexp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """`log(sum(exp(x)))` along `axis`, without overflow; `torch.logsumexp`.

    >>> ops.logsumexp(torch.zeros(4), axis=0)
    tensor(1.3863)
    """


@primitive
def logcumsumexp(x: Array, /, *, axis: int) -> Array:
    """`log(cumulative_sum(exp(x)))` along `axis`, without overflow; `torch.logcumsumexp`.

    >>> ops.logcumsumexp(torch.zeros(3), axis=0)
    tensor([0.0000, 0.6931, 1.0986])
    """


amax = max
amin = min
cumprod = cumulative_prod
cumsum = cumulative_sum
