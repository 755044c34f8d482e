"""Exponential, trigonometric and special functions, element by element, with NumPy's names and meaning."""

from __future__ import annotations

import math

from bridge.dispatch import op, primitive
from bridge.ops.arithmetic import divide, multiply, pow, where
from bridge.ops.comparison import equal
from bridge.typing import Array, Number

__all__ = [
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "digamma",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "i0",
    "igamma",
    "igammac",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
]


@primitive
def exp(x: Array, /) -> Array:
    """e to the power `x`; integers answer in float32; `numpy.exp`.

    >>> ops.exp(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """


@op
def exp2(x: Array, /) -> Array:
    """2 to the power `x`; integers answer in float32; `numpy.exp2`.

    >>> ops.exp2(torch.tensor([0.0, 3.0]))
    tensor([1., 8.])
    """
    return pow(2.0, x)


@primitive
def expm1(x: Array, /) -> Array:
    """`exp(x) - 1`, precise near 0; integers answer in float32; `numpy.expm1`.

    >>> ops.expm1(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 1.7183])
    """


@primitive
def log(x: Array, /) -> Array:
    """Natural logarithm; integers answer in float32; `numpy.log`.

    >>> ops.log(torch.tensor([1.0, 2.0]))
    tensor([0.0000, 0.6931])
    """


@primitive
def log1p(x: Array, /) -> Array:
    """`log(1 + x)`, precise near 0; integers answer in float32; `numpy.log1p`.

    >>> ops.log1p(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """


@primitive
def log2(x: Array, /) -> Array:
    """Logarithm to base 2; integers answer in float32; `numpy.log2`.

    >>> ops.log2(torch.tensor([1.0, 8.0]))
    tensor([0., 3.])
    """


@primitive
def log10(x: Array, /) -> Array:
    """Logarithm to base 10; integers answer in float32; `numpy.log10`.

    >>> ops.log10(torch.tensor([1.0, 100.0]))
    tensor([0., 2.])
    """


