"""Overrides of `bridge.ops.joining` for TensorFlow."""

import itertools
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.layout import channels_first, channels_last, lie_last, place_when_last
from bridge.backends.tensorflow.manipulation import shape
from bridge.backends.tensorflow.promotion import alike
from bridge.shapes import normalize_axis
from bridge.typing import Array


def concat(arrays: Sequence[Array], /, *, axis: int | None = 0) -> tf.Tensor:
    arrays = alike(arrays)
    if axis is None:
        return tf.concat([tf.reshape(array, [-1]) for array in arrays], 0)
    if all(map(lie_last, arrays)):
        place = place_when_last(axis, arrays[0].shape.rank)
        return channels_first(tf.concat([channels_last(images) for images in arrays], place))
    return tf.concat(arrays, axis)


def stack(arrays: Sequence[Array], /, *, axis: int = 0) -> tf.Tensor:
    return tf.stack(alike(arrays), axis)


def split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[tf.Tensor, ...]:
    if not isinstance(indices_or_sections, int):
        return _split_at(x, indices_or_sections, axis)
    if (x.shape[axis] or 0) % indices_or_sections:
        raise ValueError(
            f"ops.split expected axis {axis} to divide into {indices_or_sections} equal parts, got {tuple(x.shape)}"
        )
    return tuple(tf.split(x, indices_or_sections, axis))


def array_split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[tf.Tensor, ...]:
    if not isinstance(indices_or_sections, int):
        return _split_at(x, indices_or_sections, axis)
    length, sections = shape(x)[normalize_axis(axis, x.shape.rank)], indices_or_sections
    if sections < 1:
        raise ValueError(f"expected one part or more, got {sections}")
    small, longer = length // sections, length % sections
    sizes = [
        small + (tf.cast(part < longer, tf.int32) if tf.is_tensor(longer) else part < longer)
        for part in range(sections)
    ]
    return tuple(tf.split(x, sizes, axis))


def _split_at(x: tf.Tensor, places: Sequence[int], axis: int) -> tuple[tf.Tensor, ...]:
    axis = normalize_axis(axis, x.shape.rank)
    length = shape(x)[axis]
    bounds: list[Any] = [0, *places, length]
    sizes = [end - start for start, end in itertools.pairwise(bounds)]
    if isinstance(length, int) and (min(bounds) < 0 or min(sizes) < 0):
        # Places before the start, behind the end or out of order mean what they do in Python's slices.
        before = (slice(None),) * axis
        return tuple(x[(*before, slice(start, end))] for start, end in itertools.pairwise([0, *places, None]))
    return tuple(tf.split(x, sizes, axis))


def unstack(x: Array, /, *, axis: int = 0) -> tuple[tf.Tensor, ...]:
    return tuple(tf.unstack(x, axis=axis))
