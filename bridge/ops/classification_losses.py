"""Losses of scores against classes and probabilities, with the names and meaning of `torch.nn.functional`.

`reduction` is `"none"` for the losses as they are, `"mean"` or `"sum"`.
"""

from __future__ import annotations

from collections.abc import Callable

from bridge.dispatch import op
from bridge.dtypes import dtype_name, is_inexact
from bridge.errors import InputShapeError
from bridge.ops.activation import log_softmax, logsigmoid
from bridge.ops.arithmetic import add, maximum, multiply, where
from bridge.ops.comparison import equal, not_equal
from bridge.ops.creation import asarray_like
from bridge.ops.indexing import take, take_along_axis
from bridge.ops.linear_maps import linear
from bridge.ops.losses import expect_shape, of_one_dtype, reduced, sizes_of
from bridge.ops.manipulation import astype, expand_dims, reshape, shape, squeeze
from bridge.ops.mathematics import exp, log, log1p
from bridge.ops.reductions import mean, sum
from bridge.typing import Array

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "kl_div",
    "linear_cross_entropy",
    "multilabel_soft_margin_loss",
    "nll_loss",
    "soft_margin_loss",
]


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
        raise ValueError(f"expected a label_smoothing from 0 to 1, got {label_smoothing}")
    axis = _class_axis(input)
    log_probabilities = log_softmax(input, axis)
    if is_inexact(dtype_name(target.dtype)):
        return _against_probabilities(log_probabilities, target, weight, reduction, label_smoothing)
    return _against_classes(log_probabilities, target, weight, ignore_index, reduction, label_smoothing)


@op
def linear_cross_entropy(
    input: Array,
    linear_weight: Array,
    target: Array,
    *,
    linear_bias: Array | None = None,
    weight: Array | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
) -> Array:
    """The cross entropy of `linear(input, linear_weight, linear_bias)`; `torch.nn.functional.linear_cross_entropy`.

    Args:
        input: `(in_features,)` or `(N, in_features)`.
        linear_weight: `(C, in_features)`, or `(C, d1, ..., in_features)` for logits `(N, C, d1, ...)`.
        target: integers without the axis C, or probabilities in the shape of the logits.
        linear_bias: in the shape of the weight but for its last axis.
        weight: `(C,)`, a factor for each class.
        reduction: `"none"`, `"mean"` (with class indices weighted by `weight`) or `"sum"`.
        ignore_index: a class index that counts for nothing; by default -100. None for probabilities.
        label_smoothing: from 0 to 1, how much of the target is spread over all classes.

    >>> ops.linear_cross_entropy(torch.ones(2, 3), torch.zeros(4, 3), torch.tensor([0, 3]))
    tensor(1.3863)
    """
    sizes = sizes_of(linear_weight)[:-1]
    if not sizes or input.ndim not in ((1, 2) if len(sizes) == 1 else (2,)):
        raise InputShapeError(
            "expected input (in_features,) or (N, in_features) with linear_weight (C, in_features), or "
            f"(N, in_features) with (C, d1, ..., in_features), got {sizes_of(input)} and {sizes_of(linear_weight)}"
        )
    if linear_bias is not None:
        expect_shape("linear_bias", linear_bias, sizes)
    if ignore_index is not None and is_inexact(dtype_name(target.dtype)):
        raise ValueError(f"expected no ignore_index for a target of probabilities, got {ignore_index}")
    logits = _logits(input, linear_weight, linear_bias)
    ignored = -100 if ignore_index is None else ignore_index
    return cross_entropy(logits, target, weight, ignored, reduction, label_smoothing)


def _logits(input: Array, weight: Array, bias: Array | None) -> Array:
    if weight.ndim == 2:
        return linear(input, weight, bias)
    *outputs, features = shape(weight)
    flat = linear(input, reshape(weight, (-1, features)), None if bias is None else reshape(bias, (-1,)))
    return reshape(flat, (shape(input)[0], *outputs))


