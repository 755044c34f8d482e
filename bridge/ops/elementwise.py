"""Arithmetic, comparison and logic, element by element, with NumPy's names and meaning."""

from __future__ import annotations

from bridge.dispatch import op, primitive
from bridge.typing import Array, Number

__all__ = [
    "abs",
    "add",
    "clip",
    "cos",
    "divide",
    "equal",
    "erf",
    "exp",
    "floor",
    "greater",
    "greater_equal",
    "isfinite",
    "isnan",
    "less",
    "less_equal",
    "log",
    "logical_and",
    "logical_not",
    "logical_or",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "not_equal",
    "pow",
    "power",
    "reciprocal",
    "rsqrt",
    "sign",
    "sin",
    "sqrt",
    "square",
    "subtract",
    "tanh",
    "where",
]


@primitive
def abs(x: Array, /) -> Array:
    """Absolute value, of any shape; `numpy.abs`.

    >>> ops.abs(torch.tensor([-1.0, 2.0]))
    tensor([1., 2.])
    """


@primitive
def negative(x: Array, /) -> Array:
    """`-x`, of any shape; `numpy.negative`.

    >>> ops.negative(torch.tensor([-1.0, 2.0]))
    tensor([ 1., -2.])
    """


@primitive
def sign(x: Array, /) -> Array:
    """-1, 0 or 1, of any shape and in the dtype of `x`; `numpy.sign`.

    >>> ops.sign(torch.tensor([-3.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """


@primitive
def floor(x: Array, /) -> Array:
    """The largest integer not above `x`, in the dtype of `x`; `numpy.floor`.

    >>> ops.floor(torch.tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """


@primitive
def exp(x: Array, /) -> Array:
    """e to the power `x`, of any shape; integers answer in float32; `numpy.exp`.

    >>> ops.exp(torch.zeros(2))
    tensor([1., 1.])
    """


@primitive
def log(x: Array, /) -> Array:
    """Natural logarithm, of any shape; integers answer in float32; `numpy.log`.

    >>> ops.log(torch.ones(2))
    tensor([0., 0.])
    """


@primitive
def sin(x: Array, /) -> Array:
    """Sine of an angle in radians, of any shape; integers answer in float32; `numpy.sin`.

    >>> ops.sin(torch.zeros(2))
    tensor([0., 0.])
    """


@primitive
def cos(x: Array, /) -> Array:
    """Cosine of an angle in radians, of any shape; integers answer in float32; `numpy.cos`.

    >>> ops.cos(torch.zeros(2))
    tensor([1., 1.])
    """


@primitive
def tanh(x: Array, /) -> Array:
    """Hyperbolic tangent, of any shape; integers answer in float32; `numpy.tanh`.

    >>> ops.tanh(torch.zeros(2))
    tensor([0., 0.])
    """


@primitive
def erf(x: Array, /) -> Array:
    """The error function, of any shape; `scipy.special.erf`.

    >>> ops.erf(torch.zeros(2))
    tensor([0., 0.])
    """


@primitive
def sqrt(x: Array, /) -> Array:
    """Square root, of any shape; integers answer in float32; `numpy.sqrt`.

    >>> ops.sqrt(torch.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """


@op
def rsqrt(x: Array, /) -> Array:
    """`1 / sqrt(x)`, of any shape; integers answer in float32; `torch.rsqrt`.

    >>> ops.rsqrt(torch.tensor([4.0, 16.0]))
    tensor([0.5000, 0.2500])
    """
    return reciprocal(sqrt(x))


@op
def square(x: Array, /) -> Array:
    """`x * x`, of any shape; `numpy.square`.

    >>> ops.square(torch.tensor([-2.0, 3.0]))
    tensor([4., 9.])
    """
    return multiply(x, x)


@op
def reciprocal(x: Array, /) -> Array:
    """`1 / x`, of any shape; integers answer in float32, as in PyTorch; `torch.reciprocal`.

    >>> ops.reciprocal(torch.tensor([2.0, 4.0]))
    tensor([0.5000, 0.2500])
    """
    return divide(1, x)


@primitive
def isnan(x: Array, /) -> Array:
    """Where `x` is not a number: a tensor of bool; `numpy.isnan`.

    >>> ops.isnan(torch.tensor([1.0, float("nan")]))
    tensor([False,  True])
    """


@primitive
def isfinite(x: Array, /) -> Array:
    """Where `x` is neither infinite nor NaN: a tensor of bool; `numpy.isfinite`.

    >>> ops.isfinite(torch.tensor([1.0, float("inf")]))
    tensor([ True, False])
    """


