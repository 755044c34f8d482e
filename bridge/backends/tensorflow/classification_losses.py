"""Overrides of `bridge.ops.classification_losses` for TensorFlow."""

import inspect

import tensorflow as tf

from bridge.ops import classification_losses
from bridge.ops.losses import expect_shape, reduced, sizes_of
from bridge.typing import Array


def cross_entropy(
    input: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> tf.Tensor:
    of_classes = input.shape.rank == 2 and target.dtype.is_integer
    if not of_classes or input.dtype not in (tf.float32, tf.float64) or weight is not None or label_smoothing:
        reference = inspect.unwrap(classification_losses.cross_entropy)
        return reference(input, target, weight, ignore_index, reduction, label_smoothing)
    expect_shape("target", target, sizes_of(input)[:1])
    target = tf.cast(target, tf.int64)
    counts = tf.not_equal(target, tf.cast(ignore_index, tf.int64))  # it may be a size that is known at run time alone
    # One kernel for the loss and its gradient, where log_softmax and a gather are eight.
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.where(counts, target, 0), input)
    if reduction == "mean":
        return _mean(losses, counts)
    return reduced(tf.where(counts, losses, 0), reduction)


def _mean(losses: tf.Tensor, counts: tf.Tensor) -> tf.Tensor:
    """The mean of the losses that count; NaN, without a gradient, if none does.

    The share of each comes from the targets alone: it is ready before the losses are, and is their gradient.
    """
    number = tf.reduce_sum(tf.cast(counts, losses.dtype))
    shares = tf.where(counts, 1 / number, 0)
    undefined = tf.where(number > 0, tf.zeros_like(number), float("nan"))
    return tf.reduce_sum(tf.math.multiply_no_nan(losses, shares)) + undefined
