"""PyTorch's promotion for TensorFlow tensors, which TensorFlow itself refuses to mix."""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy
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


def number_dtype(number: Number) -> tf.DType:
    """What a Python number is by default, as in PyTorch."""
    kind = number_type(number)
    if kind is complex:
        return tf.complex128 if default_dtype() == tf.float64 else tf.complex64
    return {bool: tf.bool, int: tf.int64, float: default_dtype()}[kind]


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


def fractions(x1: Array | Number, x2: Array | Number) -> tuple[tf.Tensor, tf.Tensor]:
    """Both operands as `promoted` has them, and integers and bool as the default floating dtype."""
    x1, x2 = promoted(x1, x2)
    return floating(x1), floating(x2)


def as_dtype(x: Array | Number, dtype: tf.DType) -> tf.Tensor:
    """A tensor, a NumPy array or a number as a tensor of `dtype`."""
    return tf.cast(x, dtype) if hasattr(x, "dtype") or isinstance(x, bool) else tf.constant(x, dtype)


def cast(x: Array | Number, dtype: tf.DType) -> tf.Tensor:
    """`tf.cast`, which reads a Python number in single precision, of numbers as they are."""
    return tf.cast(x if hasattr(x, "dtype") else numpy.asarray(x), dtype)


def _operand(x: Any) -> Any:
    return number_type(x) if framework_of(x) is None else (x.dtype.name, x.shape != ())


def alike(arrays: Sequence[Array]) -> list[tf.Tensor]:
    """All as tensors of the dtype that PyTorch would join them in."""
    if len({array.dtype for array in arrays}) < 2:
        return list(arrays)
    operands = ((array.dtype.name, array.shape != ()) for array in arrays)
    name, _ = functools.reduce(lambda a, b: (promoted_name(a, b), True), operands)
    dtype = tf_dtype(name)
    return [tf.cast(array, dtype) for array in arrays]


def binary(function: Callable[..., tf.Tensor]) -> Callable[[Array | Number, Array | Number], tf.Tensor]:
    """`function` of two tensors, made to take what PyTorch would promote."""

    def promoting(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
        return function(*promoted(x1, x2))

    return promoting


def binary_of_bool(function: Callable[..., tf.Tensor]) -> Callable[[Array | Number, Array | Number], tf.Tensor]:
    """`binary`, for bool too, which TensorFlow neither adds nor orders: computed as numbers."""

    def promoting(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
        x1, x2 = promoted(x1, x2)
        if x1.dtype != tf.bool:
            return function(x1, x2)
        return tf.cast(function(tf.cast(x1, tf.int32), tf.cast(x2, tf.int32)), tf.bool)

    return promoting


def fractional(function: Callable[..., tf.Tensor]) -> Callable[[Array | Number, Array | Number], tf.Tensor]:
    """`function` of two tensors of fractions, made to take what PyTorch would promote, and integers and bool."""

    def converting(x1: Array | Number, x2: Array | Number, /) -> tf.Tensor:
        return function(*fractions(x1, x2))

    return converting


def unary(function: Callable[..., tf.Tensor]) -> Callable[[Array], tf.Tensor]:
    """`function` of fractions, made to take integers and bool as PyTorch does."""

    def converting(x: Array, /) -> tf.Tensor:
        return function(floating(x))

    return converting


def computed_in(wider: Mapping[tf.DType, tf.DType], function: Callable[..., tf.Tensor]) -> Callable[..., tf.Tensor]:
    """`function` of tensors of one dtype, computed in another where TensorFlow has no kernel for theirs."""

    def converting(*tensors: tf.Tensor, **options: Any) -> tf.Tensor:
        dtype = tensors[0].dtype
        if dtype not in wider:
            return function(*tensors, **options)
        return tf.cast(function(*(tf.cast(tensor, wider[dtype]) for tensor in tensors), **options), dtype)

    return converting


HALVES = {tf.float16: tf.float32, tf.bfloat16: tf.float32}
"""For functions that have no kernel for halves, or one that adds up in halves, of which a sum may be all off."""
UNSIGNED = {tf.uint8: tf.int64, tf.uint16: tf.int64, tf.uint32: tf.int64, tf.uint64: tf.int64}
"""For functions whose lowest bits follow from the operands' lowest bits, such as `pow`."""


def product(function: Callable[..., tf.Tensor]) -> Callable[..., tf.Tensor]:
    """`function`, a sum of products. In halves TensorFlow's kernels on the CPU, or their gradients, add up in halves.

    Those of an accelerator add up in float32, and are the reason to compute in halves; so does `tf.matmul` anywhere.
    """
    wider = computed_in(HALVES, function)
    return lambda *tensors, **options: (wider if on_cpu() else function)(*tensors, **options)


@functools.cache
def on_cpu() -> bool:
    """Whether TensorFlow sees no accelerator."""
    return not any(tf.config.list_physical_devices(kind) for kind in ("GPU", "TPU"))


def truth(x: Array) -> tf.Tensor:
    """Bool as it is, and whether a number is not zero."""
    return x if x.dtype == tf.bool else tf.not_equal(x, tf.zeros((), x.dtype))


def ranks(x: Array) -> tf.Tensor:
    """Integers in the order of `x`, in which a NaN stands above infinity: TensorFlow orders NaN anyhow, and bool not.

    Raises:
        TypeError: `x` is complex.
    """
    if x.dtype.is_complex:
        raise TypeError(f"expected numbers that have an order, got {x.dtype.name}")
    if x.dtype == tf.uint64:
        return tf.bitwise.bitwise_xor(tf.bitcast(x, tf.int64), tf.int64.min)
    if not x.dtype.is_floating:
        return tf.cast(x, tf.int64 if x.dtype.size > 4 or x.dtype == tf.uint32 else tf.int32)
    x = x if x.dtype == tf.float64 else tf.cast(x, tf.float32)
    bits = tf.bitcast(tf.where(tf.math.is_nan(x), tf.constant(math.nan, x.dtype), x), f"int{8 * x.dtype.size}")
    return tf.where(bits < 0, bits.dtype.min - bits, bits)  # from sign and magnitude to two's complement
