"""Bessel functions and Airy's. ATen differentiates those of `i0`, `i0e`, `i1`, `i1e` alone."""

from __future__ import annotations

import math

from bridge import ops
from bridge.interop.lowerings import chebyshev_series as tables
from bridge.interop.lowerings import lowers
from bridge.interop.lowerings.chebyshev_series import series
from bridge.typing import Array


def fractional(x: Array) -> Array:
    """Bool and integers as the default floating dtype."""
    return x if ops.isdtype(x.dtype, "real floating") else ops.divide(x, 1)


@lowers("aten.special_modified_bessel_i0.default")
def i0(self: Array) -> Array:
    return ops.multiply(ops.exp(_length(self)), i0e(self))


@lowers("aten.special_i0e.default")
def i0e(self: Array) -> Array:
    length = _length(self)
    near = series(tables.I0_NEAR, length, 0, 8)
    return ops.where(ops.less_equal(length, 8), near, _far(tables.I0_FAR, length, 8))


@lowers("aten.special_i1.default", "aten.special_modified_bessel_i1.default")
def i1(self: Array) -> Array:
    return ops.multiply(ops.exp(_length(self)), i1e(self))


@lowers("aten.special_i1e.default")
def i1e(self: Array) -> Array:
    x = fractional(self)
    length = _length(x)
    near = ops.multiply(series(tables.I1_NEAR, length, 0, 8), x)
    return ops.where(ops.less_equal(length, 8), near, ops.multiply(_far(tables.I1_FAR, length, 8), ops.sign(x)))


def _length(x: Array) -> Array:
    """The absolute value, with the gradient 0 at 0 as in ATen; that of JAX's `abs` is 1 there."""
    x = fractional(x)
    return ops.where(ops.equal(x, 0), ops.zeros_like(x), ops.abs(x))


def _far(table: tuple[float, ...], x: Array, start: float) -> Array:
    """A series by `start / x` for `x` from `start` on, over the root of `x`."""
    x = ops.clip(x, start, None)
    return ops.divide(series(table, ops.divide(start, x), 0, 1), ops.sqrt(x))


@lowers("aten.special_modified_bessel_k0.default")
def k0(x: Array) -> Array:
    x = fractional(x)
    far = ops.multiply(_far(tables.K0_FAR, x, 2), ops.exp(ops.negative(x)))
    return _of_positive(x, ops.where(ops.less_equal(x, 2), _k0_near(x), far), math.inf)


@lowers("aten.special_scaled_modified_bessel_k0.default")
def k0e(x: Array) -> Array:
    x = fractional(x)
    near = ops.multiply(_k0_near(x), ops.exp(ops.minimum(x, 2)))
    return _of_positive(x, ops.where(ops.less_equal(x, 2), near, _far(tables.K0_FAR, x, 2)), math.inf)


@lowers("aten.special_modified_bessel_k1.default")
def k1(x: Array) -> Array:
    x = fractional(x)
    far = ops.multiply(_far(tables.K1_FAR, x, 2), ops.exp(ops.negative(x)))
    return _of_positive(x, ops.where(ops.less_equal(x, 2), _k1_near(x), far), math.inf)


@lowers("aten.special_scaled_modified_bessel_k1.default")
def k1e(x: Array) -> Array:
    x = fractional(x)
    near = ops.multiply(_k1_near(x), ops.exp(ops.minimum(x, 2)))
    return _of_positive(x, ops.where(ops.less_equal(x, 2), near, _far(tables.K1_FAR, x, 2)), math.inf)


def _k0_near(x: Array) -> Array:
    x = ops.minimum(x, 2)
    return ops.subtract(series(tables.K0_NEAR, ops.square(x), 0, 4), ops.multiply(ops.log(x / 2), i0(x)))


def _k1_near(x: Array) -> Array:
    x = ops.minimum(x, 2)
    return ops.add(ops.divide(series(tables.K1_NEAR, ops.square(x), 0, 4), x), ops.multiply(ops.log(x / 2), i1(x)))


def _of_positive(x: Array, value: Array, at_zero: float) -> Array:
    """A function with a pole at 0 that has no values below."""
    at_zero_or_below = ops.where(ops.equal(x, 0), at_zero, math.nan)
    return ops.where(ops.greater(x, 0), value, ops.astype(at_zero_or_below, value.dtype))


@lowers("aten.special_bessel_j0.default")
def j0(self: Array) -> Array:
    x = ops.abs(fractional(self))
    _, cosine, sine = _waves(x, 0)
    return ops.where(ops.less_equal(x, 8), series(tables.J0_NEAR, ops.square(x), 0, 64), ops.subtract(cosine, sine))


