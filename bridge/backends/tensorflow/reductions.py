"""Overrides of `bridge.ops.reductions` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.promotion import accumulating, floating, tf_dtype
from bridge.typing import Array, Axis, DType


def sum(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_sum(accumulating(x) if dtype is None else tf.cast(x, tf_dtype(dtype)), axis, keepdims)


def prod(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_prod(accumulating(x) if dtype is None else tf.cast(x, tf_dtype(dtype)), axis, keepdims)


def mean(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_mean(floating(x), axis, keepdims)


def max(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_max(x, axis, keepdims)


def min(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_min(x, axis, keepdims)


def argmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> tf.Tensor:
    return _place_of(tf.math.argmax, x, axis, keepdims)


def argmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> tf.Tensor:
    return _place_of(tf.math.argmin, x, axis, keepdims)


def any(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_any(tf.cast(x, tf.bool), axis, keepdims)


def all(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_all(tf.cast(x, tf.bool), axis, keepdims)


def cumulative_sum(x: Array, /, *, axis: int) -> tf.Tensor:
    return tf.math.cumsum(accumulating(x), axis)


def logsumexp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_logsumexp(floating(x), axis, keepdims)


def _place_of(function: object, x: tf.Tensor, axis: int | None, keepdims: bool) -> tf.Tensor:
    if axis is not None:
        place = function(x, axis)  # type: ignore[operator]
        return tf.expand_dims(place, axis) if keepdims else place
    place = function(tf.reshape(x, [-1]), 0)  # type: ignore[operator]
    return tf.reshape(place, [1] * x.shape.rank) if keepdims else place
