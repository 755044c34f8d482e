"""Overrides of `bridge.ops.creation` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.promotion import default_dtype, tf_dtype
from bridge.dtypes import number_type
from bridge.typing import Array, DType, Number, Shape


def full(shape: int | Shape, fill_value: Number, *, dtype: DType | None = None) -> tf.Tensor:
    dtype = _dtype_of(fill_value) if dtype is None else tf_dtype(dtype)
    return tf.fill(_sizes(shape), tf.cast(fill_value, dtype))


def zeros(shape: int | Shape, *, dtype: DType | None = None) -> tf.Tensor:
    return tf.zeros(_sizes(shape), default_dtype() if dtype is None else tf_dtype(dtype))


def ones(shape: int | Shape, *, dtype: DType | None = None) -> tf.Tensor:
    return tf.ones(_sizes(shape), default_dtype() if dtype is None else tf_dtype(dtype))


def arange(start: float, /, stop: float | None = None, step: float = 1, *, dtype: DType | None = None) -> tf.Tensor:
    start, stop = (0, start) if stop is None else (start, stop)
    if dtype is None:
        dtype = default_dtype() if float in map(type, (start, stop, step)) else tf.int64
    return tf.range(*(tf.cast(value, tf_dtype(dtype)) for value in (start, stop, step)))


def asarray(obj: object, /, *, dtype: DType | None = None) -> tf.Tensor:
    if dtype is not None:
        return tf.cast(obj, tf_dtype(dtype))
    tensor = tf.convert_to_tensor(obj)
    if hasattr(obj, "dtype"):
        return tensor
    return tf.cast(obj, default_dtype() if tensor.dtype.is_floating else _whole(tensor.dtype))


def full_like(
    x: Array, /, fill_value: Number, *, dtype: DType | None = None, shape: int | Shape | None = None
) -> tf.Tensor:
    sizes = tf.shape(x) if shape is None else _sizes(shape)
    filled = tf.fill(sizes, tf.cast(fill_value, x.dtype if dtype is None else tf_dtype(dtype)))
    return tf.ensure_shape(filled, x.shape) if shape is None else filled


def arange_like(
    x: Array, /, start: float, stop: float | None = None, step: float = 1, *, dtype: DType | None = None
) -> tf.Tensor:
    return arange(start, stop, step, dtype=dtype)


def asarray_like(x: Array, obj: object, /, *, dtype: DType | None = None) -> tf.Tensor:
    return asarray(obj, dtype=dtype)


def _sizes(shape: int | Shape) -> list[object]:
    return list(shape) if isinstance(shape, tuple | list) else [shape]


def _dtype_of(number: Number) -> tf.DType:
    return {bool: tf.bool, int: tf.int64, float: default_dtype(), complex: tf.complex64}[number_type(number)]


def _whole(dtype: tf.DType) -> tf.DType:
    return tf.int64 if dtype.is_integer else dtype
