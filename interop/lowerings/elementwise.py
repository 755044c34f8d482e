"""Operations on each element by itself, and on each pair of elements."""

from __future__ import annotations

from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

for _name in (
    *("abs", "acos", "acosh", "angle", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "copysign", "cos", "cosh"),
    *("deg2rad", "digamma", "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "floor", "fmax", "fmin", "fmod", "gcd"),
    *("heaviside", "hypot", "i0", "imag", "lcm", "ldexp", "lgamma", "log", "log10", "log1p", "log2", "logaddexp"),
    *("logaddexp2", "maximum", "minimum", "nextafter", "polar", "positive", "rad2deg", "real", "reciprocal"),
    *("remainder", "rsqrt", "sin", "sinc", "sinh", "sqrt", "tan", "tanh", "trunc"),
):
    lowers(f"aten.{_name}")(getattr(ops, _name))

lowers("aten.neg", "aten.negative")(ops.negative)
lowers("aten.fix")(ops.trunc)
lowers("aten.conj", "aten._conj", "aten.conj_physical", "aten._conj_physical")(ops.conj)
lowers("aten.mul", "aten.multiply")(ops.multiply)
lowers("aten.pow")(ops.power)
lowers("aten.floor_divide")(ops.floor_divide)
lowers("aten.view_as_real", "aten.view_as_real_copy")(ops.view_as_real)
lowers("aten.view_as_complex", "aten.view_as_complex_copy")(ops.view_as_complex)


@lowers("aten.sign", "aten.sgn")
def sign(self: Array) -> Array:
    return self if ops.isdtype(self.dtype, "bool") else ops.sign(self)


@lowers("aten.square")
def square(self: Array) -> Array:
    return ops.square(ops.astype(self, "int64") if ops.isdtype(self.dtype, "bool") else self)


@lowers("aten.float_power")
def float_power(self: Any, exponent: Any) -> Array:
    dtype = "complex128" if ops.isdtype(ops.result_type(self, exponent), "complex floating") else "float64"
    return ops.power(*(ops.astype(one, dtype) if ops.is_tensor(one) else one for one in (self, exponent)))


@lowers("aten.add.Tensor", "aten.add.Scalar")
def add(self: Array, other: Any, alpha: float = 1) -> Array:
    return ops.add(self, other if alpha == 1 else ops.multiply(other, alpha))


@lowers("aten.sub.Tensor", "aten.sub.Scalar", "aten.subtract.Tensor", "aten.subtract.Scalar")
def sub(self: Array, other: Any, alpha: float = 1) -> Array:
    return ops.subtract(self, other if alpha == 1 else ops.multiply(other, alpha))


@lowers("aten.rsub.Tensor", "aten.rsub.Scalar")
def rsub(self: Array, other: Any, alpha: float = 1) -> Array:
    return ops.subtract(other, self if alpha == 1 else ops.multiply(self, alpha))


@lowers("aten.div", "aten.divide", "aten.true_divide")
def div(self: Array, other: Any, rounding_mode: str | None = None) -> Array:
    if rounding_mode == "floor":
        return ops.floor_divide(self, other)
    if rounding_mode is None:
        return ops.divide(self, other)
    return _truncated(self, other)


def _truncated(x: Array, y: Any) -> Array:
    if ops.isdtype(ops.result_type(x, y), "integral"):
        floored = ops.floor_divide(x, y)
        inexact = ops.not_equal(ops.remainder(x, y), 0)
        return ops.where(ops.logical_and(inexact, ops.less(floored, 0)), ops.add(floored, 1), floored)
    return ops.trunc(ops.divide(x, y))


@lowers("aten.round")
def round(self: Array, decimals: int = 0) -> Array:
    return ops.round(self, decimals)


@lowers("aten.clamp", "aten.clip")
def clamp(self: Array, min: Any = None, max: Any = None) -> Array:
    return ops.clip(self, min, max)


@lowers("aten.clamp_min")
def clamp_min(self: Array, min: Any) -> Array:
    return ops.clip(self, min, None)


@lowers("aten.clamp_max")
def clamp_max(self: Array, max: Any) -> Array:
    return ops.clip(self, None, max)


@lowers("aten.masked_fill.Scalar", "aten.masked_fill.Tensor")
def masked_fill(self: Array, mask: Array, value: Any) -> Array:
    if ops.is_tensor(value):
        value = ops.astype(value, self.dtype)
    return ops.where(mask, value, self)


@lowers("aten.addcmul")
def addcmul(self: Array, tensor1: Array, tensor2: Array, value: float = 1) -> Array:
    return ops.add(self, ops.multiply(ops.multiply(tensor1, tensor2), value))


@lowers("aten.addcdiv")
def addcdiv(self: Array, tensor1: Array, tensor2: Array, value: float = 1) -> Array:
    return ops.add(self, ops.multiply(ops.divide(tensor1, tensor2), value))


@lowers("aten.lerp.Scalar", "aten.lerp.Tensor")
def lerp(self: Array, end: Array, weight: Any) -> Array:
    return ops.add(self, ops.multiply(ops.subtract(end, self), weight))


@lowers("aten.nan_to_num")
def nan_to_num(
    self: Array, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Array:
    return ops.nan_to_num(self, 0.0 if nan is None else nan, posinf, neginf)


@lowers("aten.frac")
def frac(self: Array) -> Array:
    return ops.subtract(self, ops.trunc(self))


@lowers("aten.frexp.Tensor", "prims.frexp")
def frexp(self: Array) -> tuple[Array, Array]:
    x = ops.stop_gradient(self)
    x = ops.astype(x, ops.promote_types(x.dtype, "float32"))  # holds the logarithm exactly enough
    regular = ops.logical_and(ops.isfinite(x), ops.not_equal(x, 0))
    size = ops.where(regular, ops.abs(x), 1)
    guess = ops.add(ops.floor(ops.log2(size)), 1)
    rest = ops.ldexp(size, ops.negative(guess))
    mended = ops.where(ops.greater_equal(rest, 1), ops.add(guess, 1), ops.subtract(guess, ops.less(rest, 0.5)))
    exponent = ops.astype(ops.where(regular, mended, 0), "int32")
    return ops.where(regular, ops.ldexp(self, ops.negative(exponent)), self), exponent
