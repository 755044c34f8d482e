"""Overrides of `bridge.ops.manipulation` for TensorFlow."""

import functools
import itertools
import math
from collections.abc import Sequence

import tensorflow as tf

from bridge.backends.tensorflow.promotion import tf_dtype
from bridge.dtypes import promoted_name
from bridge.shapes import normalize_axis
from bridge.typing import Array, DType, Shape


def shape(x: Array, /) -> Shape:
    sizes = x.shape.as_list()
    if None not in sizes:
        return tuple(sizes)
    dynamic = tf.shape(x)
    return tuple(dynamic[axis] if size is None else size for axis, size in enumerate(sizes))


def reshape(x: Array, /, shape: int | Shape) -> tf.Tensor:
    sizes = [shape] if isinstance(shape, int) else list(shape)
    known = x.shape.num_elements()
    fixed = [size for size in sizes if isinstance(size, int) and size != -1]
    if -1 in [size for size in sizes if isinstance(size, int)] and known is not None and len(fixed) == len(sizes) - 1:
        sizes[sizes.index(-1)] = known // math.prod(fixed) if math.prod(fixed) else 0
    reshaped = tf.reshape(x, sizes)
    return tf.ensure_shape(reshaped, _static_sizes(x, sizes)) if None in reshaped.shape.as_list() else reshaped


def _static_sizes(x: tf.Tensor, sizes: list[object]) -> list[int | None]:
    """What is known of a new shape: TensorFlow forgets a -1 beside a dynamic size, even where the rest settles it."""
    result = [size if isinstance(size, int) and size != -1 else None for size in sizes]
    unknown_before = [size for size in x.shape.as_list() if size is None]
    dynamic_after = [size for size in sizes if not isinstance(size, int)]
    if -1 in [size for size in sizes if isinstance(size, int)] and len(dynamic_after) == len(unknown_before) == 1:
        before = math.prod(size for size in x.shape.as_list() if size is not None)
        after = math.prod(size for size in result if size is not None)
        place = next(i for i, size in enumerate(sizes) if isinstance(size, int) and size == -1)
        if after and before % after == 0:
            result[place] = before // after
    return result


def permute_dims(x: Array, /, axes: tuple[int, ...] | None = None) -> tf.Tensor:
    return tf.transpose(x, None if axes is None else [normalize_axis(axis, x.shape.rank) for axis in axes])


def squeeze(x: Array, /, axis: int | tuple[int, ...]) -> tf.Tensor:
    for position in axis if isinstance(axis, tuple) else (axis,):
        if x.shape.rank is not None and x.shape[position] not in (1, None):
            raise ValueError(f"ops.squeeze expected axis {position} to have size 1, got shape {tuple(x.shape)}")
    return x if axis == () else tf.squeeze(x, axis)  # TensorFlow takes no axes for all axes


def expand_dims(x: Array, /, axis: int = 0) -> tf.Tensor:
    return tf.expand_dims(x, axis)


def broadcast_to(x: Array, /, shape: Shape) -> tf.Tensor:
    return tf.broadcast_to(x, list(shape))


def concat(arrays: Sequence[Array], /, *, axis: int = 0) -> tf.Tensor:
    if len({array.dtype for array in arrays}) > 1:
        operands = ((array.dtype.name, array.shape != ()) for array in arrays)
        name, _ = functools.reduce(lambda a, b: (promoted_name(a, b), True), operands)
        arrays = [tf.cast(array, tf_dtype(name)) for array in arrays]
    return tf.concat(arrays, axis)


def split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[tf.Tensor, ...]:
    if isinstance(indices_or_sections, int):
        if (x.shape[axis] or 0) % indices_or_sections:
            raise ValueError(
                f"ops.split expected axis {axis} to divide into {indices_or_sections} equal parts, got {tuple(x.shape)}"
            )
        return tuple(tf.split(x, indices_or_sections, axis))
    length = shape(x)[axis]
    bounds = [0, *indices_or_sections, length]
    return tuple(tf.split(x, [end - start for start, end in itertools.pairwise(bounds)], axis))


