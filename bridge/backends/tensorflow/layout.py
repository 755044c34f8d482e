"""Channels first outside, channels last inside.

TensorFlow has kernels for channels-last images on every device, and the quickest ones on the CPU. The moves stand in
the graph as they are: skipping over a pair of them would cut the tensor between from the gradient tape. Where two stand
next to each other TensorFlow's optimizer takes them out itself, and their gradients likewise; `elementwise` moves a
function from between a pair to before it.
"""

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from bridge.typing import Array


def channels_last(images: Array) -> tf.Tensor:
    """`(N, C, *spatial)` to `(N, *spatial, C)`."""
    return tf.transpose(images, _order_of_last(images.shape.rank))


def channels_first(images: Array) -> tf.Tensor:
    """`(N, *spatial, C)` to `(N, C, *spatial)`."""
    return tf.transpose(images, _order_of_first(images.shape.rank))


def elementwise(function: Callable[[Array], tf.Tensor], input: Array) -> tf.Tensor:
    """`function`, which looks at each element alone; with channels last if `input` has just come from there.

    That leaves the move before it next to the one back, and the move after it next to the next layer's. Likewise for a
    matrix that has just been transposed.
    """
    if is_transposed(input):
        return tf.transpose(function(tf.transpose(input)))
    return channels_first(function(channels_last(input))) if _has_just_been_moved(input) else function(input)


def flattened(rows: Array) -> tuple[int, ...] | None:
    """`(C, *spatial)` of the images that `channels_first` has made, if `rows` are these made flat; `None` otherwise."""
    if not tf.is_symbolic_tensor(rows) or rows.op.type != "Reshape" or not _has_just_been_moved(rows.op.inputs[0]):
        return None
    sizes = tuple(rows.op.inputs[0].shape[1:])
    return sizes if None not in sizes and rows.shape[1:] == [math.prod(sizes)] else None


def is_transposed(matrix: Any) -> bool:
    """Whether `tf.transpose` has made `matrix`, as far as a graph shows it; eagerly nothing would be gained."""
    return _order_of(matrix) == (1, 0)


def _has_just_been_moved(images: Any) -> bool:
    """Whether `channels_first` has made `images`, likewise."""
    order = _order_of(images)
    return len(order) > 2 and order == _order_of_first(len(order))


def _order_of(moved: Any) -> tuple[int, ...]:
    """The order of the axes that `tf.transpose` has given to `moved`; empty if something else has made it."""
    if not tf.is_symbolic_tensor(moved) or moved.op.type != "Transpose":
        return ()
    order = tf.get_static_value(moved.op.inputs[1])
    return () if order is None else tuple(order)


def _order_of_last(rank: int) -> tuple[int, ...]:
    return (0, *range(2, rank), 1)


def _order_of_first(rank: int) -> tuple[int, ...]:
    return (0, rank - 1, *range(1, rank - 1))
