"""Orthogonal polynomials of a degree that is a tensor. ATen does not differentiate them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.interop.lowerings.bessel import fractional
from bridge.typing import Array

Next = Callable[[Array, Array, Array, Array], Array]
"""From `x`, the number of the last polynomial, its value and the one before, the value of the next."""


def _alike(x: Any, n: Any) -> tuple[Array, Array]:
    """Both as tensors of one shape and dtype, the degree cut to a whole number."""
    if not ops.is_tensor(x):
        x = ops.full_like(fractional(n), x)
    x = fractional(x)
    n = ops.astype(n, x.dtype) if ops.is_tensor(n) else ops.full_like(x, n)
    x, n = ops.broadcast_arrays(x, n)
    return x, ops.trunc(n)


def _polynomial(x: Array, n: Array, first: Array, following: Next, skipped: Array | None = None) -> Array:
    """The `n`-th of polynomials that begin with 1 and `first`; 0 below, and anything where `skipped`."""
    wanted = n if skipped is None else ops.where(skipped, ops.zeros_like(n), n)
    number = ops.ones_like(first[(0,) * first.ndim] if first.ndim else first)

    def is_needed(number: Array, last: Array, before: Array) -> Array:
        return ops.any(ops.logical_and(ops.less(number, wanted), ops.logical_not(ops.isnan(last))))

    def step(number: Array, last: Array, before: Array) -> tuple[Array, Array, Array]:
        grows = ops.less(number, wanted)
        found = following(x, number, last, before)
        return number + 1, ops.where(grows, found, last), ops.where(grows, last, before)

    value = ops.while_loop(is_needed, step, (number, first, ops.ones_like(first)))[1]
    value = ops.where(ops.less(wanted, 1), ops.ones_like(value), value)
    return ops.where(ops.less(n, 0), ops.zeros_like(value), value)


def _chebyshev(first: Callable[[Array], Array], by_angle: Callable[[Array, Array], Array], shifted: bool) -> Any:
    def lowering(x: Any, n: Any) -> Array:
        x, n = _alike(x, n)
        x = x + x - 1 if shifted else x
        # Between -1 and 1 the recurrence would lose digits at high degrees.
        high = ops.logical_and(ops.greater(n, 6), ops.less(ops.abs(x), 1))
        value = _polynomial(x, n, first(x), lambda x, number, last, before: 2 * x * last - before, high)
        angle = ops.acos(ops.where(high, x, ops.zeros_like(x)))
        return ops.where(high, by_angle(angle, n), value)

    return lowering


_CHEBYSHEV: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "t": (lambda x: x, lambda angle, n: ops.cos(n * angle)),
    "u": (lambda x: 2 * x, lambda angle, n: ops.sin((n + 1) * angle) / ops.sin(angle)),
    "v": (lambda x: 2 * x - 1, lambda angle, n: ops.cos((n + 0.5) * angle) / ops.cos(angle / 2)),
    "w": (lambda x: 2 * x + 1, lambda angle, n: ops.sin((n + 0.5) * angle) / ops.sin(angle / 2)),
}
"""Of each kind the polynomial of degree 1, and the one of degree n by the angle whose cosine is x."""

for _kind, (_first, _by_angle) in _CHEBYSHEV.items():
    lowers(f"aten.special_chebyshev_polynomial_{_kind}")(_chebyshev(_first, _by_angle, shifted=False))
    lowers(f"aten.special_shifted_chebyshev_polynomial_{_kind}")(_chebyshev(_first, _by_angle, shifted=True))


@lowers("aten.special_hermite_polynomial_h")
def hermite_h(x: Any, n: Any) -> Array:
    x, n = _alike(x, n)
    return _hermite(x, n, 2 * x, lambda x, number, last, before: 2 * x * last - 2 * number * before)


@lowers("aten.special_hermite_polynomial_he")
def hermite_he(x: Any, n: Any) -> Array:
    x, n = _alike(x, n)
    return _hermite(x, n, x, lambda x, number, last, before: x * last - number * before)


def _hermite(x: Array, n: Array, first: Array, following: Next) -> Array:
    """ATen's own limit: above that degree there are no values."""
    limit = {"float32": 128, "float64": 512}.get(ops.dtype(x), 1024)
    too_high = ops.greater(n, limit)
    return ops.where(too_high, ops.full_like(x, math.nan), _polynomial(x, n, first, following, too_high))


@lowers("aten.special_laguerre_polynomial_l")
def laguerre(x: Any, n: Any) -> Array:
    x, n = _alike(x, n)

    def following(x: Array, number: Array, last: Array, before: Array) -> Array:
        return ((2 * number + 1 - x) * last - number * before) / (number + 1)

    return _polynomial(x, n, 1 - x, following)


@lowers("aten.special_legendre_polynomial_p")
def legendre(x: Any, n: Any) -> Array:
    x, n = _alike(x, n)

    def following(x: Array, number: Array, last: Array, before: Array) -> Array:
        return ((2 * number + 1) * x * last - number * before) / (number + 1)

    return _polynomial(x, n, x, following)
