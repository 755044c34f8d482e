"""Sliding windows over channels-last images, which poolings share."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import tensorflow as tf

from bridge.backends.tensorflow.layout import channels_first, channels_last
from bridge.backends.tensorflow.manipulation import reshape, shape
from bridge.typing import Array
from bridge.windows import Windows, overhang

Pooling: TypeAlias = Callable[[tf.Tensor, Windows], tf.Tensor]
"""Pools channels-last images of two spatial axes over windows without padding."""


def as_images(input: Array, spatial: int) -> tf.Tensor:
    """`(N, C, *spatial)`, or `(C, *spatial)`, with the channels last."""
    return channels_last(input if len(input.shape) == spatial + 2 else input[None])


def as_input(images: tf.Tensor, input: Array) -> tf.Tensor:
    """Images in the layout of the input that they come from."""
    output = channels_first(images)
    return output if len(input.shape) == len(images.shape) else output[0]


def pool(pooling: Pooling, images: tf.Tensor, windows: Windows, ceil_mode: bool, value: float) -> tf.Tensor:
    """`pooling` over one, two or three axes, padded with `value`."""
    is_open = not all(isinstance(size, int) for size in shape(images)[1:-1])
    if not (ceil_mode and is_open and len(windows.kernel) > 1):
        return _pool(pooling, _padded(images, windows, ceil_mode, value), windows)
    # An open size is padded to a whole window however large that is: along one axis at a time it stays small.
    for axis in reversed(range(len(windows.kernel))):
        along = _along(windows, axis)
        images = _pool(pooling, _padded(images, along, ceil_mode, value), along)
    return images


def _pool(pooling: Pooling, images: tf.Tensor, windows: Windows) -> tf.Tensor:
    """`pooling` over one, two or three axes: over the first of three after the others.

    TensorFlow's own pooling over three has few dtypes, and gives the gradient of a maximum to all that are equal.
    """
    if len(windows.kernel) == 2:
        return pooling(images, windows)
    if len(windows.kernel) == 1:
        return tf.squeeze(pooling(tf.expand_dims(images, 2), _beside(windows)), 2)
    batch, depth, *plane, channels = shape(images)
    planes = pooling(reshape(images, (-1, *plane, channels)), windows.over(slice(1, None)))
    _, *plane, _ = shape(planes)
    columns = reshape(planes, (batch, depth, plane[0] * plane[1], channels))
    columns = pooling(columns, _beside(windows.over(slice(1))))
    return reshape(columns, (batch, shape(columns)[1], *plane, channels))


def _beside(windows: Windows) -> Windows:
    """Windows over one axis, made to lie beside an axis that they leave alone."""
    kernel, stride, dilation, padding = windows
    return Windows((*kernel, 1), (*stride, 1), (*dilation, 1), (*padding, (0, 0)))


def _along(windows: Windows, axis: int) -> Windows:
    """Windows along one axis, which leave the others alone."""
    places = range(len(windows.kernel))
    kernel, stride, dilation = (
        tuple(sizes[place] if place == axis else 1 for place in places)
        for sizes in (windows.kernel, windows.stride, windows.dilation)
    )
    return Windows(
        kernel, stride, dilation, tuple(windows.padding[axis] if place == axis else (0, 0) for place in places)
    )


def _padded(images: tf.Tensor, windows: Windows, ceil_mode: bool, value: float) -> tf.Tensor:
    """Images with what PyTorch pads, so that TensorFlow's windows without padding are PyTorch's windows."""
    pads: Sequence[tuple[int, Any]] = windows.padding
    if ceil_mode:
        axes = zip(shape(images)[1:-1], windows.spans, windows.stride, windows.padding, strict=True)
        pads = [
            (before, after + _at_least_0(overhang(size, span, step, before, True)))
            for size, span, step, (before, after) in axes
        ]
    if all(isinstance(after, int) and not before + after for before, after in pads):
        return images
    output = tf.pad(images, [(0, 0), *pads, (0, 0)], constant_values=tf.cast(value, images.dtype))
    if all(isinstance(after, int) for _, after in pads):
        return output
    padded_sizes = zip(images.shape[1:-1], pads, strict=True)
    known = [None if size is None else before + size + after for size, (before, after) in padded_sizes]
    return tf.ensure_shape(output, (images.shape[0], *known, images.shape[-1]))  # tf.pad has forgotten what it knew


def _at_least_0(size: Any) -> Any:
    return max(0, size) if isinstance(size, int) else tf.maximum(0, size)
