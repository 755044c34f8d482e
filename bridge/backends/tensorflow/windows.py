"""Overrides of `bridge.ops.windows` for TensorFlow: constants, which NumPy computes in double precision."""

from typing import Any

import numpy
import tensorflow as tf

from bridge.backends.tensorflow.promotion import default_dtype, tf_dtype
from bridge.typing import DType


def bartlett(m: int, /, *, dtype: DType | None = None) -> tf.Tensor:
    return _constant(numpy.bartlett(m), dtype)


def blackman(m: int, /, *, dtype: DType | None = None) -> tf.Tensor:
    return _constant(numpy.blackman(m), dtype)


def hamming(m: int, /, *, dtype: DType | None = None) -> tf.Tensor:
    return _constant(numpy.hamming(m), dtype)


def hanning(m: int, /, *, dtype: DType | None = None) -> tf.Tensor:
    return _constant(numpy.hanning(m), dtype)


def kaiser(m: int, beta: float, /, *, dtype: DType | None = None) -> tf.Tensor:
    return _constant(numpy.kaiser(m, beta), dtype)


def _constant(window: numpy.ndarray[Any, Any], dtype: DType | None) -> tf.Tensor:
    return tf.constant(window, default_dtype() if dtype is None else tf_dtype(dtype))
