"""Overrides of `bridge.ops.arithmetic` for TensorFlow."""

from collections.abc import Callable

import tensorflow as tf

from bridge.backends.tensorflow.comparison import signbit
from bridge.backends.tensorflow.extremes import larger, smaller
from bridge.backends.tensorflow.promotion import (
    UNSIGNED,
    binary,
    binary_of_bool,
    computed_in,
    floating,
    fractional,
    promoted,
    unary,
)
from bridge.typing import Array, Number

add = binary_of_bool(tf.math.add)
subtract = binary(tf.math.subtract)
multiply = binary_of_bool(tf.math.multiply)
divide = fractional(tf.math.divide)
divide_no_nan = fractional(tf.math.divide_no_nan)
remainder = binary(tf.math.floormod)

fabs = unary(tf.math.abs)
square = tf.math.square
reciprocal = unary(tf.math.reciprocal)
sqrt = unary(tf.math.sqrt)
rsqrt = unary(tf.math.rsqrt)

maximum = binary_of_bool(larger)
minimum = binary_of_bool(smaller)


def pow(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
    x1, x2 = promoted(x1, x2)
    if not x1.dtype.is_integer or x1.dtype.is_unsigned or _is_never_negative(x2):
        return computed_in(UNSIGNED, tf.math.pow)(x1, x2)
    # TensorFlow refuses whole numbers to negative powers, which PyTorch and JAX round towards 0.
    inverse = tf.where(tf.abs(x1) == 1, tf.math.pow(x1, tf.abs(x2) % 2), tf.zeros_like(x1))
    return tf.where(x2 < 0, inverse, tf.math.pow(x1, tf.maximum(x2, 0)))


def _is_never_negative(x: tf.Tensor) -> bool:
    known = tf.get_static_value(x)
    return known is not None and (known >= 0).all()


def where(condition: Array, x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
    return tf.where(condition, *promoted(x1, x2))


def floor_divide(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
    x1, x2 = promoted(x1, x2)
    if not x1.dtype.is_floating:
        return tf.math.floordiv(x1, x2)
    # TensorFlow's own rounds the quotient before it is rounded down: 1 // 0.1 would be 10.
    rest, exact = tf.math.floormod(x1, x2), x1 / x2
    quotient = tf.where(tf.math.is_inf(rest), -tf.ones_like(rest), tf.round((x1 - rest) / x2))
    signed = tf.where(quotient == 0, exact * 0, quotient)  # a zero has the sign of what is rounded
    return tf.where(x2 == 0, exact, signed)


def fmod(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
    x1, x2 = promoted(x1, x2)
    # TensorFlow's truncatemod has neither a gradient nor kernels for all dtypes.
    below = x1 < tf.zeros((), x1.dtype)
    left = tf.math.floormod(tf.where(below, negative(x1), x1), abs(x2))
    return tf.where(below, negative(left), left)


def abs(x: Array, /) -> tf.Tensor:
    return tf.identity(x) if x.dtype.is_unsigned or x.dtype == tf.bool else tf.math.abs(x)


def negative(x: Array, /) -> tf.Tensor:
    # As 0 - x, grappler would make a negation of it again.
    return tf.bitwise.invert(x) + 1 if x.dtype.is_unsigned else tf.math.negative(x)


def positive(x: Array, /) -> tf.Tensor:
    return tf.identity(x)


def sign(x: Array, /) -> tf.Tensor:
    return tf.cast(x != 0, x.dtype) if x.dtype.is_unsigned else tf.math.sign(x)


def fmax(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
    return _number_of(maximum, tf.greater_equal, *promoted(x1, x2))


def fmin(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
    return _number_of(minimum, tf.less_equal, *promoted(x1, x2))


def _number_of(
    function: Callable[..., tf.Tensor], first: Callable[..., tf.Tensor], x1: tf.Tensor, x2: tf.Tensor
) -> tf.Tensor:
    """`function` of two tensors where both are numbers, else the one that is; of two equal ones the first."""
    if not x1.dtype.is_floating:
        return function(x1, x2)
    return tf.where(tf.logical_or(first(x1, x2), tf.math.is_nan(x2)), x1, x2)


@fractional
def copysign(x1: Array, x2: Array, /) -> tf.Tensor:
    magnitude = tf.math.abs(x1)
    return tf.where(signbit(x2), -magnitude, magnitude)


@binary
def gcd(x1: Array, x2: Array, /) -> tf.Tensor:
    shape = tf.broadcast_dynamic_shape(tf.shape(x1), tf.shape(x2))
    return _euclid(tf.broadcast_to(abs(x1), shape), tf.broadcast_to(abs(x2), shape))


@tf.function(reduce_retracing=True, autograph=False)
def _euclid(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    def step(first: tf.Tensor, second: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        done = second == 0
        return tf.where(done, first, second), tf.where(done, second, first % tf.where(done, first + 1, second))

    return tf.while_loop(lambda _, second: tf.reduce_any(second != 0), step, (first, second))[0]


@binary
def lcm(x1: Array, x2: Array, /) -> tf.Tensor:
    divisor = gcd(x1, x2)
    return abs(x1 // tf.where(divisor == 0, tf.ones_like(divisor), divisor) * x2)


def conj(x: Array, /) -> tf.Tensor:
    return tf.math.conj(x) if x.dtype.is_complex else tf.identity(x)


def real(x: Array, /) -> tf.Tensor:
    return tf.math.real(x) if x.dtype.is_complex else tf.identity(x)


def imag(x: Array, /) -> tf.Tensor:
    return tf.math.imag(x) if x.dtype.is_complex else tf.zeros_like(x)


def angle(x: Array, /) -> tf.Tensor:
    x = floating(x)
    return tf.math.angle(x) if x.dtype.is_complex else tf.where(tf.math.is_nan(x), x, tf.math.angle(x))
