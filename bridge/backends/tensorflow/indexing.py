"""Overrides of `bridge.ops.indexing` for TensorFlow."""

import builtins
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.layout import along
from bridge.backends.tensorflow.manipulation import broadcast_arrays
from bridge.backends.tensorflow.promotion import cast
from bridge.shapes import check_block, normalize_axis
from bridge.typing import Array, Number, Shape


def get_item(x: Array, key: Any, /) -> tf.Tensor:
    keys = _whole_key(x, key if isinstance(key, tuple) else (key,))
    if not any(_is_array(item) for item in keys):
        block = _block(x, keys)
        return x[keys] if block is None else _taken(x, *block)
    # A number beside arrays counts as an array, as in NumPy.
    chosen = [isinstance(item, int) or _is_array(item) for item in keys]
    x = x[tuple(builtins.slice(None) if array else item for item, array in zip(keys, chosen, strict=True))]
    axes = [axis for axis, array in enumerate(chosen) if array]
    rest = [axis for axis in range(x.shape.rank) if axis not in axes]
    places = [
        _non_negative(item, x, axis)
        for axis, item in zip(axes, (k for k, a in zip(keys, chosen, strict=True) if a), strict=True)
    ]
    found = _gathered(tf.transpose(x, [*axes, *rest]), tf.stack(broadcast_arrays(*places), -1))
    together = axes[-1] - axes[0] + 1 == len(axes)
    before, count = (axes[0] if together else 0), found.shape.rank - len(rest)
    return tf.transpose(found, [*range(count, count + before), *range(count), *range(count + before, found.shape.rank)])


_Block = tuple[list[int], list[int], list[int]]
"""Along each axis the start and the size, -1 for all that follow, of what is taken; and the axes that go."""


def _block(x: tf.Tensor, keys: tuple[Any, ...]) -> _Block | None:
    """The one block without gaps that a key takes of known sizes, or `None`."""
    if len(keys) != x.shape.rank:
        return None
    starts, sizes, gone = [], [], []
    for axis, (item, size) in enumerate(zip(keys, x.shape, strict=True)):
        if item == builtins.slice(None):
            start, taken = 0, -1
        elif size is None:
            return None
        elif type(item) is int and -size <= item < size:
            start, taken = item % size, 1
            gone.append(axis)
        elif isinstance(item, builtins.slice) and _is_constant(item) and item.step in (None, 1):
            start, stop, _ = item.indices(size)
            taken = max(stop - start, 0)
        else:
            return None
        starts.append(start)
        sizes.append(taken)
    return starts, sizes, gone


def _is_constant(part: builtins.slice) -> bool:
    return all(isinstance(end, int | None) for end in (part.start, part.stop, part.step))


def _taken(x: tf.Tensor, starts: list[int], sizes: list[int], gone: list[int]) -> tf.Tensor:
    """By `tf.slice`, whose gradient is padding: that of a strided slice takes three times as long."""
    block = tf.slice(x, starts, sizes)
    return tf.squeeze(block, gone) if gone else block


