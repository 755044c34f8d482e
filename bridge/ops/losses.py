"""Losses, with the names and meaning of `torch.nn.functional`."""

from __future__ import annotations

from bridge.dispatch import op
from bridge.dtypes import dtype_name, is_inexact
from bridge.ops.activation import log_softmax
from bridge.ops.elementwise import not_equal, square, where
from bridge.ops.manipulation import astype, expand_dims, shape, squeeze, take, take_along_axis
from bridge.ops.reductions import mean, sum
from bridge.typing import Array

__all__ = [
    "cross_entropy",
    "mse_loss",
]


@op
def mse_loss(input: Array, target: Array, reduction: str = "mean", weight: Array | None = None) -> Array:
    """`(input - target) ** 2`, its mean, or its sum; `torch.nn.functional.mse_loss`.

    Args:
        input: any shape.
        target: the same shape.
        reduction: `"none"`, `"mean"` or `"sum"`.
        weight: multiplies each element, in the shape of the input; the mean is then divided by its sum.

    >>> ops.mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0]))
    tensor(2.)
    """
    errors = square(input - target)
    if weight is None:
        return _reduce("mse_loss", errors, reduction)
    errors = errors * weight
    return sum(errors) / sum(weight) if reduction == "mean" else _reduce("mse_loss", errors, reduction)


@op
def cross_entropy(
    input: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Array:
    """The cross entropy of logits against class indices or probabilities; `torch.nn.functional.cross_entropy`.

    Args:
        input: logits: `(C,)`, `(N, C)` or `(N, C, d1, ...)`.
        target: integers without the axis C, or probabilities in the shape of the input.
        weight: `(C,)`, a factor for each class.
        ignore_index: a class index that counts for nothing.
        reduction: `"none"`, `"mean"` (with class indices weighted by `weight`) or `"sum"`.
        label_smoothing: from 0 to 1, how much of the target is spread over all classes.

    Reference: Szegedy et al. for label smoothing, https://arxiv.org/abs/1512.00567

    >>> ops.cross_entropy(torch.zeros(2, 4), torch.tensor([0, 3]))
    tensor(1.3863)
    """
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"ops.cross_entropy expected a label_smoothing from 0 to 1, got {label_smoothing}")
    axis = 0 if input.ndim == 1 else 1
    log_probabilities = log_softmax(input, axis)
    if is_inexact(dtype_name(target.dtype)):
        return _against_probabilities(log_probabilities, target, weight, reduction, label_smoothing, axis)
    return _against_classes(log_probabilities, target, weight, ignore_index, reduction, label_smoothing, axis)


def _against_classes(
    log_probabilities: Array,
    target: Array,
    weight: Array | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
    axis: int,
) -> Array:
    counts = not_equal(target, ignore_index)
    classes = where(counts, target, 0)
    picked = squeeze(take_along_axis(log_probabilities, expand_dims(classes, axis), axis=axis), axis)
    factors = astype(counts, log_probabilities.dtype)
    if weight is not None:
        factors = factors * take(weight, classes, axis=0)
    losses = -picked * factors
    if label_smoothing:
        smooth = -sum(_weigh_classes(log_probabilities, weight, axis), axis=axis)
        smooth = where(counts, smooth, 0.0) / shape(log_probabilities)[axis]
        losses = (1 - label_smoothing) * losses + label_smoothing * smooth
    if reduction == "mean":
        return sum(losses) / sum(factors)
    return _reduce("cross_entropy", losses, reduction)


def _against_probabilities(
    log_probabilities: Array,
    target: Array,
    weight: Array | None,
    reduction: str,
    label_smoothing: float,
    axis: int,
) -> Array:
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / shape(log_probabilities)[axis]
    losses = -sum(_weigh_classes(log_probabilities, weight, axis) * target, axis=axis)
    return _reduce("cross_entropy", losses, reduction)


def _weigh_classes(log_probabilities: Array, weight: Array | None, axis: int) -> Array:
    if weight is None:
        return log_probabilities
    for _ in range(log_probabilities.ndim - axis - 1):
        weight = expand_dims(weight, -1)
    return log_probabilities * weight


def _reduce(name: str, losses: Array, reduction: str) -> Array:
    if reduction == "none":
        return losses
    if reduction == "mean":
        return mean(losses)
    if reduction == "sum":
        return sum(losses)
    raise ValueError(f"ops.{name} expected a reduction of 'none', 'mean' or 'sum', got {reduction!r}")
