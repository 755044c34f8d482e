"""Overrides of `bridge.ops.creation` for TensorFlow."""

import contextlib
from typing import Any

import numpy
import tensorflow as tf

from bridge.backends.tensorflow.promotion import cast, default_dtype, number_dtype, tf_dtype
from bridge.frameworks import framework_of, leaves
from bridge.shapes import forward_stop
from bridge.typing import Array, Device, DType, Number, Shape


def full(shape: int | Shape, fill_value: Number, *, dtype: DType | None = None, device: Device = None) -> tf.Tensor:
    with on_device(device):
        dtype = number_dtype(fill_value) if dtype is None else tf_dtype(dtype)
        return tf.fill(_sizes(shape), cast(fill_value, dtype))


def zeros(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> tf.Tensor:
    with on_device(device):
        return tf.zeros(_sizes(shape), default_dtype() if dtype is None else tf_dtype(dtype))


def ones(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> tf.Tensor:
    with on_device(device):
        return tf.ones(_sizes(shape), default_dtype() if dtype is None else tf_dtype(dtype))


def empty(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> tf.Tensor:
    return zeros(shape, dtype=dtype, device=device)


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: DType | None = None,
    device: Device = None,
) -> tf.Tensor:
    start, stop = (0, start) if stop is None else (start, stop)
    if dtype is None:
        dtype = default_dtype() if float in map(type, (start, stop, step)) else tf.int64
    wanted = tf_dtype(dtype)
    # TensorFlow counts in few dtypes.
    counted_in = wanted if wanted in (tf.int32, tf.int64, tf.float32, tf.float64) else _counting_dtype(wanted)
    stop = forward_stop(start, stop, step)
    with on_device(device):
        return tf.cast(tf.range(*(cast(value, counted_in) for value in (start, stop, step))), wanted)


def _counting_dtype(wanted: tf.DType) -> tf.DType:
    return tf.int64 if wanted.is_integer else tf.float32


def asarray(
    obj: object, /, *, dtype: DType | None = None, device: Device = None, copy: bool | None = None
) -> tf.Tensor:
    with on_device(device):
        # TensorFlow reads numbers in single precision, and refuses lists that mix kinds of them.
        plain = all(framework_of(leaf) is None for leaf in leaves(obj))
        tensor = tf.convert_to_tensor(numpy.asarray(obj) if plain else obj)
        if dtype is None and not hasattr(obj, "dtype"):
            dtype = _default_of(tensor.dtype)
        if dtype is not None:
            tensor = tf.cast(tensor, tf_dtype(dtype))
        if copy is False and tensor is not obj:
            raise ValueError(f"TensorFlow makes this tensor of a {type(obj).__name__} only by a copy")
        return tf.identity(tensor) if device is not None or copy else tensor


def _default_of(dtype: tf.DType) -> tf.DType:
    if dtype.is_complex:
        return number_dtype(0j)
    return default_dtype() if dtype.is_floating else tf.int64 if dtype.is_integer else dtype


def from_dlpack(x: Any, /, *, device: Device = None, copy: bool | None = None) -> tf.Tensor:
    tensor = tf.experimental.dlpack.from_dlpack(x.__dlpack__())
    if device is None and not copy:
        return tensor
    with on_device(device):
        return tf.identity(tensor)


def copy(x: Array, /) -> tf.Tensor:
    return tf.identity(x)


def full_like(
    x: Array,
    /,
    fill_value: Number,
    *,
    dtype: DType | None = None,
    device: Device = None,
    shape: int | Shape | None = None,
) -> tf.Tensor:
    with on_device(device):
        sizes = tf.shape(x) if shape is None else _sizes(shape)
        filled = tf.fill(sizes, cast(fill_value, x.dtype if dtype is None else tf_dtype(dtype)))
        return tf.ensure_shape(filled, x.shape) if shape is None else filled


def arange_like(
    x: Array, /, start: float, stop: float | None = None, step: float = 1, *, dtype: DType | None = None
) -> tf.Tensor:
    return arange(start, stop, step, dtype=dtype)


def asarray_like(x: Array, obj: object, /, *, dtype: DType | None = None) -> tf.Tensor:
    return asarray(obj, dtype=dtype)


def on_device(device: Device) -> contextlib.AbstractContextManager[Any]:
    """Where tensors are made: on `device`, or where TensorFlow makes them itself."""
    return contextlib.nullcontext() if device is None else tf.device(device)


def _sizes(shape: int | Shape) -> list[object]:
    return list(shape) if isinstance(shape, tuple | list) else [shape]
