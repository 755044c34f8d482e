"""Overrides of `bridge.ops.matrices` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.creation import on_device
from bridge.backends.tensorflow.promotion import default_dtype, tf_dtype
from bridge.typing import Array, Device, DType


def eye(
    n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: DType | None = None, device: Device = None
) -> tf.Tensor:
    with on_device(device):
        distance = tf.range(n_rows if n_cols is None else n_cols)[None, :] - tf.range(n_rows)[:, None]
        return tf.cast(distance == k, default_dtype() if dtype is None else tf_dtype(dtype))


def diag(x: Array, /, *, k: int = 0) -> tf.Tensor:
    if x.shape.rank == 1:
        matrix = tf.linalg.diag(x, k=k)
        # TensorFlow makes a matrix of one row of no elements.
        return matrix if x.shape[0] != 0 else tf.zeros((abs(k), abs(k)), x.dtype)
    if x.shape.rank != 2:
        raise ValueError(f"expected one axis or two, got {x.shape.rank}")
    if None not in x.shape and not -x.shape[0] < k < x.shape[1]:
        return tf.reshape(x, [-1])[:0]  # TensorFlow refuses a diagonal outside
    return tf.linalg.diag_part(x, k=k)
