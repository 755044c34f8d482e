"""Overrides of `bridge.ops.sorting` for TensorFlow."""

import math

import tensorflow as tf

from bridge.backends.tensorflow.indexing import take_along_axis
from bridge.backends.tensorflow.promotion import promoted, ranks
from bridge.shapes import normalize_axis
from bridge.typing import Array, Number


def sort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> tf.Tensor:
    if x.dtype.is_floating and 0 not in x.shape:  # of nothing, its gradient fails
        return _sorted_numbers(x, normalize_axis(axis, x.shape.rank), descending)
    return take_along_axis(x, argsort(x, axis=axis, descending=descending, stable=stable), axis=axis)


def _sorted_numbers(x: tf.Tensor, axis: int, descending: bool) -> tf.Tensor:
    """By `top_k` itself, of which `tf.sort` is made; NaN stands above infinity, where those put it anywhere."""
    last = x.shape.rank - 1
    if axis != last:
        exchange = [last if i == axis else axis if i == last else i for i in range(last + 1)]
        return tf.transpose(_sorted_numbers(tf.transpose(x, exchange), last, descending), exchange)
    length, unknown = x.shape[last] or tf.shape(x)[last], tf.math.is_nan(x)
    if _is_at_hand(x) and not tf.reduce_any(unknown):  # one top_k will do
        return tf.math.top_k(x, length).values if descending else -tf.math.top_k(-x, length).values
    if descending:
        numbers = tf.math.top_k(tf.where(unknown, tf.constant(math.inf, x.dtype), x), length).values
    else:
        numbers = -tf.math.top_k(tf.where(unknown, tf.constant(-math.inf, x.dtype), -x), length).values
    # Which TensorFlow adds up faster than whole numbers, and which is as exact up to 2 ** 24.
    counted = tf.float32 if isinstance(length, int) and length <= 1 << 24 else tf.int32
    count = tf.cast(tf.reduce_sum(tf.cast(unknown, counted), last, keepdims=True), tf.int32)
    places = tf.range(length)
    behind = places < count if descending else places >= length - count
    return tf.where(behind, tf.constant(math.nan, x.dtype), numbers)


def _is_at_hand(x: Array) -> bool:
    """Whether its values can be looked at without waiting for a device."""
    return not tf.is_symbolic_tensor(x) and tf.executing_eagerly() and "CPU" in x.device


def argsort(x: Array, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> tf.Tensor:
    axis = normalize_axis(axis, x.shape.rank)
    return _first(ranks(x) if descending else -1 - ranks(x), tf.shape(x)[axis], axis)


def top_k(x: Array, k: int, /, *, sorted: bool = True, axis: int = -1) -> tuple[tf.Tensor, tf.Tensor]:
    indices = _first(ranks(x), k, normalize_axis(axis, x.shape.rank), sorted)
    return take_along_axis(x, indices, axis=axis), indices


def searchsorted(x1: Array, x2: Array | Number, /, *, side: str = "left", sorter: Array | None = None) -> tf.Tensor:
    if x1.shape.rank != 1:
        raise ValueError(f"expected x1 of one axis, got shape {tuple(x1.shape)}")
    x1, x2 = promoted(x1, x2)
    ordered = x1 if sorter is None else tf.gather(x1, sorter)
    places = tf.searchsorted(ranks(ordered), ranks(tf.reshape(x2, [-1])), side, tf.int64)
    return tf.reshape(places, tf.shape(x2))


def _first(keys: tf.Tensor, k: int | tf.Tensor, axis: int, sorted: bool = True) -> tf.Tensor:
    """The indices of the `k` largest along `axis`; of equals the first come first."""
    last = keys.shape.rank - 1
    if axis == last:
        return tf.cast(tf.math.top_k(keys, k, sorted).indices, tf.int64)
    exchange = [last if i == axis else axis if i == last else i for i in range(last + 1)]
    return tf.cast(tf.transpose(tf.math.top_k(tf.transpose(keys, exchange), k, sorted).indices, exchange), tf.int64)