def _gathered(x: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
    """`tf.gather_nd`, which has no gradient of a single element."""
    return tf.gather_nd(x, places) if places.shape.rank > 1 else tf.gather_nd(x, places[None])[0]


def _whole_key(x: tf.Tensor, key: tuple[Any, ...]) -> tuple[Any, ...]:
    """A key with an entry for each axis: masks as the places where they hold, and `...` written out."""
    entries: list[Any] = []
    for item in key:
        item = tf.convert_to_tensor(item) if isinstance(item, list) or hasattr(item, "__array__") else item
        mask = tf.is_tensor(item) and item.dtype == tf.bool
        entries += tf.unstack(tf.where(item), axis=-1) if mask else [item]
    missing = x.shape.rank - sum(item is not None and item is not Ellipsis for item in entries)
    if missing < 0:
        raise IndexError(f"expected at most {x.shape.rank} indices, got {x.shape.rank - missing}")
    dots = next((place for place, item in enumerate(entries) if item is Ellipsis), len(entries))
    return (*entries[:dots], *[builtins.slice(None)] * missing, *entries[dots + 1 :])


def _is_array(item: object) -> bool:
    return bool(tf.is_tensor(item))


def _non_negative(indices: Any, x: tf.Tensor, axis: int) -> tf.Tensor:
    """Indices as int64, with those that count from the end of `axis` counted from its start."""
    indices = tf.cast(indices, tf.int64)
    return tf.where(indices < 0, indices + tf.shape(x, tf.int64)[axis], indices)


def take(x: Array, indices: Array, /, *, axis: int | None = None) -> tf.Tensor:
    if axis is None:
        return tf.gather(tf.reshape(x, [-1]), indices)
    if len(indices.shape) != 1:
        return tf.gather(x, indices, axis=axis)
    return along(lambda x, axis: tf.gather(x, indices, axis=axis), x, axis)


def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> tf.Tensor:
    axis = normalize_axis(axis, x.shape.rank)
    order, back = _axis_last(axis, x.shape.rank)
    x, indices = _broadcast_but_last(tf.transpose(x, order), tf.transpose(_non_negative(indices, x, axis), order))
    return tf.transpose(tf.gather(x, indices, batch_dims=x.shape.rank - 1), back)


def put_along_axis(x: Array, indices: Array, values: Array | Number, /, *, axis: int) -> tf.Tensor:
    axis = normalize_axis(axis, x.shape.rank)
    order, back = _axis_last(axis, x.shape.rank)
    indices = _non_negative(indices, x, axis)
    values = tf.broadcast_to(cast(values, x.dtype), tf.broadcast_dynamic_shape(tf.shape(values), tf.shape(indices)))
    x, indices = _broadcast_but_last(tf.transpose(x, order), tf.transpose(indices, order))
    values, _ = _broadcast_but_last(tf.transpose(values, order), indices)
    length = tf.shape(x, tf.int64)[-1]
    rows = tf.range(tf.size(x, tf.int64) // tf.maximum(length, 1))[:, None] * length
    places = rows + tf.reshape(indices, [-1, tf.shape(indices)[-1]])
    flat = tf.tensor_scatter_nd_update(tf.reshape(x, [-1]), tf.reshape(places, [-1, 1]), tf.reshape(values, [-1]))
    return tf.transpose(tf.reshape(flat, tf.shape(x)), back)


def _axis_last(axis: int, rank: int) -> tuple[list[int], list[int]]:
    """The order of the axes that puts one last, and the order that puts it back."""
    return [*range(axis), *range(axis + 1, rank), axis], [*range(axis), rank - 1, *range(axis, rank - 1)]


def _broadcast_but_last(first: tf.Tensor, second: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    if first.shape[:-1] == second.shape[:-1] and first.shape[:-1].is_fully_defined():
        return first, second
    common = tf.broadcast_dynamic_shape(tf.shape(first)[:-1], tf.shape(second)[:-1])
    one, other = (tf.broadcast_to(x, tf.concat([common, tf.shape(x)[-1:]], 0)) for x in (first, second))
    return one, other


def slice(x: Array, /, start_indices: Sequence[Any] | Array, shape: Shape) -> tf.Tensor:
    check_block(x.shape.as_list(), start_indices, shape)
    return tf.slice(x, _int64(start_indices), _int64(shape))


def slice_update(x: Array, /, start_indices: Sequence[Any] | Array, updates: Array) -> tf.Tensor:
    check_block(x.shape.as_list(), start_indices, updates.shape.as_list())
    starts, sizes = _int64(start_indices), tf.shape(updates, tf.int64)
    widths = tf.stack([starts, tf.shape(x, tf.int64) - starts - sizes], -1)
    inside = tf.pad(tf.ones(sizes, tf.bool), widths)
    return tf.where(inside, tf.reshape(tf.pad(tf.cast(updates, x.dtype), widths), tf.shape(x)), x)


def _int64(values: Sequence[Any] | Array) -> tf.Tensor:
    if tf.is_tensor(values) or hasattr(values, "dtype"):
        return tf.cast(values, tf.int64)
    return tf.stack([tf.cast(value, tf.int64) for value in values]) if len(values) else tf.zeros(0, tf.int64)


def scatter_add(x: Array, indices: Array, updates: Array, /) -> tf.Tensor:
    return tf.tensor_scatter_nd_add(x, _places(indices, x), tf.cast(updates, x.dtype))


def scatter_update(x: Array, indices: Array, updates: Array, /) -> tf.Tensor:
    return tf.tensor_scatter_nd_update(x, _places(indices, x), tf.cast(updates, x.dtype))


def _places(indices: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    indices = tf.cast(indices, tf.int64)
    return tf.where(indices < 0, indices + tf.shape(x, tf.int64)[: indices.shape[-1]], indices)


def index_add(x: Array, indices: Array, updates: Array, /, *, axis: int) -> tf.Tensor:
    axis = normalize_axis(axis, x.shape.rank)
    order = [axis, *range(axis), *range(axis + 1, x.shape.rank)]
    back = [*range(1, axis + 1), 0, *range(axis + 1, x.shape.rank)]
    first, updates = tf.transpose(x, order), tf.transpose(tf.cast(updates, x.dtype), order)
    return tf.transpose(tf.tensor_scatter_nd_add(first, indices[:, None], updates), back)
