"""Overrides of `bridge.ops.convolution` for TensorFlow."""

import tensorflow as tf

from bridge.backends.tensorflow.layout import channels_first, channels_last
from bridge.shapes import padding_pairs, pair
from bridge.typing import Array


def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> tf.Tensor:
    padding = padding if isinstance(padding, str) else (0, *pair(padding, 1))
    output = conv2d(
        tf.expand_dims(input, -2),
        tf.expand_dims(weight, -2),
        bias,
        (1, *pair(stride, 1)),
        padding,
        (1, *pair(dilation, 1)),
        groups,
    )
    return tf.squeeze(output, -2)


def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> tf.Tensor:
    batched = input if input.shape.rank == 4 else input[None]
    stride, dilation = pair(stride, 2), pair(dilation, 2)
    pads = padding_pairs(padding, tuple(weight.shape[2:]), dilation)
    images, padded = channels_last(batched), any(map(any, pads))
    if padded and max(dilation) > 1:  # on the CPU TensorFlow has the gradient of this pair in two steps alone
        images, padded = tf.pad(images, [(0, 0), *pads, (0, 0)]), False
    output = tf.nn.conv2d(
        images,
        tf.transpose(weight, (2, 3, 1, 0)),
        stride,
        [(0, 0), *pads, (0, 0)] if padded else "VALID",
        dilations=dilation,
    )
    if bias is not None:
        output = tf.nn.bias_add(output, bias)
    output = channels_first(output)
    return output if input.shape.rank == 4 else output[0]
