"""Channels first outside, channels last inside.

TensorFlow has kernels for channels-last images on every device, and the quickest ones on the CPU. An op that takes
images moves the channels last, computes, and moves them back. Two such ops in a row would transpose between them for
nothing: in a graph, `channels_last` sees that its input was just moved first and takes what stood before, and
`elementwise` computes before the move instead of after it. Eagerly there is no graph to look at.
"""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from bridge.typing import Array

_FIRST = (0, 3, 1, 2)
_LAST = (0, 2, 3, 1)


def channels_last(images: Array) -> tf.Tensor:
    """`(N, C, H, W)` to `(N, H, W, C)`."""
    before = _before_move(images)
    return tf.transpose(images, _LAST) if before is None else before


def channels_first(images: Array) -> tf.Tensor:
    """`(N, H, W, C)` to `(N, C, H, W)`."""
    return tf.transpose(images, _FIRST)


def elementwise(function: Callable[[Array], tf.Tensor], input: Array) -> tf.Tensor:
    """`function`, which looks at each element alone, of a tensor of any shape."""
    before = _before_move(input)
    return function(input) if before is None else channels_first(function(before))


def _before_move(images: Any) -> tf.Tensor | None:
    """The channels-last tensor that `channels_first` has made `images` of, if that can be seen."""
    if isinstance(images, tf.Variable) or not tf.is_symbolic_tensor(images) or images.op.type != "Transpose":
        return None
    order = tf.get_static_value(images.op.inputs[1])
    return images.op.inputs[0] if order is not None and tuple(order) == _FIRST else None
