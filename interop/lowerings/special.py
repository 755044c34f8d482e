"""Special functions: those of Riemann and Hurwitz, of the gamma family, and of the normal distribution."""

from __future__ import annotations

import math
from typing import Any

from bridge import ops
from bridge.interop.lowerings import chebyshev_series as tables
from bridge.interop.lowerings import lowers
from bridge.interop.lowerings.bessel import fractional
from bridge.interop.lowerings.chebyshev_series import series
from bridge.typing import Array


@lowers("aten.polygamma.default", "aten.special_polygamma")
def polygamma(n: int, self: Array) -> Array:
    x = fractional(self)
    if n < 0:
        raise NotImplementedError(f"polygamma of a negative order: {n}")
    if n == 0:
        return ops.digamma(x)
    factor = math.factorial(n) * (1 if n % 2 else -1)
    return ops.multiply(zeta(n + 1, x), factor)


@lowers("aten.special_zeta")
def zeta(self: Any, other: Any) -> Array:
    """Hurwitz's. In ATen it has no gradient by its first argument; here that is NaN."""
    x = fractional(self) if ops.is_tensor(self) else ops.full_like(fractional(other), self)
    q = fractional(other) if ops.is_tensor(other) else ops.full_like(x, other)
    return _zeta(*ops.broadcast_arrays(x, q))


@ops.custom_gradient
def _zeta(x: Array, q: Array) -> tuple[Array, Any]:
    def gradient(upstream: Array) -> tuple[Array, Array]:
        return ops.full_like(x, math.nan), upstream * ops.negative(x) * _zeta(ops.add(x, 1), q)

    return _hurwitz(x, q), gradient


_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def _hurwitz(x: Array, q: Array) -> Array:
    """`sum((q + k) ** -x for k in 0, 1, ...)`, by Euler and Maclaurin from where `q + k` is above 9."""
    pole = ops.logical_and(ops.less_equal(q, 0), ops.equal(q, ops.floor(q)))
    at_end = ops.equal(q, math.inf)
    start = ops.where(ops.logical_or(pole, at_end), ops.ones_like(q), q)

    def is_low(place: Array) -> Array:
        return ops.less_equal(place, 9)

    def add_one(place: Array, total: Array) -> tuple[Array, Array]:
        low = is_low(place)
        term = ops.power(ops.where(low, place, ops.ones_like(place)), ops.negative(x))
        return ops.where(low, place + 1, place), ops.where(low, total + term, total)

    place, total = ops.while_loop(lambda place, total: ops.any(is_low(place)), add_one, (start, ops.zeros_like(start)))
    power = ops.power(place, ops.negative(x))
    total = total + power * place / ops.subtract(x, 1) + power / 2
    factor = ops.divide(x * power, place)
    for k, number in enumerate(_BERNOULLI, 1):
        total = ops.add(total, factor * (number / math.factorial(2 * k)))
        factor = factor * (x + (2 * k - 1)) * (x + 2 * k) / ops.square(place)
    return _with_poles(x, q, pole, ops.where(at_end, ops.zeros_like(total), total))


def _with_poles(x: Array, q: Array, pole: Array, value: Array) -> Array:
    no_number = ops.logical_or(ops.less(x, 1), ops.logical_and(ops.less(q, 0), ops.not_equal(x, ops.floor(x))))
    value = ops.where(no_number, math.nan, value)
    infinite = ops.logical_or(ops.equal(x, 1), ops.logical_and(pole, ops.greater(x, 1)))
    return ops.astype(ops.where(infinite, math.inf, value), x.dtype)


@lowers("aten.special_erfcx.default")
def erfcx(self: Array) -> Array:
    x = fractional(self)
    t = ops.divide(2, ops.add(2, ops.abs(x)))
    right = ops.multiply(series(tables.ERFCX, t, 0, 1), t)
    left = ops.subtract(2 * ops.exp(ops.square(ops.minimum(x, 0))), right)
    return ops.where(ops.less(x, 0), left, right)


@lowers("aten.special_log_ndtr")
def log_ndtr(self: Array) -> Array:
    return _log_ndtr(fractional(self))


@ops.custom_gradient
def _log_ndtr(x: Array) -> tuple[Array, Any]:
    scaled = ops.multiply(x, math.sqrt(0.5))
    tail = erfcx(ops.negative(scaled))
    low = ops.subtract(ops.log(tail / 2), ops.square(scaled))
    value = ops.where(ops.less(x, -1), low, ops.log1p(ops.negative(ops.erfc(scaled)) / 2))
    return value, lambda upstream: upstream * math.sqrt(2 / math.pi) / tail


@lowers("aten.special_ndtri.default")
def ndtri(self: Array) -> Array:
    return _ndtri(fractional(self))


@ops.custom_gradient
def _ndtri(p: Array) -> tuple[Array, Any]:
    value = _quantile(p)

    def gradient(upstream: Array) -> Array:
        return upstream * math.sqrt(2 * math.pi) * ops.exp(ops.square(value) / 2)

    return value, gradient


def _quantile(p: Array) -> Array:
    q = ops.subtract(p, 0.5)
    middle = ops.multiply(series(tables.NDTRI_MIDDLE, ops.square(q), 0, 0.375**2), q)
    inside = ops.logical_and(ops.greater(p, 0), ops.less(p, 1))
    tail = ops.minimum(p, ops.subtract(1, p))
    r = ops.sqrt(ops.negative(ops.log(ops.where(inside, tail, 0.5 * ops.ones_like(p)))))
    low = series(tables.NDTRI_TAIL, r, math.sqrt(math.log(8)), 6)
    outer = ops.multiply(ops.sign(q), ops.where(ops.less(r, 6), low, series(tables.NDTRI_FAR, r, 6, 28)))
    value = ops.where(ops.less_equal(ops.abs(q), 0.375), middle, outer)
    at_end = ops.where(ops.equal(ops.abs(q), 0.5), ops.sign(q) * math.inf, math.nan)
    return ops.astype(ops.where(inside, value, at_end), p.dtype)


lowers("aten.igamma.default")(ops.igamma)
lowers("aten.igammac.default")(ops.igammac)
