"""Stochastic depth: whole examples of a residual branch dropped at random."""

from __future__ import annotations

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["DropPath"]


class DropPath(Layer):
    """Zeros whole examples at random while training and multiplies the rest by `1 / (1 - p)`: stochastic depth.

    It stands at the end of a residual branch, which an example then skips. Randomness comes from torch's generator,
    from the `rng` key in JAX, from the seed in TensorFlow. It is torchvision's `StochasticDepth(p, "row")`.

    Args:
        p: the probability with which an example is dropped, from 0 to 1.

    Shape:
        Input and output `(N, *)`.

    Raises:
        ValueError: `p` is not a probability.
        InputShapeError: the input has no axes.

    Reference: Huang et al., Deep Networks with Stochastic Depth, https://arxiv.org/abs/1603.09382

    >>> nn.DropPath(0.2).eval()(torch.ones(2, 3)).shape
    torch.Size([2, 3])
    """

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"DropPath expected a probability p from 0 to 1, got {p}")
        super().__init__()
        self.p = p

    def forward(self, input: Array) -> Array:
        if input.ndim == 0:
            self.check_shapes(input)
        return ops.drop_path(input, self.p, self.training)

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(shape is None or len(shape) > 0, "(N, *)", input, "Its first axis must be the batch.")

    def extra_repr(self) -> str:
        return f"p={self.p}"