@primitive
def logical_not(x: Array, /) -> Array:
    """Where `x` is false or zero: a tensor of bool; `numpy.logical_not`.

    >>> ops.logical_not(torch.tensor([True, False]))
    tensor([False,  True])
    """


@primitive
def add(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1 + x2`, broadcast and promoted as in PyTorch; `numpy.add`.

    >>> ops.add(torch.tensor([1, 2]), 0.5)
    tensor([1.5000, 2.5000])
    """


@primitive
def subtract(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1 - x2`, broadcast and promoted as in PyTorch; `numpy.subtract`.

    >>> ops.subtract(1.0, torch.tensor([1.0, 2.0]))
    tensor([ 0., -1.])
    """


@primitive
def multiply(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1 * x2`, broadcast and promoted as in PyTorch; `numpy.multiply`.

    >>> ops.multiply(torch.tensor([1.0, 2.0]), 3)
    tensor([3., 6.])
    """


@primitive
def divide(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1 / x2`, broadcast; two integers answer in float32; `numpy.divide`.

    >>> ops.divide(torch.tensor([1, 3]), 2)
    tensor([0.5000, 1.5000])
    """


@primitive
def pow(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1` to the power `x2`, broadcast and promoted as in PyTorch; `numpy.pow`.

    >>> ops.pow(torch.tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    """


@primitive
def maximum(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The larger of two, broadcast and promoted as in PyTorch; NaN where either is NaN; `numpy.maximum`.

    >>> ops.maximum(torch.tensor([-1.0, 2.0]), 0)
    tensor([0., 2.])
    """


@primitive
def minimum(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The smaller of two, broadcast and promoted as in PyTorch; NaN where either is NaN; `numpy.minimum`.

    >>> ops.minimum(torch.tensor([-1.0, 2.0]), 0)
    tensor([-1.,  0.])
    """


@op
def clip(x: Array, /, min: Array | Number | None = None, max: Array | Number | None = None) -> Array:
    """`x` held between `min` and `max`, either of which may be left out; `numpy.clip`.

    >>> ops.clip(torch.tensor([-1.0, 0.5, 2.0]), 0.0, 1.0)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is not None:
        x = maximum(x, min)
    return x if max is None else minimum(x, max)


@primitive
def where(condition: Array, x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1` where `condition`, a tensor of bool, holds, else `x2`; broadcast; `numpy.where`.

    >>> ops.where(torch.tensor([True, False]), torch.tensor([1.0, 2.0]), 0.0)
    tensor([1., 0.])
    """


@primitive
def equal(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 == x2`, broadcast: a tensor of bool; `numpy.equal`.

    >>> ops.equal(torch.tensor([1, 2]), 2)
    tensor([False,  True])
    """


@primitive
def not_equal(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 != x2`, broadcast: a tensor of bool; `numpy.not_equal`.

    >>> ops.not_equal(torch.tensor([1, 2]), 2)
    tensor([ True, False])
    """


@primitive
def less(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 < x2`, broadcast: a tensor of bool; `numpy.less`.

    >>> ops.less(torch.tensor([1, 2]), 2)
    tensor([ True, False])
    """


@primitive
def less_equal(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 <= x2`, broadcast: a tensor of bool; `numpy.less_equal`.

    >>> ops.less_equal(torch.tensor([1, 2]), 1)
    tensor([ True, False])
    """


@primitive
def greater(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 > x2`, broadcast: a tensor of bool; `numpy.greater`.

    >>> ops.greater(torch.tensor([1, 2]), 1)
    tensor([False,  True])
    """


@primitive
def greater_equal(x1: Array | Number, x2: Array | Number, /) -> Array:
    """Where `x1 >= x2`, broadcast: a tensor of bool; `numpy.greater_equal`.

    >>> ops.greater_equal(torch.tensor([1, 2]), 2)
    tensor([False,  True])
    """


@primitive
def logical_and(x1: Array, x2: Array, /) -> Array:
    """Where both are true or non-zero, broadcast: a tensor of bool; `numpy.logical_and`.

    >>> ops.logical_and(torch.tensor([True, True]), torch.tensor([True, False]))
    tensor([ True, False])
    """


@primitive
def logical_or(x1: Array, x2: Array, /) -> Array:
    """Where either is true or non-zero, broadcast: a tensor of bool; `numpy.logical_or`.

    >>> ops.logical_or(torch.tensor([False, True]), torch.tensor([False, False]))
    tensor([False,  True])
    """


power = pow