@op
def nll_loss(
    input: Array, target: Array, weight: Array | None = None, ignore_index: int = -100, reduction: str = "mean"
) -> Array:
    """The negative log likelihood of class indices; `torch.nn.functional.nll_loss`.

    Args:
        input: log-probabilities: `(C,)`, `(N, C)` or `(N, C, d1, ...)`.
        target: integers, without the axis C.
        weight: `(C,)`, a factor for each class.
        ignore_index: a class index that counts for nothing.
        reduction: `"none"`, `"mean"` (weighted by `weight`) or `"sum"`.

    >>> ops.nll_loss(torch.tensor([[-1.0, -2.0], [-3.0, -4.0]]), torch.tensor([0, 1]))
    tensor(2.5000)
    """
    return _against_classes(input, target, weight, ignore_index, reduction, 0.0)


def _class_axis(scores: Array) -> int:
    return 0 if scores.ndim == 1 else 1


def _against_classes(
    log_probabilities: Array,
    target: Array,
    weight: Array | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> Array:
    axis, sizes = _class_axis(log_probabilities), sizes_of(log_probabilities)
    expect_shape("target", target, (*sizes[:axis], *sizes[axis + 1 :]))
    counts = not_equal(target, ignore_index)
    classes = where(counts, target, 0)
    picked = squeeze(take_along_axis(log_probabilities, expand_dims(classes, axis), axis=axis), axis)
    factors = astype(counts, log_probabilities.dtype)
    if weight is not None:
        expect_shape("weight", weight, (sizes[axis],))
        factors = multiply(factors, take(weight, classes, axis=0))
    losses = where(counts, multiply(-picked, factors), 0)
    if label_smoothing:
        smooth = -sum(_weigh_classes(log_probabilities, weight, axis), axis=axis)
        smooth = where(counts, smooth, 0) / shape(log_probabilities)[axis]
        losses = (1 - label_smoothing) * losses + label_smoothing * smooth
    if reduction == "mean":
        return sum(losses) / sum(factors)
    return reduced(losses, reduction)


def _against_probabilities(
    log_probabilities: Array, target: Array, weight: Array | None, reduction: str, label_smoothing: float
) -> Array:
    axis, sizes = _class_axis(log_probabilities), sizes_of(log_probabilities)
    expect_shape("target", target, sizes)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / shape(log_probabilities)[axis]
    return reduced(-sum(multiply(_weigh_classes(log_probabilities, weight, axis), target), axis=axis), reduction)


def _weigh_classes(log_probabilities: Array, weight: Array | None, axis: int) -> Array:
    if weight is None:
        return log_probabilities
    return multiply(log_probabilities, reshape(weight, (-1, *[1] * (log_probabilities.ndim - axis - 1))))


@op
def binary_cross_entropy(input: Array, target: Array, weight: Array | None = None, reduction: str = "mean") -> Array:
    """The cross entropy of probabilities against probabilities; `torch.nn.functional.binary_cross_entropy`.

    It is `-(target * log(input) + (1 - target) * log(1 - input))`, each logarithm held above -100. torch refuses an
    input that is no probability, for which it has to read the values; others do not.

    Args:
        input: from 0 to 1, of any shape.
        target: from 0 to 1, in the same shape.
        weight: a factor for each loss, broadcast against them.
        reduction: `"none"`, `"mean"` or `"sum"`.

    >>> ops.binary_cross_entropy(torch.tensor([0.5, 0.25]), torch.tensor([1.0, 0.0]), reduction="none")
    tensor([0.6931, 0.2877])
    """
    expect_shape("target", target, sizes_of(input))
    input, target = of_one_dtype(input, target)
    log_input = _bounded(log, input, at_edge=input <= 0, neutral=1)
    log_complement = _bounded(log1p, -input, at_edge=input >= 1, neutral=0)
    losses = (target - 1) * log_complement - target * log_input
    return reduced(losses if weight is None else multiply(losses, weight), reduction)


def _bounded(logarithm: Callable[[Array], Array], x: Array, at_edge: Array, neutral: float) -> Array:
    """A logarithm held above -100, whose gradient is finite at the edge of its domain too."""
    return where(at_edge, -100.0, maximum(logarithm(where(at_edge, neutral, x)), -100.0))


@op
def binary_cross_entropy_with_logits(
    input: Array,
    target: Array,
    weight: Array | None = None,
    reduction: str = "mean",
    pos_weight: Array | None = None,
) -> Array:
    """`binary_cross_entropy` of `sigmoid(input)`, stable; `torch.nn.functional.binary_cross_entropy_with_logits`.

    Args:
        input: logits, of any shape.
        target: from 0 to 1, in the same shape.
        weight: a factor for each loss, broadcast against them.
        reduction: `"none"`, `"mean"` or `"sum"`.
        pos_weight: a factor for the part of each loss that comes of the target, broadcast against it.

    >>> ops.binary_cross_entropy_with_logits(torch.zeros(2), torch.tensor([1.0, 0.0]), reduction="none")
    tensor([0.6931, 0.6931])
    """
    expect_shape("target", target, sizes_of(input))
    input, target = of_one_dtype(input, target)
    positive = target if pos_weight is None else multiply(pos_weight, target)
    losses = (1 - target) * input - add(positive, 1 - target) * logsigmoid(input)
    return reduced(losses if weight is None else multiply(losses, weight), reduction)


@op
def soft_margin_loss(input: Array, target: Array, reduction: str = "mean") -> Array:
    """`log(1 + exp(-target * input))` for targets of -1 and 1; `torch.nn.functional.soft_margin_loss`.

    >>> ops.soft_margin_loss(torch.tensor([0.0, 2.0]), torch.tensor([1.0, -1.0]), reduction="none")
    tensor([0.6931, 2.1269])
    """
    return reduced(-logsigmoid(multiply(target, input)), reduction)


@op
def multilabel_soft_margin_loss(
    input: Array, target: Array, weight: Array | None = None, reduction: str = "mean"
) -> Array:
    """The mean over classes of `binary_cross_entropy_with_logits`.

    It is `torch.nn.functional.multilabel_soft_margin_loss`.

    Args:
        input: logits: `(C,)` or `(N, C)`.
        target: 0 or 1 for each class, in the same shape.
        weight: `(C,)`, a factor for each class.
        reduction: `"none"`, `"mean"` or `"sum"`.

    Returns:
        `(N,)` for `"none"`, else a scalar.

    >>> ops.multilabel_soft_margin_loss(torch.zeros(1, 3), torch.tensor([[1.0, 0.0, 1.0]]))
    tensor(0.6931)
    """
    losses = binary_cross_entropy_with_logits(input, target, weight, "none")
    return reduced(mean(losses, axis=-1), reduction)


@op
def kl_div(input: Array, target: Array, reduction: str = "mean", log_target: bool = False) -> Array:
    """The pointwise Kullback-Leibler divergence, `target * (log(target) - input)`; `torch.nn.functional.kl_div`.

    `"batchmean"` divides the sum by the size of the first axis, which makes it the divergence of the definition;
    `"mean"` divides it by the count of all elements.

    Args:
        input: log-probabilities, of any shape.
        target: probabilities, in the same shape.
        reduction: `"none"`, `"batchmean"`, `"mean"` or `"sum"`.
        log_target: whether the target holds log-probabilities too.

    Reference: Kullback and Leibler, On Information and Sufficiency, https://doi.org/10.1214/aoms/1177729694

    >>> ops.kl_div(torch.tensor([[0.5, 0.5]]).log(), torch.tensor([[1.0, 0.0]]), reduction="batchmean")
    tensor(0.6931)
    """
    input, target = of_one_dtype(input, target)
    if log_target:
        losses = exp(target) * (target - input)
    else:
        is_zero = equal(target, 0)
        losses = where(is_zero, 0, target * log(where(is_zero, 1, target))) - target * input
    if reduction == "batchmean":
        return sum(losses) / astype(asarray_like(losses, shape(losses)[0] if losses.ndim else 1), losses.dtype)
    return reduced(losses, reduction)
