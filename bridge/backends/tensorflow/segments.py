"""Overrides of `bridge.ops.segments` for TensorFlow."""

from typing import Any

import tensorflow as tf

from bridge.typing import Array


def segment_sum(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> tf.Tensor:
    return tf.math.unsorted_segment_sum(data, segment_ids, _count(segment_ids, num_segments))


def segment_prod(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> tf.Tensor:
    return tf.math.unsorted_segment_prod(data, segment_ids, _count(segment_ids, num_segments))


def segment_max(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> tf.Tensor:
    count = _count(segment_ids, num_segments)
    return _infinite_where_empty(tf.math.unsorted_segment_max(data, segment_ids, count), segment_ids, -float("inf"))


def segment_min(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> tf.Tensor:
    count = _count(segment_ids, num_segments)
    return _infinite_where_empty(tf.math.unsorted_segment_min(data, segment_ids, count), segment_ids, float("inf"))


def _infinite_where_empty(result: tf.Tensor, segment_ids: tf.Tensor, infinity: float) -> tf.Tensor:
    """TensorFlow gives a segment without rows the largest finite number."""
    if not result.dtype.is_floating:
        return result
    rows = tf.math.unsorted_segment_sum(tf.ones_like(segment_ids), segment_ids, tf.shape(result)[0])
    empty = tf.reshape(rows == 0, [-1, *[1] * (result.shape.rank - 1)])
    return tf.where(empty, tf.cast(infinity, result.dtype), result)


def _count(segment_ids: tf.Tensor, num_segments: int | None) -> Any:
    if num_segments is not None:
        return num_segments
    return tf.reduce_max(tf.concat([segment_ids, tf.constant([-1], segment_ids.dtype)], 0)) + 1