@primitive
def logaddexp(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`log(exp(x1) + exp(x2))` without overflow, broadcast; integers answer in float32; `numpy.logaddexp`.

    >>> ops.logaddexp(torch.tensor([0.0, 1000.0]), 0.0)
    tensor([6.9315e-01, 1.0000e+03])
    """


@primitive
def logaddexp2(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`log2(2**x1 + 2**x2)` without overflow, broadcast; integers answer in float32; `numpy.logaddexp2`.

    >>> ops.logaddexp2(torch.tensor([0.0, 1000.0]), 0.0)
    tensor([   1., 1000.])
    """


@primitive
def sin(x: Array, /) -> Array:
    """Sine of an angle in radians; integers answer in float32; `numpy.sin`.

    >>> ops.sin(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """


@primitive
def cos(x: Array, /) -> Array:
    """Cosine of an angle in radians; integers answer in float32; `numpy.cos`.

    >>> ops.cos(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """


@primitive
def tan(x: Array, /) -> Array:
    """Tangent of an angle in radians; integers answer in float32; `numpy.tan`.

    >>> ops.tan(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """


@primitive
def asin(x: Array, /) -> Array:
    """The angle from -pi/2 to pi/2 whose sine is `x`; integers answer in float32; `numpy.asin`.

    >>> ops.asin(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5708])
    """


@primitive
def acos(x: Array, /) -> Array:
    """The angle from 0 to pi whose cosine is `x`; integers answer in float32; `numpy.acos`.

    >>> ops.acos(torch.tensor([0.0, 1.0]))
    tensor([1.5708, 0.0000])
    """


@primitive
def atan(x: Array, /) -> Array:
    """The angle from -pi/2 to pi/2 whose tangent is `x`; integers answer in float32; `numpy.atan`.

    >>> ops.atan(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7854])
    """


@primitive
def atan2(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The angle from -pi to pi of the point with ordinate `x1` and abscissa `x2`, broadcast; `numpy.atan2`.

    Integers answer in float32.

    >>> ops.atan2(torch.tensor([1.0, -1.0]), torch.tensor([1.0, -1.0]))
    tensor([ 0.7854, -2.3562])
    """


@primitive
def sinh(x: Array, /) -> Array:
    """Hyperbolic sine; integers answer in float32; `numpy.sinh`.

    >>> ops.sinh(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 1.1752])
    """


@primitive
def cosh(x: Array, /) -> Array:
    """Hyperbolic cosine; integers answer in float32; `numpy.cosh`.

    >>> ops.cosh(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 1.5431])
    """


@primitive
def tanh(x: Array, /) -> Array:
    """Hyperbolic tangent; integers answer in float32; `numpy.tanh`.

    >>> ops.tanh(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """


@primitive
def asinh(x: Array, /) -> Array:
    """Inverse hyperbolic sine; integers answer in float32; `numpy.asinh`.

    >>> ops.asinh(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8814])
    """


@primitive
def acosh(x: Array, /) -> Array:
    """Inverse hyperbolic cosine, NaN below 1; integers answer in float32; `numpy.acosh`.

    >>> ops.acosh(torch.tensor([1.0, 2.0]))
    tensor([0.0000, 1.3170])
    """


@primitive
def atanh(x: Array, /) -> Array:
    """Inverse hyperbolic tangent, NaN beyond -1 and 1; integers answer in float32; `numpy.atanh`.

    >>> ops.atanh(torch.tensor([0.0, 0.5]))
    tensor([0.0000, 0.5493])
    """


@op
def sinc(x: Array, /) -> Array:
    """`sin(pi * x) / (pi * x)`, and 1 at 0; integers answer in float32; `numpy.sinc`.

    >>> ops.sinc(torch.tensor([0.0, 0.5]))
    tensor([1.0000, 0.6366])
    """
    zero = equal(x, 0)
    angle = multiply(where(zero, 1, x), math.pi)
    return where(zero, 1, divide(sin(angle), angle))


@primitive
def i0(x: Array, /) -> Array:
    """Modified Bessel function of the first kind and order 0; integers answer in float32; `numpy.i0`.

    >>> ops.i0(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """


@primitive
def erf(x: Array, /) -> Array:
    """The error function; integers answer in float32; `scipy.special.erf`.

    >>> ops.erf(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8427])
    """


@primitive
def erfc(x: Array, /) -> Array:
    """`1 - erf(x)`, precise where that is small; integers answer in float32; `scipy.special.erfc`.

    >>> ops.erfc(torch.tensor([0.0, 1.0]))
    tensor([1.0000, 0.1573])
    """


@primitive
def erfinv(x: Array, /) -> Array:
    """The inverse of `erf`, infinite at -1 and 1; integers answer in float32; `scipy.special.erfinv`.

    >>> ops.erfinv(torch.tensor([0.0, 0.5]))
    tensor([0.0000, 0.4769])
    """


@primitive
def lgamma(x: Array, /) -> Array:
    """The logarithm of the absolute value of the gamma function; integers answer in float32; `torch.lgamma`.

    >>> ops.lgamma(torch.tensor([1.0, 5.0]))
    tensor([0.0000, 3.1781])
    """


@primitive
def digamma(x: Array, /) -> Array:
    """The derivative of `lgamma`; integers answer in float32; `torch.digamma`.

    >>> ops.digamma(torch.tensor([1.0, 5.0]))
    tensor([-0.5772,  1.5061])
    """


@primitive
def igamma(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The regularised lower incomplete gamma function of the order `x1` at `x2`; `torch.special.gammainc`.

    The integral from 0 to `x2` of `t ** (x1 - 1) * exp(-t)`, divided by the gamma function of `x1`. It has no gradient
    by the order in PyTorch.

    >>> ops.igamma(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0]))
    tensor([0.6321, 0.8009])
    """


@primitive
def igammac(x1: Array | Number, x2: Array | Number, /) -> Array:
    """`1 - igamma(x1, x2)`, the upper incomplete gamma function, exact where it is small; `torch.special.gammaincc`.

    It has no gradient by the order in PyTorch.

    >>> ops.igammac(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0]))
    tensor([0.3679, 0.1991])
    """


arccos = acos
arccosh = acosh
arcsin = asin
arcsinh = asinh
arctan = atan
arctan2 = atan2
arctanh = atanh
