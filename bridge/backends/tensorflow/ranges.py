"""Overrides of `bridge.ops.ranges` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.creation import on_device
from bridge.backends.tensorflow.promotion import cast, number_dtype, tf_dtype
from bridge.typing import Device, DType


def linspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    *,
    dtype: DType | None = None,
    device: Device = None,
    endpoint: bool = True,
) -> tf.Tensor:
    # tf.linspace has neither complex numbers nor an open end, and refuses num=0.
    wanted = number_dtype(start + stop + 0.0) if dtype is None else tf_dtype(dtype)
    with on_device(device):
        double = tf.complex128 if wanted.is_complex else tf.float64
        step = cast(stop - start, double) / tf.cast(tf.maximum(num - int(endpoint), 1), double)
        values = cast(start, double) + step * tf.cast(tf.range(num), double)
        return tf.cast(tf.floor(values) if wanted.is_integer else values, wanted)
