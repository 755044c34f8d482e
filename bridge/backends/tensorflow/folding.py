"""Overrides of `bridge.ops.folding` for TensorFlow."""

import math

import tensorflow as tf

from bridge.backends.tensorflow.manipulation import pad, reshape, shape
from bridge.ops.folding import folded_arguments
from bridge.typing import Array
from bridge.windows import Sizes


def fold(
    input: Array,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> tf.Tensor:
    elements, places, plane, cut = folded_arguments(input, output_size, kernel_size, dilation, padding, stride)
    lead = list(range(elements.shape.rank - 2))
    last = len(lead)
    segments = tf.transpose(elements, (last, last + 1, *lead))
    summed = tf.math.unsorted_segment_sum(segments, places, math.prod(plane))
    planes = tf.transpose(summed, (*(axis + 1 for axis in lead), 0))
    return pad(reshape(planes, (*shape(elements)[:-2], *plane)), cut)
