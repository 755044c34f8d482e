"""Overrides of `bridge.ops.reductions` for TensorFlow."""

from collections.abc import Callable

import tensorflow as tf

from bridge.backends.tensorflow.layout import channels_first, channels_last, lie_last, place_when_last
from bridge.backends.tensorflow.promotion import HALVES, accumulating, computed_in, floating, ranks, tf_dtype, truth
from bridge.backends.tensorflow.recording import with_own_gradient
from bridge.shapes import normalize_axes, only_axis
from bridge.typing import Array, Axis, DType

# In halves TensorFlow adds up in halves: the mean of a hundred thousand float16 is NaN.
_reduce_sum = computed_in(HALVES, tf.reduce_sum)
_reduce_prod = computed_in(HALVES, tf.reduce_prod)
_reduce_mean = computed_in(HALVES, tf.reduce_mean)
_reduce_variance = computed_in(HALVES, tf.math.reduce_variance)
_reduce_logsumexp = computed_in(HALVES, tf.reduce_logsumexp)
_cumsum = computed_in(HALVES, tf.math.cumsum)
_cumulative_logsumexp = computed_in(HALVES, tf.math.cumulative_logsumexp)


def sum(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> tf.Tensor:
    x = accumulating(x) if dtype is None else tf.cast(x, tf_dtype(dtype))
    return _reduced(_reduce_sum, x, axis, keepdims)


def prod(x: Array, /, *, axis: Axis = None, dtype: DType | None = None, keepdims: bool = False) -> tf.Tensor:
    x = accumulating(x) if dtype is None else tf.cast(x, tf_dtype(dtype))
    return _reduce_prod(x, axis=axis, keepdims=keepdims)


def mean(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return _reduced(_reduce_mean, floating(x), axis, keepdims)


def var(x: Array, /, *, axis: Axis = None, correction: float = 0, keepdims: bool = False) -> tf.Tensor:
    x = floating(x)
    variance = _reduce_variance(x, axis=axis, keepdims=keepdims)
    if correction == 0:
        return variance
    count = tf.cast(tf.size(x, tf.int64) // tf.maximum(tf.size(variance, tf.int64), 1), variance.dtype)
    return variance * (count / tf.maximum(count - correction, 0))


def max(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    _refuse_nothing(x, axis)
    return _reduced(tf.reduce_any if x.dtype == tf.bool else tf.reduce_max, x, axis, keepdims)


def min(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    _refuse_nothing(x, axis)
    return _reduced(tf.reduce_all if x.dtype == tf.bool else tf.reduce_min, x, axis, keepdims)


def _reduced(reduce: Callable[..., tf.Tensor], x: tf.Tensor, axis: Axis, keepdims: bool) -> tf.Tensor:
    """`reduce`; of images that lie with channels last as they lie, if what is left of them has its axes in order."""
    if not lie_last(x):
        return reduce(x, axis=axis, keepdims=keepdims)
    rank = x.shape.rank
    axes = normalize_axes(axis, rank)
    if not keepdims and not set(range(2, rank)).issubset(axes):
        return reduce(x, axis=axis, keepdims=keepdims)
    reduced = reduce(channels_last(x), axis=[place_when_last(each, rank) for each in axes], keepdims=keepdims)
    return channels_first(reduced) if keepdims else reduced


def argmax(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> tf.Tensor:
    return _first_of_largest(_preferred(x, tf.reduce_max, axis) if x.dtype.is_floating else ranks(x), axis, keepdims)


def argmin(x: Array, /, *, axis: int | None = None, keepdims: bool = False) -> tf.Tensor:
    scores = _preferred(x, tf.reduce_min, axis) if x.dtype.is_floating else -1 - ranks(x)
    return _first_of_largest(scores, axis, keepdims)


def _preferred(x: tf.Tensor, reduce: Callable[..., tf.Tensor], axis: int | None) -> tf.Tensor:
    """2 for a NaN, which comes first in both directions, 1 for what `reduce` finds, 0 for all else."""
    found = tf.cast(tf.equal(x, reduce(x, axis, keepdims=True)), tf.int8)
    return tf.where(tf.math.is_nan(x), tf.constant(2, tf.int8), found)


def any(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_any(truth(x), axis, keepdims)


def all(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_all(truth(x), axis, keepdims)


def cumulative_sum(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> tf.Tensor:
    x, axis = accumulating(x) if dtype is None else tf.cast(x, tf_dtype(dtype)), only_axis(axis, x.shape.rank)
    return _cumsum(_with_initial(x, 0, axis) if include_initial else x, axis=axis)


def cumulative_prod(
    x: Array, /, *, axis: int | None = None, dtype: DType | None = None, include_initial: bool = False
) -> tf.Tensor:
    x, axis = accumulating(x) if dtype is None else tf.cast(x, tf_dtype(dtype)), only_axis(axis, x.shape.rank)
    return computed_in(HALVES, _cumprod)(_with_initial(x, 1, axis) if include_initial else x, axis=axis)


def logsumexp(x: Array, /, *, axis: Axis = None, keepdims: bool = False) -> tf.Tensor:
    return _reduce_logsumexp(floating(x), axis=axis, keepdims=keepdims)


def logcumsumexp(x: Array, /, *, axis: int) -> tf.Tensor:
    return _cumulative_logsumexp(floating(x), axis=axis)


def _first_of_largest(x: tf.Tensor, axis: int | None, keepdims: bool) -> tf.Tensor:
    if axis is not None:
        place = tf.math.argmax(x, axis)
        return tf.expand_dims(place, axis) if keepdims else place
    place = tf.math.argmax(tf.reshape(x, [-1]), 0)
    return tf.reshape(place, [1] * x.shape.rank) if keepdims else place


def _refuse_nothing(x: tf.Tensor, axis: Axis) -> None:
    """TensorFlow's largest of nothing is minus infinity."""
    if 0 in (x.shape[position] for position in normalize_axes(axis, x.shape.rank)):
        raise ValueError("expected at least one element along the axis: nothing has no largest and no smallest")


def _with_initial(x: tf.Tensor, value: int, axis: int) -> tf.Tensor:
    widths = [[0, 0] for _ in range(x.shape.rank)]
    widths[axis][0] = 1
    return tf.pad(x, widths, constant_values=tf.cast(value, x.dtype))


def _cumprod(x: tf.Tensor, axis: int) -> tf.Tensor:
    """`tf.math.cumprod`, whose own gradient divides by `x` and is NaN where that is zero."""

    @with_own_gradient
    def cumprod(x: tf.Tensor) -> tuple[tf.Tensor, object]:
        products = tf.math.cumprod(x, axis)

        def gradient(upstream: tf.Tensor) -> tf.Tensor:
            one, zero = tf.ones((), x.dtype), tf.equal(x, 0)
            zeros_before = tf.math.cumsum(tf.cast(zero, tf.int32), axis, exclusive=True)
            first_zero = tf.logical_and(zero, tf.equal(zeros_before, 0))
            # Behind the first zero no factor but that zero counts, and it counts as if it were a one.
            of_first_zero = _cumprod(tf.where(first_zero, one, x), axis)
            of_others = tf.math.cumsum(upstream * tf.math.conj(products), axis, reverse=True)
            of_others /= tf.math.conj(tf.where(zero, one, x))
            return tf.where(
                first_zero, tf.math.cumsum(upstream * tf.math.conj(of_first_zero), axis, reverse=True), of_others
            )

        return products, gradient

    return cumprod(x)
