"""Channels first outside, channels last inside.

TensorFlow has kernels for channels-last images on every device, and the quickest ones on the CPU. The moves stand in
the graph as they are: skipping over a pair of them would cut the tensor between from the gradient tape. Where two stand
next to each other TensorFlow's optimizer takes them out itself, and their gradients likewise; `elementwise` moves a
function from between a pair to before it. Sums and products of images by Python's operators are TensorFlow's own: what
needs their channels last forms them again from the images before these were moved.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from bridge.shapes import normalize_axis
from bridge.typing import Array


def channels_last(images: Array) -> tf.Tensor:
    """`(N, C, *spatial)` to `(N, *spatial, C)`."""
    if not _has_just_been_moved(images) and lie_last(images):
        return _formed_again(images)
    return tf.transpose(images, _order_of_last(images.shape.rank))


def channels_first(images: Array) -> tf.Tensor:
    """`(N, *spatial, C)` to `(N, C, *spatial)`."""
    return tf.transpose(images, _order_of_first(images.shape.rank))


def there_and_back(images: tf.Tensor) -> tf.Tensor:
    """`images`, with channels last, after two moves which cancel each other: what a convolution has made, for a bias.

    TensorFlow's optimizer goes twice through a graph, and fuses what follows a convolution before it takes moves out.
    These keep the bias for the second time, by when an activation stands next to it, so that all three become one.
    """
    return channels_last(channels_first(images))


def elementwise(function: Callable[[Array], tf.Tensor], input: Array) -> tf.Tensor:
    """`function`, which looks at each element alone; with channels last if `input` has just come from there.

    That leaves the move before it next to the one back, and the move after it next to the next layer's. Likewise for a
    matrix that has just been transposed.
    """
    if is_transposed(input):
        return tf.transpose(function(tf.transpose(input)))
    return channels_first(function(channels_last(input))) if lie_last(input) else function(input)


def by_element(function: Callable[..., tf.Tensor]) -> Callable[..., tf.Tensor]:
    """`function` of a tensor, each element alone, and of options, by `elementwise`."""

    @functools.wraps(function)
    def moved(input: Array, *options: Any, **named: Any) -> tf.Tensor:
        return elementwise(lambda x: function(x, *options, **named), input)

    return moved


def along(function: Callable[[Array, int], tf.Tensor], input: Array, axis: int) -> tf.Tensor:
    """`function` of a tensor and an axis, which leaves the axes in their order; with channels last likewise."""
    if not lie_last(input):
        return function(input, axis)
    return channels_first(function(channels_last(input), place_when_last(axis, input.shape.rank)))


def place_when_last(axis: int, rank: int) -> int:
    """Where an axis of images stands once their channels are last."""
    return _order_of_last(rank).index(normalize_axis(axis, rank))


def lie_last(images: Any) -> bool:
    """Whether `channels_first` has made `images`, or what they are the sum or product of, in the same graph.

    With them may stand what is moved for nothing: numbers, and gates and scales of one value for each channel.
    """
    is_here = tf.is_symbolic_tensor(images) and images.graph is tf.compat.v1.get_default_graph()
    return is_here and images.shape.rank is not None and _lie_last(images, {})


def _lie_last(images: tf.Tensor, seen: dict[Any, bool]) -> bool:
    if _has_just_been_moved(images):
        return True
    key, rank = images.ref(), images.shape.rank
    if key not in seen:
        seen[key] = False  # until its parts have been looked at
        parts = images.op.inputs if images.op.type in _BY_ELEMENT and len(seen) <= _FAR else ()
        large = [part for part in parts if not _is_moved_for_nothing(part, rank)]
        seen[key] = len(large) > 0 and all(part.shape.rank == rank and _lie_last(part, seen) for part in large)
    return seen[key]


def _is_moved_for_nothing(part: tf.Tensor, rank: int) -> bool:
    """Whether `part` has no size but 1 along the spatial axes of images of so many axes."""
    return part.shape.rank is not None and all(size == 1 for size in part.shape[max(part.shape.rank + 2 - rank, 0) :])


def _formed_again(images: tf.Tensor) -> tf.Tensor:
    """`channels_last`, without a move: of what `images` are the sum or product of, before it was moved.

    The gradient goes the way of a move, so that the tape sees the images themselves.
    """

    @tf.custom_gradient
    def moved(_: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        return _last_of(images, images.shape.rank, {}), channels_first

    return moved(images)


def _last_of(part: tf.Tensor, rank: int, formed: dict[Any, tf.Tensor]) -> tf.Tensor:
    if part.shape.rank == 0:
        return part
    if _has_just_been_moved(part):
        return part.op.inputs[0]
    key = part.ref()
    if key not in formed:
        if _is_moved_for_nothing(part, rank):
            formed[key] = tf.transpose(part[(None,) * (rank - part.shape.rank)], _order_of_last(rank))
        else:
            formed[key] = _BY_ELEMENT[part.op.type](*(_last_of(each, rank, formed) for each in part.op.inputs))
    return formed[key]


_BY_ELEMENT = {"AddV2": tf.add, "Sub": tf.subtract, "Mul": tf.multiply}

_FAR = 64
"""So many sums and products are looked through at most."""


def flattened(rows: Array) -> tuple[int, ...] | None:
    """`(C, *spatial)` of the images that `channels_first` has made, if `rows` are these made flat; `None` otherwise."""
    if not tf.is_symbolic_tensor(rows) or rows.op.type != "Reshape" or not _has_just_been_moved(rows.op.inputs[0]):
        return None
    sizes = tuple(rows.op.inputs[0].shape[1:])
    return sizes if None not in sizes and rows.shape[1:] == [math.prod(sizes)] else None


def before_move(images: Any) -> tf.Tensor | None:
    """The images with channels last of which `channels_first` has made `images`; `None` if it has not."""
    return images.op.inputs[0] if _has_just_been_moved(images) else None


def before_there_and_back(images: tf.Tensor) -> tf.Tensor:
    """What `there_and_back` has made `images` of; themselves, if it has not."""
    once = images.op.inputs[0] if _order_of(images) == _order_of_last(images.shape.rank) else None
    return images if once is None or not _has_just_been_moved(once) else once.op.inputs[0]


def is_transposed(matrix: Any) -> bool:
    """Whether `tf.transpose` has made `matrix`, as far as a graph shows it; eagerly nothing would be gained."""
    return _order_of(matrix) == (1, 0)


def _has_just_been_moved(images: Any) -> bool:
    """Whether `channels_first` has made `images`, likewise."""
    order = _order_of(images)
    if len(order) < 3 or order != _order_of_first(len(order)):
        return False
    # Over one axis the move back has the same order.
    return len(order) > 3 or not _has_just_been_moved(images.op.inputs[0])


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
