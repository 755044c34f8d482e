"""Overrides of `bridge.ops.linear_maps` for TensorFlow."""

import math

import tensorflow as tf

from bridge.backends.tensorflow.kernels import Kernel
from bridge.backends.tensorflow.layout import channels_last, flattened, is_transposed
from bridge.backends.tensorflow.onednn import onednn_runs
from bridge.backends.tensorflow.promotion import HALVES, computed_in
from bridge.ops.manipulation import reshape, shape
from bridge.typing import Array

_FEW, _MANY = 16, 2048
"""The order of a product matters for so few outputs of so many inputs, however many rows there are."""


def linear(input: Array, weight: Array, bias: Array | None = None) -> tf.Tensor:
    # One product of two matrices: TensorFlow's batched kernel is slower, and only this one fuses the bias.
    sizes = shape(input)
    rows = input if len(sizes) == 2 else reshape(input, (-1, sizes[-1]))
    rows, weight = _least_moved(rows, weight)
    if isinstance(weight, Kernel):
        output = _biased(tf.matmul(rows, weight.stored), bias)
    elif _are_quicker_by_columns(rows, weight):
        output = _by_columns(rows, weight, bias)
    else:
        output = _biased(tf.matmul(rows, weight, transpose_b=True), bias)
    return output if len(sizes) == 2 else reshape(output, (*sizes[:-1], weight.shape[0]))


with_bias = computed_in(HALVES, tf.nn.bias_add)
"""In halves the bias's gradient is a sum, which TensorFlow's kernel on the CPU adds up in halves: 256 + 1 is 256."""


def _biased(output: tf.Tensor, bias: Array | None) -> tf.Tensor:
    return output if bias is None else with_bias(output, bias)


def _least_moved(rows: Array, weight: Array) -> tuple[Array, Array]:
    """Rows and weight with the channels last, where the rows are more and come from images that had them so.

    The move back to channels first, of which `flatten` makes rows, then falls out of the graph.
    """
    sizes = flattened(rows)
    if sizes is None or (rows.shape[0] or 0) <= (weight.shape[0] or 0):
        return rows, weight
    if isinstance(weight, Kernel):
        kernels = tf.reshape(weight.stored, (sizes[0], -1, weight.shape[0]))
        weight = Kernel(tf.reshape(tf.transpose(kernels, (1, 0, 2)), weight.stored.shape))
    else:
        weight = _with_channels_last(weight, sizes)
    return _with_channels_last(rows, sizes), weight


def _with_channels_last(flat: Array, sizes: tuple[int, ...]) -> tf.Tensor:
    return tf.reshape(channels_last(tf.reshape(flat, (-1, *sizes))), (-1, math.prod(sizes)))


def _are_quicker_by_columns(rows: Array, weight: Array) -> bool:
    (count, inputs), (outputs, _) = rows.shape, weight.shape
    if None in (count, inputs, outputs):
        return False
    if is_transposed(rows):
        return True
    if outputs <= _FEW:
        return bool(count >= 32 and inputs >= _MANY)
    most, large = (192, 3 << 17) if onednn_runs() else (256, 1 << 18)
    return bool(count <= min(outputs, most) and inputs * outputs >= large)


def _by_columns(rows: Array, weight: Array, bias: Array | None) -> tf.Tensor:
    """The transpose of `weight @ rows.T` and the bias, for few rows and a large weight, or few outputs.

    TensorFlow's own kernel on the CPU then packs the few rows in place of the weight against its grain, and takes half
    to a third of the time; oneDNN's takes two thirds, if the weight is larger yet. Between two such layers the moves
    fall out of the graph, with `layout.elementwise` between too; so that what follows such a layer is one as well.
    """
    if is_transposed(rows):  # this move and that before it cancel each other, and their gradients likewise
        columns = tf.matmul(weight, tf.transpose(rows))
    else:
        columns = tf.matmul(weight, rows, transpose_b=True)
    columns = columns if bias is None else _with_column(columns, bias)
    # oneDNN's move takes 0.1 ms, however little it moves.
    few = columns.dtype == tf.float32 and columns.shape[0] <= _FEW
    return tf.raw_ops.Einsum(inputs=[columns], equation="ab->ba") if few else tf.transpose(columns)


_with_column = computed_in(HALVES, lambda columns, bias: columns + tf.reshape(bias, (-1, 1)))


def one_hot(input: Array, num_classes: int) -> tf.Tensor:
    return tf.one_hot(input, num_classes, dtype=tf.int64)