@lowers("aten.special_bessel_j1.default")
def j1(self: Array) -> Array:
    x = fractional(self)
    length, cosine, sine = _waves(ops.abs(x), 1)
    near = ops.multiply(series(tables.J1_NEAR, ops.square(x), 0, 64), x)
    return ops.where(ops.less_equal(length, 8), near, ops.multiply(ops.subtract(cosine, sine), ops.sign(x)))


@lowers("aten.special_bessel_y0.default")
def y0(self: Array) -> Array:
    x = fractional(self)
    _, cosine, sine = _waves(x, 0, turned=True)
    near = ops.add(series(tables.Y0_NEAR, ops.square(x), 0, 64), 2 / math.pi * ops.multiply(ops.log(x), j0(x)))
    return _of_positive(x, ops.where(ops.less_equal(x, 8), near, ops.add(sine, cosine)), -math.inf)


@lowers("aten.special_bessel_y1.default")
def y1(self: Array) -> Array:
    x = fractional(self)
    _, cosine, sine = _waves(x, 1, turned=True)
    pole = ops.subtract(ops.multiply(ops.log(x), j1(x)), ops.divide(1, x))
    near = ops.add(ops.multiply(series(tables.Y1_NEAR, ops.square(x), 0, 64), x), 2 / math.pi * pole)
    return _of_positive(x, ops.where(ops.less_equal(x, 8), near, ops.add(sine, cosine)), -math.inf)


def _waves(x: Array, order: int, turned: bool = False) -> tuple[Array, Array, Array]:
    """`x`, and Hankel's P times a cosine and Q times a sine, or with each the other: they make J, or Y, from 8 on."""
    far = ops.clip(x, 8, None)
    small = ops.square(ops.divide(8, far))
    p = series((tables.P0, tables.P1)[order], small, 0, 1)
    q = ops.divide(8 * series((tables.Q0, tables.Q1)[order], small, 0, 1), far)
    angle = ops.subtract(far, (2 * order + 1) * math.pi / 4)
    factor = ops.sqrt(ops.divide(2 / math.pi, far))
    with_q, with_p = (ops.cos, ops.sin) if turned else (ops.sin, ops.cos)
    return x, factor * p * with_p(angle), factor * q * with_q(angle)


@lowers("aten.special_spherical_bessel_j0.default")
def spherical_j0(x: Array) -> Array:
    x = fractional(x)
    is_small = ops.less(ops.abs(x), 0.5)
    safe = ops.where(is_small, ops.ones_like(x), x)
    ratio = ops.where(ops.isinf(x), ops.zeros_like(x), ops.divide(ops.sin(safe), safe))
    square, term, total = ops.square(ops.where(is_small, x, ops.zeros_like(x))), ops.ones_like(x), ops.ones_like(x)
    for step in range(1, 7):
        term = ops.multiply(term, square / (-2 * step * (2 * step + 1)))
        total = ops.add(total, term)
    return ops.where(is_small, total, ratio)


@lowers("aten.special_airy_ai.default")
def airy_ai(x: Array) -> Array:
    x = fractional(x)
    near = series(tables.AIRY_NEAR, x, -6, 2)
    value = ops.where(ops.less(x, -6), _airy_left(x), ops.where(ops.greater(x, 2), _airy_right(x), near))
    return ops.where(ops.isfinite(x), value, ops.full_like(x, math.nan))


def _airy_right(x: Array) -> Array:
    x = ops.clip(x, 2, 200)
    z = 2 / 3 * ops.multiply(x, ops.sqrt(x))
    value = series(tables.AIRY_RIGHT, ops.divide(2 / 3 * 2**1.5, z), 0, 1)
    return ops.divide(value * ops.exp(ops.negative(z)), 2 * math.sqrt(math.pi) * ops.sqrt(ops.sqrt(x)))


def _airy_left(x: Array) -> Array:
    x = ops.clip(ops.negative(x), 6, None)
    z = 2 / 3 * ops.multiply(x, ops.sqrt(x))
    small = ops.divide(2 / 3 * 6**1.5, z)
    f, g = (series(table, ops.square(small), 0, 1) for table in (tables.AIRY_F, tables.AIRY_G))
    angle = ops.add(z, math.pi / 4)
    waves = ops.subtract(ops.multiply(f, ops.sin(angle)), small * g * ops.cos(angle))
    return ops.divide(waves, math.sqrt(math.pi) * ops.sqrt(ops.sqrt(x)))
