"""Distances and similarities of vectors, with the names and meaning of `torch.nn.functional`.

The gradient of a distance that is 0 is 0. Integers count as the default floating dtype, and two operands promote.
"""

from __future__ import annotations

import numpy

from bridge.dispatch import op
from bridge.ops.arithmetic import add, divide, maximum, multiply, subtract, where
from bridge.ops.creation import asarray_like
from bridge.ops.indexing import take
from bridge.ops.linalg import vector_norm
from bridge.ops.manipulation import broadcast_to, expand_dims, shape, stop_gradient
from bridge.ops.reductions import sum
from bridge.typing import Array

__all__ = [
    "cdist",
    "cosine_similarity",
    "normalize",
    "pairwise_distance",
    "pdist",
]


@op
def cdist(x1: Array, x2: Array, p: float = 2.0) -> Array:
    """The p-norm distance of each vector of `x1` to each of `x2`; `torch.cdist`.

    Args:
        x1: `(*, P, M)`.
        x2: `(*, R, M)`, whose batch axes broadcast with those of `x1`.
        p: the norm, at least 0: 0 counts the elements that differ, infinity takes the largest difference.

    Returns:
        `(*, P, R)`.

    >>> ops.cdist(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
    tensor([[5., 1.]])
    """
    if p < 0:
        raise ValueError(f"expected a p of at least 0, got {p}")
    return vector_norm(subtract(expand_dims(x1, -2), expand_dims(x2, -3)), axis=-1, ord=p)


@op
def pdist(input: Array, p: float = 2.0) -> Array:
    """The p-norm distance of each pair of vectors, as the rows of `cdist` above its diagonal; `torch.pdist`.

    Args:
        input: `(N, M)`.
        p: the norm, at least 0.

    Returns:
        `(N * (N - 1) / 2,)`.

    >>> ops.pdist(torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    if p < 0:
        raise ValueError(f"expected a p of at least 0, got {p}")
    if input.ndim != 2:
        raise ValueError(f"expected a matrix, got {input.ndim} dimensions")
    first, second = pairs_of(input)
    return vector_norm(subtract(take(input, first, axis=0), take(input, second, axis=0)), axis=-1, ord=p)


@op
def pairs_of(x: Array, /) -> tuple[Array, Array]:
    """The indices of the first and of the second of each pair along the first axis of `x`; for the body of `pdist`.

    >>> from bridge.ops.distances import pairs_of
    >>> pairs_of(torch.zeros(3, 1))
    (tensor([0, 0, 1]), tensor([1, 2, 2]))
    """
    first, second = numpy.triu_indices(shape(x)[0], 1)
    return asarray_like(x, first), asarray_like(x, second)


@op
def pairwise_distance(x1: Array, x2: Array, p: float = 2.0, eps: float = 1e-6, keepdims: bool = False) -> Array:
    """The p-norm of `x1 - x2 + eps` over the last axis; `torch.nn.functional.pairwise_distance`.

    Args:
        x1: `(*, M)`.
        x2: a shape that broadcasts with that of `x1`.
        p: the norm.
        eps: added to each difference.
        keepdims: leaves the axis with size 1.

    >>> ops.pairwise_distance(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """
    return vector_norm(add(subtract(x1, x2), eps), axis=-1, keepdims=keepdims, ord=p)


@op
def cosine_similarity(x1: Array, x2: Array, axis: int = 1, eps: float = 1e-8) -> Array:
    """The cosine of the angle between vectors along `axis`; `torch.nn.functional.cosine_similarity`.

    Args:
        x1: of any shape.
        x2: a shape that broadcasts with that of `x1`.
        axis: the axis of the vectors, after broadcasting.
        eps: the least that counts as a norm; as in torch, gradients are those of the norm itself.

    >>> ops.cosine_similarity(torch.tensor([[1.0, 0.0]]), torch.tensor([[3.0, 4.0]]))
    tensor([0.6000])
    """
    sizes = shape(multiply(x1, x2))
    one, other = (_direction(broadcast_to(x, sizes), axis, eps) for x in (x1, x2))
    return sum(multiply(one, other), axis=axis)


def _direction(x: Array, axis: int, eps: float) -> Array:
    norm = vector_norm(x, axis=axis, keepdims=True)
    return divide(x, where(norm > eps, norm, eps + (norm - stop_gradient(norm))))


@op
def normalize(input: Array, p: float = 2.0, axis: int | tuple[int, ...] = 1, eps: float = 1e-12) -> Array:
    """`input / maximum(norm, eps)` with the p-norm along `axis`; `torch.nn.functional.normalize`.

    >>> ops.normalize(torch.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    return divide(input, maximum(vector_norm(input, axis=axis, keepdims=True, ord=p), eps))
