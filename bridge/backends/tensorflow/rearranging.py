"""Overrides of `bridge.ops.rearranging` for TensorFlow."""

from collections.abc import Sequence

import tensorflow as tf

from bridge.backends.tensorflow.layout import along
from bridge.backends.tensorflow.promotion import computed_in
from bridge.typing import Array

_TILED_IN = {tf.uint16: tf.int32}  # TensorFlow tiles no uint16


def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> tf.Tensor:
    if axis is None:
        return tf.reverse(x, list(range(x.shape.rank)))
    return tf.reverse(x, list(axis) if isinstance(axis, tuple) else [axis])


def roll(x: Array, /, shift: int | tuple[int, ...], *, axis: int | tuple[int, ...] | None = None) -> tf.Tensor:
    if axis is None:
        shift = shift if isinstance(shift, int) else sum(shift)
        return tf.ensure_shape(tf.reshape(tf.roll(tf.reshape(x, [-1]), shift, 0), tf.shape(x)), x.shape)
    shifts = shift if isinstance(shift, tuple | list) else (shift,)
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    count = max(len(shifts), len(axes))
    shifts, axes = (values * count if len(values) == 1 else values for values in (tuple(shifts), tuple(axes)))
    return tf.roll(x, shifts, axes)


def tile(x: Array, /, repetitions: int | tuple[int, ...]) -> tf.Tensor:
    counts = (repetitions,) if isinstance(repetitions, int) else tuple(repetitions)
    for _ in range(len(counts) - x.shape.rank):
        x = tf.expand_dims(x, 0)
    multiples = (1,) * (x.shape.rank - len(counts)) + counts
    return computed_in(_TILED_IN, lambda x: tf.tile(x, multiples))(x)


def repeat_interleave(
    x: Array,
    /,
    repeats: int | Sequence[int] | Array,
    *,
    axis: int | None = None,
    total_repeat_length: int | None = None,
) -> tf.Tensor:
    repeat = computed_in(_TILED_IN, lambda x, axis: tf.repeat(x, repeats, axis))
    return repeat(x, axis=axis) if axis is None else along(lambda x, axis: repeat(x, axis=axis), x, axis)
