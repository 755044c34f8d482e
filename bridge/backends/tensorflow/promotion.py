"""PyTorch's promotion for TensorFlow tensors, which TensorFlow itself refuses to mix."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf
import torch

from bridge.dtypes import dtype_name, is_inexact, number_type, promoted_name
from bridge.frameworks import framework_of
from bridge.typing import Array, DType, Number


def tf_dtype(dtype: DType) -> tf.DType:
    """The dtype of that name."""
    return tf.as_dtype(dtype_name(dtype))


def default_dtype() -> tf.DType:
    """What integers become where fractions are needed."""
    return tf_dtype(torch.get_default_dtype())


def floating(x: Array) -> tf.Tensor:
    """`x`, or integers and bool as the default floating dtype."""
    return x if is_inexact(x.dtype.name) else tf.cast(x, default_dtype())


def accumulating(x: Array) -> tf.Tensor:
    """`x`, or bool and integers as int64."""
    return x if is_inexact(x.dtype.name) else tf.cast(x, tf.int64)


def promoted(x1: Array | Number, x2: Array | Number) -> tuple[tf.Tensor, tf.Tensor]:
    """Both operands as tensors of the dtype that PyTorch would compute in."""
    dtype = getattr(x1, "dtype", None)
    if dtype is not None and dtype == getattr(x2, "dtype", None):
        return x1, x2
    dtype = tf_dtype(promoted_name(_operand(x1), _operand(x2)))
    return as_dtype(x1, dtype), as_dtype(x2, dtype)


def as_dtype(x: Array | Number, dtype: tf.DType) -> tf.Tensor:
    """A tensor, a NumPy array or a number as a tensor of `dtype`."""
    return tf.cast(x, dtype) if hasattr(x, "dtype") or isinstance(x, bool) else tf.constant(x, dtype)


def _operand(x: Any) -> Any:
    return number_type(x) if framework_of(x) is None else (x.dtype.name, x.shape != ())


def binary(function: Callable[..., tf.Tensor]) -> Callable[[Array | Number, Array | Number], tf.Tensor]:
    """`function` of two tensors, made to take what PyTorch would promote."""

    def promoting(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
        x1, x2 = promoted(x1, x2)
        if tf.bool not in (x1.dtype, x2.dtype):
            return function(x1, x2)
        # TensorFlow neither adds nor orders bool.
        return tf.cast(function(tf.cast(x1, tf.int32), tf.cast(x2, tf.int32)), tf.bool)

    return promoting


def unary(function: Callable[..., tf.Tensor]) -> Callable[[Array], tf.Tensor]:
    """`function` of fractions, made to take integers and bool as PyTorch does."""

    def converting(x: Array, /) -> tf.Tensor:
        return function(floating(x))

    return converting