def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> tf.Tensor:
    if axis is None:
        return tf.reverse(x, list(range(x.shape.rank)))
    return tf.reverse(x, list(axis) if isinstance(axis, tuple) else [axis])


def take(x: Array, indices: Array, /, *, axis: int) -> tf.Tensor:
    return tf.gather(x, indices, axis=axis)


def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> tf.Tensor:
    last = x.shape.rank - 1
    axis = normalize_axis(axis, x.shape.rank)
    order = [*range(axis), *range(axis + 1, last + 1), axis]
    back = [*range(axis), last, *range(axis, last)]
    indices = tf.cast(indices, tf.int64)
    indices = tf.where(indices < 0, indices + tf.shape(x, tf.int64)[axis], indices)
    x, indices = _broadcast_but_last(tf.transpose(x, order), tf.transpose(indices, order))
    return tf.transpose(tf.gather(x, indices, batch_dims=last), back)


def _broadcast_but_last(first: tf.Tensor, second: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    if first.shape[:-1] == second.shape[:-1]:
        return first, second
    common = tf.broadcast_dynamic_shape(tf.shape(first)[:-1], tf.shape(second)[:-1])
    one, other = (tf.broadcast_to(x, tf.concat([common, tf.shape(x)[-1:]], 0)) for x in (first, second))
    return one, other


def pad(input: Array, pad: tuple[int, ...], mode: str = "constant", value: float = 0.0) -> tf.Tensor:
    widths = [(0, 0)] * (input.shape.rank - len(pad) // 2) + list(zip(pad[-2::-2], pad[-1::-2], strict=True))
    if mode in ("replicate", "circular"):
        return _pad_by_index(input, widths, mode)
    if any(width < 0 for pair in widths for width in pair):
        input, widths = _crop(input, widths)
    if mode == "constant":
        return tf.pad(input, widths, "CONSTANT", tf.cast(value, input.dtype))
    return tf.pad(input, widths, {"reflect": "REFLECT"}[mode])


def _pad_by_index(x: tf.Tensor, widths: list[tuple[int, int]], mode: str) -> tf.Tensor:
    for axis, (before, after) in enumerate(widths):
        if before or after:
            length = shape(x)[axis]
            index = tf.range(-before, length + after)
            index = tf.clip_by_value(index, 0, length - 1) if mode == "replicate" else tf.math.floormod(index, length)
            x = tf.gather(x, index, axis=axis)
    return x


def _crop(x: tf.Tensor, widths: list[tuple[int, int]]) -> tuple[tf.Tensor, list[tuple[int, int]]]:
    """Cuts what negative widths take away, and leaves the widths that add."""
    sizes = shape(x)
    begin = [max(0, -before) for before, _ in widths]
    size = [full - start - max(0, -after) for full, start, (_, after) in zip(sizes, begin, widths, strict=True)]
    return tf.slice(x, begin, size), [(max(0, before), max(0, after)) for before, after in widths]


def tril(x: Array, /, *, k: int = 0) -> tf.Tensor:
    return tf.where(_distance_from_diagonal(x) <= k, x, tf.zeros((), x.dtype))


def triu(x: Array, /, *, k: int = 0) -> tf.Tensor:
    return tf.where(_distance_from_diagonal(x) >= k, x, tf.zeros((), x.dtype))


def _distance_from_diagonal(x: tf.Tensor) -> tf.Tensor:
    rows, columns = shape(x)[-2:]
    return tf.range(columns)[None, :] - tf.range(rows)[:, None]


def astype(x: Array, dtype: DType, /) -> tf.Tensor:
    return tf.cast(x, tf_dtype(dtype))


def stop_gradient(x: Array, /) -> tf.Tensor:
    return tf.stop_gradient(x)
