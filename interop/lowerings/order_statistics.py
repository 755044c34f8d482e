"""Medians, most frequent values and the like: what stands at a place of the order along an axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

Pair = tuple[Array, Array]


@lowers("aten.kthvalue.default")
def kthvalue(self: Array, k: int, dim: int = -1, keepdim: bool = False) -> Pair:
    return _in_order(self, dim, keepdim, lambda x, numbers: ops.full_like(numbers, k - 1))


@lowers("aten.median.dim")
def median_dim(self: Array, dim: int, keepdim: bool = False) -> Pair:
    return _in_order(self, dim, keepdim, _middle_or_nan)


@lowers("aten.nanmedian.dim")
def nanmedian_dim(self: Array, dim: int, keepdim: bool = False) -> Pair:
    return _in_order(self, dim, keepdim, _middle)


@lowers("aten.median.default")
def median(self: Array) -> Array:
    return _of_all(self, _middle_or_nan)


@lowers("aten.nanmedian.default")
def nanmedian(self: Array) -> Array:
    return _of_all(self, _middle)


def _middle(x: Array, numbers: Array) -> Array:
    return ops.maximum(ops.floor_divide(ops.subtract(numbers, 1), 2), 0)


def _middle_or_nan(x: Array, numbers: Array) -> Array:
    """NaN stands after the numbers."""
    return ops.where(ops.less(numbers, ops.shape(x)[-1]), numbers, _middle(x, numbers))


def _in_order(x: Array, dim: int, keepdim: bool, place_of: Callable[[Array, Array], Array]) -> Pair:
    """The element along an axis whose place in the order follows from how many there are that are not NaN."""
    if not x.ndim:
        return x, ops.zeros((), dtype="int64")
    last = ops.moveaxis(x, dim, -1)
    order = ops.argsort(ops.stop_gradient(last), axis=-1)
    numbers = ops.sum(ops.astype(ops.equal(last, last), "int64"), axis=-1, keepdims=True)
    return _taken(last, ops.take_along_axis(order, place_of(last, numbers), axis=-1), dim, keepdim)


def _taken(last: Array, place: Array, dim: int, keepdim: bool) -> Pair:
    value = ops.take_along_axis(last, place, axis=-1)
    if keepdim:
        return ops.moveaxis(value, -1, dim), ops.moveaxis(place, -1, dim)
    return ops.squeeze(value, -1), ops.squeeze(place, -1)


def _of_all(x: Array, place_of: Callable[[Array, Array], Array]) -> Array:
    flat = ops.reshape(x, (-1,))
    value = ops.stop_gradient(_in_order(flat, 0, False, place_of)[0])
    if not ops.isdtype(x.dtype, "real floating"):
        return value
    # As in torch, all elements of that value have the same part in the gradient.
    equal = ops.amax(ops.where(ops.equal(flat, value), flat, -math.inf))
    return ops.where(ops.isnan(value), value, equal)


@lowers("aten.mode")
def mode(self: Array, dim: int = -1, keepdim: bool = False) -> Pair:
    if not self.ndim:
        return self, ops.zeros((), dtype="int64")
    last = ops.moveaxis(self, dim, -1)
    order = ops.argsort(ops.stop_gradient(last), axis=-1)
    ordered = ops.take_along_axis(ops.stop_gradient(last), order, axis=-1)
    count = ops.shape(last)[-1]
    places = ops.broadcast_to(ops.arange(count, dtype="int64"), ops.shape(last))
    changes = ops.not_equal(ordered[..., 1:], ordered[..., :-1])
    first = ops.pad(ops.where(changes, places[..., 1:], 0), (1, 0))
    starts = ops.associative_scan(ops.maximum, first, axis=-1)
    # The end of the longest run; of runs of one length that of the smallest value.
    end = ops.argmax(ops.subtract(places, starts), axis=-1, keepdims=True)
    return _taken(last, ops.take_along_axis(order, end, axis=-1), dim, keepdim)


@lowers("aten.cummax")
def cummax(self: Array, dim: int) -> Pair:
    return _running(self, dim, ops.greater_equal)


@lowers("aten.cummin")
def cummin(self: Array, dim: int) -> Pair:
    return _running(self, dim, ops.less_equal)


def _running(x: Array, dim: int, goes_before: Callable[[Any, Any], Array]) -> Pair:
    """The extreme so far, the last of equal ones, and its place; NaN goes before all."""
    if not x.ndim:
        return x, ops.zeros((), dtype="int64")
    shape: list[Any] = [1] * x.ndim
    shape[dim] = -1
    places = ops.broadcast_to(ops.reshape(ops.arange(ops.shape(x)[dim], dtype="int64"), tuple(shape)), ops.shape(x))

    def later(first: Pair, second: Pair) -> Pair:
        wins = ops.logical_or(goes_before(second[0], first[0]), ops.not_equal(second[0], second[0]))
        return ops.where(wins, second[0], first[0]), ops.where(wins, second[1], first[1])

    _, found = ops.associative_scan(later, (ops.stop_gradient(x), places), axis=dim)
    return ops.take_along_axis(x, found, axis=dim), found
