"""Losses with the names and meaning of Keras: the target comes first, and nothing is reduced but the classes."""

from __future__ import annotations

from bridge.dispatch import op
from bridge.ops.activation import log_softmax, logsigmoid
from bridge.ops.arithmetic import multiply
from bridge.ops.indexing import take_along_axis
from bridge.ops.losses import expect_shape, sizes_of
from bridge.ops.manipulation import astype, expand_dims, squeeze
from bridge.ops.mathematics import log
from bridge.ops.reductions import sum
from bridge.ops.rounding import clip
from bridge.shapes import normalize_axis
from bridge.typing import Array

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]

EPSILON = 1e-7
"""Probabilities are held this far from 0 and 1, as in Keras."""


@op
def binary_crossentropy(target: Array, output: Array, from_logits: bool = False) -> Array:
    """The cross entropy of probabilities, or of logits, element by element; `keras.ops.binary_crossentropy`.

    Args:
        target: from 0 to 1, of any shape.
        output: probabilities, held between 1e-7 and 1 - 1e-7, in the same shape.
        from_logits: whether `output` holds logits instead.

    >>> ops.binary_crossentropy(torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.25]))
    tensor([0.6931, 0.2877])
    """
    expect_shape("target", target, sizes_of(output))
    target = astype(target, output.dtype)
    if from_logits:
        return (1 - target) * output - logsigmoid(output)
    output = clip(output, EPSILON, 1 - EPSILON)
    return (target - 1) * log(1 - output) - target * log(output)


@op
def categorical_crossentropy(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    """The cross entropy of probabilities, or of logits, against probabilities; `keras.ops.categorical_crossentropy`.

    Args:
        target: probabilities along `axis`.
        output: probabilities along `axis`, which are divided by their sum and held between 1e-7 and 1 - 1e-7.
        from_logits: whether `output` holds logits instead.
        axis: the axis of the classes.

    Returns:
        A loss for each place, without `axis`.

    >>> ops.categorical_crossentropy(torch.tensor([[0.0, 1.0]]), torch.tensor([[1.0, 1.0]]))
    tensor([0.6931])
    """
    expect_shape("target", target, sizes_of(output))
    return -sum(multiply(target, _log_probabilities(output, from_logits, axis)), axis=axis)


@op
def sparse_categorical_crossentropy(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    """The cross entropy of probabilities, or of logits, against classes; `keras.ops.sparse_categorical_crossentropy`.

    Args:
        target: integers from 0 below the count of classes, without `axis` or with a last axis of size 1.
        output: probabilities along `axis`, which are divided by their sum and held between 1e-7 and 1 - 1e-7.
        from_logits: whether `output` holds logits instead.
        axis: the axis of the classes.

    Returns:
        A loss for each place, without `axis`.

    >>> ops.sparse_categorical_crossentropy(torch.tensor([1]), torch.tensor([[1.0, 1.0]]))
    tensor([0.6931])
    """
    sizes = sizes_of(output)
    position = normalize_axis(axis, len(sizes))
    if target.ndim == len(sizes) and sizes_of(target)[-1] == 1:
        target = squeeze(target, -1)
    expect_shape("target", target, (*sizes[:position], *sizes[position + 1 :]))
    classes = expand_dims(astype(target, "int64"), position)
    picked = take_along_axis(_log_probabilities(output, from_logits, position), classes, axis=position)
    return -squeeze(picked, position)


def _log_probabilities(output: Array, from_logits: bool, axis: int) -> Array:
    if from_logits:
        return log_softmax(output, axis)
    return log(clip(output / sum(output, axis=axis, keepdims=True), EPSILON, 1 - EPSILON))
