"""Overrides of `bridge.ops.mathematics` for TensorFlow."""

import math
from collections.abc import Callable

import tensorflow as tf

from bridge.backends.tensorflow.layout import by_element
from bridge.backends.tensorflow.promotion import HALVES, computed_in, fractional, unary
from bridge.typing import Array

exp = unary(tf.math.exp)
expm1 = unary(tf.math.expm1)
log = unary(tf.math.log)
log1p = unary(tf.math.log1p)

sin = unary(tf.math.sin)
cos = unary(tf.math.cos)
tan = unary(tf.math.tan)
asin = unary(tf.math.asin)
acos = unary(tf.math.acos)
atan = unary(tf.math.atan)
atan2 = fractional(tf.math.atan2)
sinh = unary(tf.math.sinh)
cosh = unary(tf.math.cosh)
tanh = unary(by_element(tf.math.tanh))
asinh = unary(tf.math.asinh)
acosh = unary(tf.math.acosh)
atanh = unary(tf.math.atanh)

i0 = unary(computed_in(HALVES, tf.math.bessel_i0))
erf = unary(tf.math.erf)
erfc = unary(tf.math.erfc)
erfinv = unary(computed_in(HALVES, tf.math.erfinv))
lgamma = unary(computed_in(HALVES, tf.math.lgamma))

LN2 = math.log(2)


@fractional
def igamma(x1: Array, x2: Array, /) -> tf.Tensor:
    return _of_order(x1, x2, tf.math.igamma, 1)


@fractional
def igammac(x1: Array, x2: Array, /) -> tf.Tensor:
    return _of_order(x1, x2, tf.math.igammac, 0)


def _of_order(order: tf.Tensor, x: tf.Tensor, function: Callable[..., tf.Tensor], at_zero: float) -> tf.Tensor:
    """An incomplete gamma function, with its limit at the order 0, where TensorFlow has none."""
    value = computed_in(HALVES, function)(tf.where(order == 0, tf.ones_like(order), order), x)
    limit = tf.where(x > 0, tf.constant(at_zero, x.dtype), tf.constant(math.nan, x.dtype))
    return tf.where(order == 0, limit, value)


@unary
def digamma(x: Array, /) -> tf.Tensor:
    pole = tf.stop_gradient(-1 / x)
    return tf.where(x == 0, pole, computed_in(HALVES, _digamma)(x))  # which is NaN at 0


def _digamma(x: tf.Tensor) -> tf.Tensor:
    """By reflection below 0, where the gradient of tf.math.digamma is wrong."""
    below = x < 0
    right = tf.math.digamma(tf.where(below, 1 - x, x))
    quarter, no_number = (tf.constant(value, x.dtype) for value in (0.25, math.nan))
    place = tf.where(below, x - tf.round(x), quarter)
    left = right - math.pi / tf.tan(math.pi * tf.where(place == 0, no_number, place))
    return tf.where(below, left, right)


@unary
def log2(x: Array, /) -> tf.Tensor:
    return tf.math.log(x) / tf.constant(LN2, x.dtype)


@unary
def log10(x: Array, /) -> tf.Tensor:
    return tf.math.log(x) / tf.constant(math.log(10), x.dtype)


@fractional
def logaddexp(x1: Array, x2: Array, /) -> tf.Tensor:
    # Either operand may lead: each has its gradient, where that of a maximum would go to one of two equal ones.
    same_infinity = tf.math.is_inf(x1) & (x1 == x2)
    distance = tf.where(same_infinity, tf.zeros_like(x1 - x2), x2 - x1)
    return tf.where(distance < 0, x1 + tf.math.softplus(distance), x2 + tf.math.softplus(-distance))


@fractional
def logaddexp2(x1: Array, x2: Array, /) -> tf.Tensor:
    ln2 = tf.constant(LN2, x1.dtype)
    return logaddexp(x1 * ln2, x2 * ln2) / ln2
