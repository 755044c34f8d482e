"""Overrides of `bridge.ops.elementwise` for TensorFlow."""

from collections.abc import Callable

import tensorflow as tf

from bridge.backends.tensorflow.promotion import binary, floating, promoted, unary
from bridge.typing import Array, Number

abs = tf.math.abs
negative = tf.math.negative
sign = tf.math.sign
square = tf.math.square

exp = unary(tf.math.exp)
log = unary(tf.math.log)
sin = unary(tf.math.sin)
cos = unary(tf.math.cos)
tanh = unary(tf.math.tanh)
erf = unary(tf.math.erf)
sqrt = unary(tf.math.sqrt)
rsqrt = unary(tf.math.rsqrt)
reciprocal = unary(tf.math.reciprocal)
isnan = unary(tf.math.is_nan)
isfinite = unary(tf.math.is_finite)

add = binary(tf.math.add)
subtract = binary(tf.math.subtract)
multiply = binary(tf.math.multiply)
pow = binary(tf.math.pow)
maximum = binary(tf.math.maximum)
minimum = binary(tf.math.minimum)
equal = binary(tf.math.equal)
not_equal = binary(tf.math.not_equal)
less = binary(tf.math.less)
less_equal = binary(tf.math.less_equal)
greater = binary(tf.math.greater)
greater_equal = binary(tf.math.greater_equal)


def floor(x: Array, /) -> tf.Tensor:
    return tf.math.floor(x) if x.dtype.is_floating else tf.identity(x)


def divide(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
    x1, x2 = promoted(x1, x2)
    return tf.math.divide(floating(x1), floating(x2))


def where(condition: Array, x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
    return tf.where(condition, *promoted(x1, x2))


def logical_not(x: Array, /) -> tf.Tensor:
    return tf.math.logical_not(tf.cast(x, tf.bool))


def _logical(function: Callable[..., tf.Tensor]) -> Callable[[Array, Array], tf.Tensor]:
    def of_bool(x1: Array, x2: Array, /) -> tf.Tensor:
        return function(tf.cast(x1, tf.bool), tf.cast(x2, tf.bool))

    return of_bool


logical_and = _logical(tf.math.logical_and)
logical_or = _logical(tf.math.logical_or)
