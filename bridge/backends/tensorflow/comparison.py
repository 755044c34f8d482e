"""Overrides of `bridge.ops.comparison` for TensorFlow."""

import math
from collections.abc import Callable

import tensorflow as tf

from bridge.backends.tensorflow.promotion import binary, binary_of_bool, promoted
from bridge.typing import Array, Number

equal = binary(tf.math.equal)
not_equal = binary(tf.math.not_equal)
less = binary_of_bool(tf.math.less)
less_equal = binary_of_bool(tf.math.less_equal)
greater = binary_of_bool(tf.math.greater)
greater_equal = binary_of_bool(tf.math.greater_equal)


_BITS = {tf.float16: tf.int16, tf.bfloat16: tf.int16, tf.float32: tf.int32, tf.float64: tf.int64}


def isclose(
    x1: Array | Number, x2: Array | Number, /, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> tf.Tensor:
    x1, x2 = promoted(x1, x2)
    if not (x1.dtype.is_floating or x1.dtype.is_complex):
        x1, x2 = tf.cast(x1, tf.float64), tf.cast(x2, tf.float64)
    size = tf.math.abs(x2)
    near = tf.math.abs(x1 - x2) <= tf.constant(atol, size.dtype) + tf.constant(rtol, size.dtype) * size
    near = (near & isfinite(x2)) | (x1 == x2)
    return near | (isnan(x1) & isnan(x2)) if equal_nan else near


def allclose(
    x1: Array | Number, x2: Array | Number, /, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> tf.Tensor:
    return tf.reduce_all(isclose(x1, x2, rtol, atol, equal_nan))


def isfinite(x: Array, /) -> tf.Tensor:
    if x.dtype.is_complex:
        return tf.math.is_finite(tf.math.real(x)) & tf.math.is_finite(tf.math.imag(x))
    return tf.math.is_finite(x) if x.dtype.is_floating else tf.ones_like(x, tf.bool)


def isinf(x: Array, /) -> tf.Tensor:
    return _in_either_part(tf.math.is_inf, x)


def isnan(x: Array, /) -> tf.Tensor:
    return _in_either_part(tf.math.is_nan, x)


def _in_either_part(function: Callable[..., tf.Tensor], x: tf.Tensor) -> tf.Tensor:
    if x.dtype.is_complex:
        return function(tf.math.real(x)) | function(tf.math.imag(x))
    return function(x) if x.dtype.is_floating else tf.zeros_like(x, tf.bool)


def isneginf(x: Array, /) -> tf.Tensor:
    return _equals(x, -math.inf)


def isposinf(x: Array, /) -> tf.Tensor:
    return _equals(x, math.inf)


def _equals(x: tf.Tensor, infinity: float) -> tf.Tensor:
    return x == tf.constant(infinity, x.dtype) if x.dtype.is_floating else tf.zeros_like(x, tf.bool)


def isreal(x: Array, /) -> tf.Tensor:
    return tf.math.imag(x) == 0 if x.dtype.is_complex else tf.ones_like(x, tf.bool)


def signbit(x: Array, /) -> tf.Tensor:
    if x.dtype.is_floating:
        return tf.bitcast(x, _BITS[x.dtype]) < 0
    return tf.zeros_like(x, tf.bool) if x.dtype.is_unsigned or x.dtype == tf.bool else x < 0


def logical_not(x: Array, /) -> tf.Tensor:
    return tf.math.logical_not(tf.cast(x, tf.bool))


def _logical(function: Callable[..., tf.Tensor]) -> Callable[[Array | Number, Array | Number], tf.Tensor]:
    def of_bool(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
        return function(tf.cast(x1, tf.bool), tf.cast(x2, tf.bool))

    return of_bool


logical_and = _logical(tf.math.logical_and)
logical_or = _logical(tf.math.logical_or)
logical_xor = _logical(tf.math.logical_xor)
