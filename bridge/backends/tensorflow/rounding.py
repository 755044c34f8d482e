"""Overrides of `bridge.ops.rounding` for TensorFlow."""

import inspect
import math

import tensorflow as tf

from bridge.backends.tensorflow.layout import elementwise
from bridge.backends.tensorflow.promotion import fractional
from bridge.backends.whole_numbers import round_to_multiple
from bridge.ops import rounding
from bridge.typing import Array, Number


def floor(x: Array, /) -> tf.Tensor:
    return tf.math.floor(x) if x.dtype.is_floating else tf.identity(x)


def ceil(x: Array, /) -> tf.Tensor:
    return tf.math.ceil(x) if x.dtype.is_floating else tf.identity(x)


def trunc(x: Array, /) -> tf.Tensor:
    return tf.where(x < 0, tf.math.ceil(x), tf.math.floor(x)) if x.dtype.is_floating else tf.identity(x)


def round(x: Array, /, decimals: int = 0) -> tf.Tensor:
    if not x.dtype.is_floating:
        return tf.identity(x) if decimals >= 0 else round_to_multiple(x, 10**-decimals)
    if decimals == 0:
        return tf.round(x)
    unit = tf.constant(10.0 ** abs(decimals), x.dtype)
    return tf.round(x * unit) / unit if decimals > 0 else tf.round(x / unit) * unit


_BOUNDS = (int, float, type(None))


def clip(x: Array, /, min: Array | Number | None = None, max: Array | Number | None = None) -> tf.Tensor:
    if x.dtype.is_floating and type(min) in _BOUNDS and type(max) in _BOUNDS:
        least, most = -math.inf if min is None else min, math.inf if max is None else max
        return elementwise(lambda x: tf.clip_by_value(x, least, most), x)
    return inspect.unwrap(rounding.clip)(x, min, max)


def nan_to_num(x: Array, /, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> tf.Tensor:
    if x.dtype.is_complex:
        return tf.complex(*(nan_to_num(part, nan, posinf, neginf) for part in (tf.math.real(x), tf.math.imag(x))))
    if not x.dtype.is_floating:
        return tf.identity(x)
    number, largest, smallest = (
        tf.constant(value, x.dtype)
        for value in (nan, x.dtype.max if posinf is None else posinf, x.dtype.min if neginf is None else neginf)
    )
    finite = tf.where(tf.math.is_inf(x), tf.where(x > 0, largest, smallest), x)
    return tf.where(tf.math.is_nan(x), number, finite)


@fractional
def nextafter(x1: Array, x2: Array, /) -> tf.Tensor:
    if x1.dtype in (tf.float32, tf.float64):
        return tf.math.nextafter(x1, x2)
    return tf.grad_pass_through(lambda x: _next_half(x, x2))(x1 * tf.ones_like(x2))  # of the shape of both


def _next_half(x1: tf.Tensor, x2: tf.Tensor) -> tf.Tensor:
    """By the bits: without the sign, those of one number more are a whole number more."""
    bits = tf.bitcast(x1, tf.int16)
    moved = tf.bitcast(tf.where((x2 > x1) == (x1 > 0), bits + 1, bits - 1), x1.dtype)
    first = tf.bitcast(tf.where(x2 > 0, tf.constant(1, tf.int16), tf.constant(1 - 2**15, tf.int16)), x1.dtype)
    there = tf.where(x1 == x2, x2, tf.where(x1 == 0, first, moved))
    return tf.where(tf.math.is_nan(x1 + x2), x1 + x2, there)
