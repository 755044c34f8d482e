"""Losses of margins, rankings and distances, with the names and meaning of `torch.nn.functional`.

`reduction` is `"none"` for the losses as they are, `"mean"` or `"sum"`.
"""

from __future__ import annotations

from collections.abc import Callable

from bridge.dispatch import op
from bridge.errors import InputShapeError
from bridge.ops.activation import relu
from bridge.ops.arithmetic import minimum, multiply, sqrt, square, where
from bridge.ops.comparison import equal, logical_and, logical_not, not_equal
from bridge.ops.creation import arange_like
from bridge.ops.distances import pairwise_distance
from bridge.ops.indexing import take, take_along_axis
from bridge.ops.losses import expect_shape, of_one_dtype, reduced, sizes_of
from bridge.ops.manipulation import astype, expand_dims, shape
from bridge.ops.reductions import any, cumulative_sum, sum
from bridge.ops.rounding import clip
from bridge.typing import Array

__all__ = [
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


@op
def margin_ranking_loss(
    input1: Array, input2: Array, target: Array, margin: float = 0, reduction: str = "mean"
) -> Array:
    """`max(0, -target * (input1 - input2) + margin)`; `torch.nn.functional.margin_ranking_loss`.

    Args:
        input1: any shape.
        input2: the same count of axes, broadcast against the first.
        target: 1 where the first should be the larger, -1 where the second, broadcast likewise.
        margin: by how much.
        reduction: `"none"`, `"mean"` or `"sum"`.

    >>> ops.margin_ranking_loss(torch.tensor([1.0, 1.0]), torch.tensor([0.0, 3.0]), torch.ones(2), reduction="none")
    tensor([0., 2.])
    """
    if not input1.ndim == input2.ndim == target.ndim:
        ranks = input1.ndim, input2.ndim, target.ndim
        raise InputShapeError(f"expected tensors of one count of axes, got {ranks}")
    input1, input2, target = of_one_dtype(input1, input2, target)
    return reduced(clip(margin - target * (input1 - input2), 0), reduction)


@op
def hinge_embedding_loss(input: Array, target: Array, margin: float = 1.0, reduction: str = "mean") -> Array:
    """A distance where the target is 1, `max(0, margin - input)` where it is -1.

    It is `torch.nn.functional.hinge_embedding_loss`.

    Args:
        input: distances, of any shape.
        target: 1 for pairs that are alike, -1 for others, in the same shape.
        margin: how far apart the others should be.
        reduction: `"none"`, `"mean"` or `"sum"`.

    >>> ops.hinge_embedding_loss(torch.tensor([0.2, 0.2]), torch.tensor([1, -1]), reduction="none")
    tensor([0.2000, 0.8000])
    """
    alike = where(not_equal(target, -1), input, 0)
    return reduced(alike + where(not_equal(target, 1), clip(margin - input, 0), 0), reduction)


@op
def cosine_embedding_loss(
    input1: Array, input2: Array, target: Array, margin: float = 0, reduction: str = "mean"
) -> Array:
    """`1 - cos(input1, input2)` where the target is 1, `max(0, cos(input1, input2) - margin)` where it is -1.

    It is `torch.nn.functional.cosine_embedding_loss`.

    Args:
        input1: `(N, D)` or `(D,)`.
        input2: the same shape.
        target: 1 or -1: `(N,)` or `()`.
        margin: from -1 to 1, the similarity that is free.
        reduction: `"none"`, `"mean"` or `"sum"`.

    >>> ops.cosine_embedding_loss(torch.ones(1, 2), torch.tensor([[1.0, 0.0]]), torch.tensor([1]))
    tensor(0.2929)
    """
    expect_shape("target", target, sizes_of(input1)[:-1])
    input1, input2 = of_one_dtype(input1, input2)
    products = sum(input1 * input2, axis=-1)
    norms = sqrt((sum(square(input1), axis=-1) + 1e-12) * (sum(square(input2), axis=-1) + 1e-12))
    cosines = products / norms
    alike = where(equal(target, 1), 1 - cosines, 0)
    return reduced(alike + where(equal(target, -1), clip(cosines - margin, 0), 0), reduction)


@op
def multi_margin_loss(
    input: Array,
    target: Array,
    p: int = 1,
    margin: float = 1.0,
    weight: Array | None = None,
    reduction: str = "mean",
) -> Array:
    """The hinge loss of many classes, `sum_i max(0, margin - input[y] + input[i]) ** p / C` over all i but y.

    It is `torch.nn.functional.multi_margin_loss`.

    Args:
        input: scores: `(C,)` or `(N, C)`.
        target: class indices: `()` or `(N,)`.
        p: 1 or 2.
        margin: by how much the right class should lead.
        weight: `(C,)`, a factor for each class.
        reduction: `"none"`, `"mean"` or `"sum"`.

    >>> ops.multi_margin_loss(torch.tensor([[0.1, 0.2, 0.7]]), torch.tensor([2]))
    tensor(0.3000)
    """
    if p not in (1, 2):
        raise ValueError(f"expected a p of 1 or 2, got {p}")
    expect_shape("target", target, sizes_of(input)[:-1])
    classes = expand_dims(target, -1)
    losses = relu(margin - take_along_axis(input, classes, axis=-1) + input)
    if p == 2:
        losses = square(losses)
    if weight is not None:
        losses = multiply(losses, expand_dims(take(weight, target, axis=0), -1))
    others = not_equal(arange_like(input, shape(input)[-1]), classes)
    return reduced(sum(where(others, losses, 0), axis=-1) / shape(input)[-1], reduction)


@op
def multilabel_margin_loss(input: Array, target: Array, reduction: str = "mean") -> Array:
    """The hinge loss of many labels, `max(0, 1 - (input[j] - input[i])) / C` over all labels j and all others i.

    It is `torch.nn.functional.multilabel_margin_loss`.

    Args:
        input: scores: `(C,)` or `(N, C)`.
        target: class indices up to the first -1 of each row, in the same shape.
        reduction: `"none"`, `"mean"` or `"sum"`.

    >>> ops.multilabel_margin_loss(torch.tensor([[0.1, 0.2, 0.4, 0.8]]), torch.tensor([[3, 0, -1, 1]]))
    tensor(0.8500)
    """
    expect_shape("target", target, sizes_of(input))
    is_label = equal(cumulative_sum(astype(target < 0, "int64"), axis=-1), 0)
    labels = where(is_label, target, 0)
    classes = arange_like(input, shape(input)[-1], dtype=labels.dtype)
    named = any(logical_and(equal(expand_dims(labels, -1), classes), expand_dims(is_label, -1)), axis=-2)
    scores = take_along_axis(input, labels, axis=-1)
    losses = relu(1 - (expand_dims(scores, -1) - expand_dims(input, -2)))
    counted = logical_and(expand_dims(is_label, -1), expand_dims(logical_not(named), -2))
    return reduced(sum(where(counted, losses, 0), axis=(-2, -1)) / shape(input)[-1], reduction)


@op
def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Array:
    """`max(0, d(anchor, positive) - d(anchor, negative) + margin)`; `torch.nn.functional.triplet_margin_loss`.

    Args:
        anchor: `(N, D)` or `(D,)`.
        positive: the same shape.
        negative: the same shape.
        margin: by how much the negative should be farther, above 0.
        p: the norm that the distance d is.
        eps: added to each difference.
        swap: whether `d(positive, negative)` counts where it is smaller than `d(anchor, negative)`.
        reduction: `"none"`, `"mean"` or `"sum"`.

    Reference: Balntas et al., Learning shallow convolutional feature descriptors with triplet losses,
    https://doi.org/10.5244/C.30.119

    >>> ops.triplet_margin_loss(torch.zeros(1, 2), torch.ones(1, 2), torch.full((1, 2), 2.0), p=1)
    tensor(0.)
    """

    def distance(first: Array, second: Array) -> Array:
        return pairwise_distance(first, second, p, eps)

    return _of_distances(anchor, positive, negative, distance, margin, swap, reduction)


@op
def triplet_margin_with_distance_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    *,
    distance_function: Callable[[Array, Array], Array] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Array:
    """`triplet_margin_loss` with a distance of one's own; `torch.nn.functional.triplet_margin_with_distance_loss`.

    Args:
        anchor: any shape.
        positive: the same count of axes.
        negative: the same count of axes.
        distance_function: takes two of them; by default the Euclidean distance along the last axis.
        margin: by how much the negative should be farther, above 0.
        swap: whether the distance of positive and negative counts where it is smaller.
        reduction: `"none"`, `"mean"` or `"sum"`.

    >>> def distance(x, y):
    ...     return ops.max(ops.abs(x - y), axis=-1)
    >>> x = torch.zeros(1, 2)
    >>> ops.triplet_margin_with_distance_loss(x, x + 3, x + 1, distance_function=distance)
    tensor(3.)
    """
    return _of_distances(anchor, positive, negative, distance_function or pairwise_distance, margin, swap, reduction)


def _of_distances(
    anchor: Array,
    positive: Array,
    negative: Array,
    distance: Callable[[Array, Array], Array],
    margin: float,
    swap: bool,
    reduction: str,
) -> Array:
    if margin <= 0:
        raise ValueError(f"expected a margin above 0, got {margin}")
    if not anchor.ndim == positive.ndim == negative.ndim:
        ranks = anchor.ndim, positive.ndim, negative.ndim
        raise InputShapeError(f"expected tensors of one count of axes, got {ranks}")
    far = distance(anchor, negative)
    if swap:
        far = minimum(far, distance(positive, negative))
    return reduced(clip(distance(anchor, positive) - far + margin, 0), reduction)
