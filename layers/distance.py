"""Distances and similarities between vectors."""

from __future__ import annotations

from itertools import zip_longest

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["CosineSimilarity", "PairwiseDistance"]


class _Distance(Layer):
    """What they share: the check of the two inputs."""

    def _expect_vectors(self, x1: Array, x2: Array, axis: int) -> None:
        first, second = static_shape(x1), static_shape(x2)
        if first is None or second is None:
            return
        sizes = zip_longest(reversed(first), reversed(second))
        broadcasts = all(one == other or one in (None, 1) or other in (None, 1) for one, other in sizes)
        rank = max(len(first), len(second))
        self.expect(
            broadcasts and -rank <= axis < rank,
            f"that broadcasts with the other's, {second}, to one with an axis {axis}",
            x1,
            "Both inputs hold vectors along that axis.",
        )


class PairwiseDistance(_Distance, torch.nn.PairwiseDistance):
    """The p-norm of `x1 - x2 + eps` over the last axis: `torch.nn.PairwiseDistance` for every framework.

    Shape:
        Inputs `(*, M)`, which broadcast; output `(*)`, or `(*, 1)` with `keepdim`.

    Raises:
        InputShapeError: the inputs do not broadcast, or are scalars.

    >>> nn.PairwiseDistance()(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """

    def forward(self, x1: Array, x2: Array) -> Array:
        return ops.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)

    def check_shapes(self, x1: Array, x2: Array) -> None:
        self._expect_vectors(x1, x2, -1)


class CosineSimilarity(_Distance, torch.nn.CosineSimilarity):
    """The cosine of the angle between vectors along `dim`: `torch.nn.CosineSimilarity` for every framework.

    Shape:
        Inputs `(*, M, *)`, which broadcast; output `(*, *)`, without the axis `dim`.

    Raises:
        InputShapeError: the inputs do not broadcast, or have no such axis.

    >>> nn.CosineSimilarity()(torch.tensor([[1.0, 0.0]]), torch.tensor([[3.0, 4.0]]))
    tensor([0.6000])
    """

    def forward(self, x1: Array, x2: Array) -> Array:
        return ops.cosine_similarity(x1, x2, self.dim, self.eps)

    def check_shapes(self, x1: Array, x2: Array) -> None:
        self._expect_vectors(x1, x2, self.dim)
