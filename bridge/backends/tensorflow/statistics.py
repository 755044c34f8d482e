"""Overrides of `bridge.ops.statistics` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.promotion import HALVES, computed_in, floating
from bridge.typing import Array


def cov(
    x: Array,
    /,
    *,
    rowvar: bool = True,
    correction: int = 1,
    fweights: Array | None = None,
    aweights: Array | None = None,
) -> tf.Tensor:
    x = floating(x)
    x = x[None] if x.shape.rank < 2 else x if rowvar else tf.transpose(x)
    if x.shape.rank != 2:
        raise ValueError(f"expected one or two axes, got shape {tuple(x.shape)}")
    parts = [tf.cast(weights, x.dtype) for weights in (fweights, aweights) if weights is not None]
    weights = tf.math.reduce_prod(parts, 0) if parts else tf.ones_like(x[0])
    total = tf.reduce_sum(weights)
    lost = correction * (tf.reduce_sum(weights * parts[-1]) / total if aweights is not None else tf.ones((), x.dtype))
    centred = x - tf.reduce_sum(x * weights, 1, keepdims=True) / total
    result = tf.linalg.matmul(centred * weights, centred, adjoint_b=True) / (total - lost)
    return result[0, 0] if result.shape[0] == 1 else result


def bincount(x: Array, /, *, weights: Array | None = None, minlength: int = 0, length: int | None = None) -> tf.Tensor:
    if x.shape.rank != 1 or not x.dtype.is_integer:
        raise ValueError("expected whole numbers in one axis")
    x = tf.cast(x, tf.int64)
    if length is None:
        tf.debugging.assert_non_negative(x, "expected whole numbers from 0")
        length = tf.maximum(tf.reduce_max(x) + 1, minlength)
    summed = tf.ones_like(x) if weights is None else floating(weights)
    place = tf.where((x >= 0) & (x < length), x, -1)  # which is not counted
    return computed_in(HALVES, lambda summed: tf.math.unsorted_segment_sum(summed, place, length))(summed)
