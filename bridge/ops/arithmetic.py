"""Arithmetic, element by element, with NumPy's names and meaning."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bridge.dispatch import op, primitive, sequence_op
from bridge.frameworks import framework_of
from bridge.ops.comparison import equal, isinf, logical_or
from bridge.ops.creation import ones_like, zeros_like
from bridge.ops.manipulation import astype, stop_gradient
from bridge.typing import Array, Number

__all__ = [
    "abs",
    "absolute",
    "add",
    "angle",
    "cbrt",
    "conj",
    "conjugate",
    "copysign",
    "deg2rad",
    "divide",
    "divide_no_nan",
    "fabs",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "gcd",
    "heaviside",
    "hypot",
    "imag",
    "lcm",
    "ldexp",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "negative",
    "positive",
    "pow",
    "power",
    "rad2deg",
    "real",
    "reciprocal",
    "remainder",
    "rsqrt",
    "select",
    "sign",
    "sqrt",
    "square",
    "subtract",
    "true_divide",
    "where",
]


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


@op
def divide_no_nan(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1 / x2`, broadcast, and 0 wherever `x2` is 0; the gradient is 0 there too; `tf.math.divide_no_nan`.

    >>> ops.divide_no_nan(torch.tensor([1.0, 3.0]), torch.tensor([0.0, 2.0]))
    tensor([0.0000, 1.5000])
    """
    x2 = _as_tensor(x2, x1)
    nothing = equal(x2, 0)
    return where(nothing, 0, divide(x1, where(nothing, 1, x2)))


