"""Norms by fixed statistics, made one with the convolution before them, in graphs of TensorFlow."""

from collections.abc import Callable

import tensorflow as tf

from bridge.backends.tensorflow.layout import (
    before_move,
    before_there_and_back,
    channels_first,
    channels_last,
    there_and_back,
)

_Gradients = tuple[tf.Tensor, tf.Tensor, tf.Tensor]


def folded(images: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) -> tf.Tensor | None:
    """`images * scale + shift`, channel by channel, if a two-dimensional convolution has just made them; else `None`.

    It is the convolution by a kernel that is scaled itself. Who has a gradient of it, has that of product and sum.

    Args:
        images: `(N, C, H, W)`, float32, in a graph.
        scale: `(C,)`.
        shift: `(C,)`.
    """
    made = _convolution_of(images)
    if made is None or images.consumers():  # who else takes the images would have them convolved twice
        return None
    convolution, bias = made

    @tf.custom_gradient
    def scaled(
        images: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], _Gradients]]:
        def gradient(last: tf.Tensor) -> _Gradients:
            by_scale = tf.reduce_sum(last * channels_last(images), (0, 1, 2))
            return channels_first(last * scale), by_scale, tf.reduce_sum(last, (0, 1, 2))

        inputs, kernel = convolution.inputs
        output = tf.raw_ops.Conv2D(
            input=inputs,
            filter=kernel * scale,
            strides=convolution.get_attr("strides"),
            padding=convolution.get_attr("padding").decode(),
            dilations=convolution.get_attr("dilations"),
        )
        offset = shift if bias is None else shift + bias * scale
        return tf.nn.bias_add(there_and_back(output), offset), gradient

    return channels_first(scaled(images, scale, shift))


def _convolution_of(images: tf.Tensor) -> tuple[tf.Operation, tf.Tensor | None] | None:
    """The operation that has made `images`, with the bias that was added to them, as `ops.conv2d` leaves both."""
    output, bias = before_move(images), None
    if output is not None and output.op.type == "IdentityN":  # around the bias, with a gradient of its own
        output = output.op.inputs[output.value_index]
    if output is not None and output.op.type == "BiasAdd":
        output, bias = output.op.inputs
        output = before_there_and_back(output)
    if output is None or output.op.type != "Conv2D":
        return None
    is_ours = output.op.get_attr("data_format") == b"NHWC" and output.op.get_attr("padding") != b"EXPLICIT"
    return (output.op, bias) if is_ours else None
