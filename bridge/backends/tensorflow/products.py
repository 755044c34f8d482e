"""Overrides of `bridge.ops.products` for TensorFlow."""

import functools
from collections.abc import Callable, Sequence

import tensorflow as tf

from bridge.backends.tensorflow.kernels import Kernel
from bridge.backends.tensorflow.promotion import HALVES, alike, computed_in, product, promoted
from bridge.ops.manipulation import reshape, shape
from bridge.shapes import normalize_axis
from bridge.typing import Array

_WIDER = {tf.bool: tf.int32, tf.int8: tf.int32, tf.uint8: tf.int32, tf.int16: tf.int32, tf.uint16: tf.int32}
_WIDER |= {tf.uint32: tf.int64, tf.uint64: tf.int64}
"""What TensorFlow multiplies instead of the integers that it has no kernel for; it wraps around in the same way."""


def _through_wider(function: Callable[..., tf.Tensor], *operands: tf.Tensor) -> tf.Tensor:
    return computed_in(_WIDER, function)(*operands)


def matmul(x1: Array, x2: Array, /) -> tf.Tensor:
    return _through_wider(_matmul, *promoted(x1, x2))


def _matmul(x1: tf.Tensor, x2: tf.Tensor) -> tf.Tensor:
    if x1.shape.rank == 1 and x2.shape.rank == 1:
        return tf.tensordot(x1, x2, 1)
    if x1.shape.rank == 1:
        return tf.squeeze(_matmul(x1[None, :], x2), -2)
    if x2.shape.rank == 1:
        return tf.squeeze(_matmul(x1, x2[:, None]), -1)
    if x2.shape.rank == 2 and x1.shape.rank > 2:
        *sizes, length = shape(x1)
        return reshape(tf.matmul(reshape(x1, (-1, length)), x2), (*sizes, shape(x2)[1]))
    return tf.matmul(*_of_one_batch(x1, x2))


def _of_one_batch(x1: tf.Tensor, x2: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The matrices broadcast first: with oneDNN, TensorFlow 2.21 writes beyond its memory where matmul does it."""
    if x1.shape[:-2].as_list() == x2.shape[:-2].as_list():
        return x1, x2
    batch = tf.broadcast_dynamic_shape(tf.shape(x1)[:-2], tf.shape(x2)[:-2])
    static = tf.broadcast_static_shape(x1.shape[:-2], x2.shape[:-2])
    return _broadcast(x1, batch, static), _broadcast(x2, batch, static)


def _broadcast(x: tf.Tensor, batch: tf.Tensor, static: tf.TensorShape) -> tf.Tensor:
    if x.shape[:-2].is_fully_defined() and x.shape[:-2] == static:
        return x
    return tf.ensure_shape(tf.broadcast_to(x, tf.concat([batch, tf.shape(x)[-2:]], 0)), static + x.shape[-2:])


def matrix_transpose(x: Array, /) -> tf.Tensor:
    return x.stored if isinstance(x, Kernel) and x.shape.rank == 2 else tf.linalg.matrix_transpose(x)


def tensordot(x1: Array, x2: Array, /, axes: int | tuple[Sequence[int], Sequence[int]] = 2) -> tf.Tensor:
    return _through_wider(lambda x1, x2: tf.tensordot(x1, x2, axes), *promoted(x1, x2))


def vecdot(x1: Array, x2: Array, /, *, axis: int = -1) -> tf.Tensor:
    def of_numbers(x1: tf.Tensor, x2: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(tf.math.conj(x1) * x2, axis)

    return _through_wider(computed_in(HALVES, of_numbers), *promoted(x1, x2))


def cross(x1: Array, x2: Array, /, *, axis: int = -1) -> tf.Tensor:
    x1, x2 = promoted(x1, x2)
    for x in (x1, x2):
        if x.shape[normalize_axis(axis, x.shape.rank)] not in (3, None):
            raise ValueError(f"expected vectors of 3 elements along axis {axis}, got shape {tuple(x.shape)}")
    return tf.roll(x1 * tf.roll(x2, -1, axis) - tf.roll(x1, -1, axis) * x2, -1, axis)


def einsum(subscripts: str, *operands: Array) -> tf.Tensor:
    equation = subscripts if "->" in subscripts else f"{subscripts}->{_left(subscripts)}"
    of_numbers = product(functools.partial(tf.einsum, equation, optimize="greedy"))
    return _through_wider(of_numbers, *alike(operands))


def _left(subscripts: str) -> str:
    """The output that NumPy takes where none is given; TensorFlow forgets the axes of the ellipsis."""
    letters = [letter for letter in subscripts if letter.isalpha()]
    once = sorted(letter for letter in letters if letters.count(letter) == 1)
    return ("..." if "..." in subscripts else "") + "".join(once)


def diagonal(x: Array, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> tf.Tensor:
    rank = x.shape.rank
    rows, columns = normalize_axis(axis1, rank), normalize_axis(axis2, rank)
    if rows == columns:
        raise ValueError(f"expected two axes, got axis1 {axis1} and axis2 {axis2}")
    order = [axis for axis in range(rank) if axis not in (rows, columns)]
    x = tf.transpose(x, [*order, rows, columns])
    # A diagonal outside the matrix is empty, which diag_part(k=offset) refuses.
    return tf.linalg.diag_part(x[..., max(-offset, 0) :, max(offset, 0) :])