@primitive
def floor_divide(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1 / x2` rounded down, broadcast; integers stay integers; `numpy.floor_divide`.

    An integer divided by 0 is an error in PyTorch and TensorFlow, and has no defined value in JAX.

    >>> ops.floor_divide(torch.tensor([-7, 7]), 2)
    tensor([-4,  3])
    """


@primitive
def remainder(x1: Array | Number, x2: Array | Number, /) -> Array:
    """What `floor_divide` leaves, broadcast, with the sign of `x2`; integers stay integers; `numpy.remainder`.

    An integer divided by 0 is an error in PyTorch and TensorFlow, and has no defined value in JAX.

    >>> ops.remainder(torch.tensor([-7, 7]), 3)
    tensor([2, 1])
    """


@primitive
def fmod(x1: Array | Number, x2: Array | Number, /) -> Array:
    """What division rounded towards zero leaves, broadcast, with the sign of `x1`; `numpy.fmod`.

    An integer divided by 0 is an error in PyTorch and TensorFlow, and has no defined value in JAX.

    >>> ops.fmod(torch.tensor([-7, 7]), 3)
    tensor([-1,  1])
    """


@primitive
def pow(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1` to the power `x2`, broadcast and promoted as in PyTorch; `numpy.pow`.

    An integer to a negative power is an integer no more: it is an error or has no defined value.

    >>> ops.pow(torch.tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    """


@primitive
def abs(x: Array, /) -> Array:
    """Absolute value, of any shape; that of a complex number is real; `numpy.abs`.

    >>> ops.abs(torch.tensor([-1.0, 2.0]))
    tensor([1., 2.])
    """


@primitive
def fabs(x: Array, /) -> Array:
    """Absolute value as a fraction: integers answer in float32; `numpy.fabs`.

    >>> ops.fabs(torch.tensor([-1, 2]))
    tensor([1., 2.])
    """


@primitive
def negative(x: Array, /) -> Array:
    """`-x`, of any shape; unsigned integers wrap around; `numpy.negative`.

    >>> ops.negative(torch.tensor([-1.0, 2.0]))
    tensor([ 1., -2.])
    """


@primitive
def positive(x: Array, /) -> Array:
    """`+x`: `x` itself, or a tensor equal to it; `numpy.positive`.

    >>> ops.positive(torch.tensor([-1.0, 2.0]))
    tensor([-1.,  2.])
    """


@primitive
def sign(x: Array, /) -> Array:
    """-1, 0 or 1 in the dtype of `x`, and `x / abs(x)` for a complex number; `numpy.sign`.

    The sign of NaN is NaN in JAX and TensorFlow, and 0 in PyTorch.

    >>> ops.sign(torch.tensor([-3.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """


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
def cbrt(x: Array, /) -> Array:
    """Cube root, negative for a negative number; integers answer in float32; `numpy.cbrt`.

    >>> ops.cbrt(torch.tensor([-8.0, 27.0]))
    tensor([-2.,  3.])
    """
    return copysign(pow(fabs(x), 1 / 3), x)


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


@primitive
def fmax(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The larger of two, broadcast, and the other where one is NaN; `numpy.fmax`.

    >>> ops.fmax(torch.tensor([-1.0, float("nan")]), 0.0)
    tensor([0., 0.])
    """


@primitive
def fmin(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The smaller of two, broadcast, and the other where one is NaN; `numpy.fmin`.

    >>> ops.fmin(torch.tensor([-1.0, float("nan")]), 0.0)
    tensor([-1.,  0.])
    """


@primitive
def copysign(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The magnitude of `x1` with the sign of `x2`, broadcast; that of -0.0 counts; `numpy.copysign`.

    Integers answer in float32.

    >>> ops.copysign(torch.tensor([1.0, 2.0]), torch.tensor([-3.0, 4.0]))
    tensor([-1.,  2.])
    """


@op
def hypot(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`sqrt(x1 * x1 + x2 * x2)` without overflow, broadcast; integers answer in float32; `numpy.hypot`.

    >>> ops.hypot(torch.tensor([3.0, 5.0]), torch.tensor([4.0, 12.0]))
    tensor([ 5., 13.])
    """
    x1, x2 = _fractions(x1, x2)
    endless = logical_or(isinf(x1), isinf(x2))
    largest = maximum(abs(x1), abs(x2))
    # The answer does not depend on the scale, which therefore has no gradient.
    scale = stop_gradient(where(logical_or(endless, equal(largest, 0)), 1, largest))
    return where(endless, math.inf, multiply(scale, sqrt(add(square(divide(x1, scale)), square(divide(x2, scale))))))


@primitive
def gcd(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The greatest common divisor of integers, broadcast, never negative; `numpy.gcd`.

    >>> ops.gcd(torch.tensor([12, 9]), 6)
    tensor([6, 3])
    """


@primitive
def lcm(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The least common multiple of integers, broadcast, never negative; `numpy.lcm`.

    >>> ops.lcm(torch.tensor([4, 9]), 6)
    tensor([12, 18])
    """


@op
def ldexp(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1 * 2**x2` for whole numbers `x2`, broadcast, in the dtype of `x1`; integers answer in float32; `numpy.ldexp`.

    >>> ops.ldexp(torch.tensor([0.5, 0.75]), torch.tensor([1, 3]))
    tensor([1., 6.])
    """
    x1, x2 = divide(_as_tensor(x1, x2), 1), _as_tensor(x2, x1)
    exponent = astype(x2, x1.dtype)
    half = floor_divide(exponent, 2)  # 2**x2 may overflow where the answer does not
    return multiply(multiply(x1, pow(2.0, half)), pow(2.0, subtract(exponent, half)))


@op
def heaviside(x1: Array | Number, x2: Array | Number, /) -> Array:
    """0 where `x1` is negative, 1 where it is positive, `x2` where it is 0; broadcast; `numpy.heaviside`.

    NaN stays NaN; integers answer in float32.

    >>> ops.heaviside(torch.tensor([-2.0, 0.0, 3.0]), 0.5)
    tensor([0.0000, 0.5000, 1.0000])
    """
    x1, x2 = _fractions(x1, x2)
    return where(equal(x1, 0), x2, maximum(sign(x1), 0))


@primitive
def conj(x: Array, /) -> Array:
    """The complex conjugate; a real number is its own; `numpy.conj`.

    >>> ops.conj(torch.tensor([1.0 + 2.0j]))
    tensor([1.-2.j])
    """


@primitive
def real(x: Array, /) -> Array:
    """The real part; a real number is its own; `numpy.real`.

    >>> ops.real(torch.tensor([1.0 + 2.0j]))
    tensor([1.])
    """


@primitive
def imag(x: Array, /) -> Array:
    """The imaginary part, which is 0 for a real number; `numpy.imag`.

    >>> ops.imag(torch.tensor([1.0 + 2.0j]))
    tensor([2.])
    """


@primitive
def angle(x: Array, /) -> Array:
    """The angle of a complex number in radians, from -pi to pi; integers answer in float32; `numpy.angle`.

    >>> ops.angle(torch.tensor([1.0j, -1.0]))
    tensor([1.5708, 3.1416])
    """


@op
def deg2rad(x: Array, /) -> Array:
    """Degrees as radians; integers answer in float32; `numpy.deg2rad`.

    >>> ops.deg2rad(torch.tensor([180.0, 90.0]))
    tensor([3.1416, 1.5708])
    """
    return multiply(x, math.pi / 180)


@op
def rad2deg(x: Array, /) -> Array:
    """Radians as degrees; integers answer in float32; `numpy.rad2deg`.

    >>> ops.rad2deg(torch.tensor([0.0, torch.pi]))
    tensor([  0., 180.])
    """
    return multiply(x, 180 / math.pi)


@primitive
def where(condition: Array, x1: Array | Number, x2: Array | Number, /) -> Array:
    """`x1` where `condition`, a tensor of bool, holds, else `x2`; broadcast; `numpy.where`.

    >>> ops.where(torch.tensor([True, False]), torch.tensor([1.0, 2.0]), 0.0)
    tensor([1., 0.])
    """


@sequence_op
def select(condlist: Sequence[Array], choicelist: Sequence[Array | Number], default: Array | Number = 0) -> Array:
    """For each element the choice of the first condition that holds, or `default`; broadcast; `numpy.select`.

    Args:
        condlist: tensors of bool.
        choicelist: a tensor or number for each condition.
        default: where no condition holds.

    >>> x = torch.arange(4)
    >>> ops.select([x < 1, x > 2], [x - 10, x * 10], -1)
    tensor([-10,  -1,  -1,  30])
    """
    if len(condlist) != len(choicelist):
        raise ValueError(f"expected a choice for each condition, got {len(condlist)} and {len(choicelist)}")
    chosen = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        chosen = where(condition, choice, chosen)
    return chosen


def _as_tensor(x: Array | Number, other: Array | Number) -> Array:
    """`x`, or a number as a tensor in the shape of `other`, of the dtype that the two promote to."""
    return add(zeros_like(other), x) if framework_of(x) is None else x


def _fractions(x1: Array | Number, x2: Array | Number) -> tuple[Array, Array]:
    """Both operands in the shape and dtype of their quotient."""
    x1, x2 = _as_tensor(x1, x2), _as_tensor(x2, x1)
    zeros = divide(zeros_like(x1), ones_like(x2))
    return add(x1, zeros), add(x2, zeros)


absolute = abs
conjugate = conj
mod = remainder
power = pow
true_divide = divide
