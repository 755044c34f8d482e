"""Random ops: they draw from torch's generator, from the `rng` key in JAX, or from the seed in TensorFlow."""

from __future__ import annotations

from bridge.dispatch import op, primitive
from bridge.ops.creation import zeros_like
from bridge.ops.elementwise import where
from bridge.typing import Array

__all__ = [
    "bernoulli_mask",
    "dropout",
]


@op
def dropout(input: Array, p: float = 0.5, training: bool = True, inplace: bool = False) -> Array:
    """Zeros each element with probability `p` and multiplies the rest by `1 / (1 - p)`; `torch.nn.functional.dropout`.

    Args:
        input: floating point, of any shape.
        p: from 0 to 1.
        training: without it the input comes back as it is.
        inplace: torch's own tensor is changed in place; elsewhere it makes no difference.

    Raises:
        ValueError: `p` is not a probability.
        RuntimeError: there is no random key to draw from, in JAX or TensorFlow.

    Reference: Srivastava et al., Dropout, https://jmlr.org/papers/v15/srivastava14a.html

    >>> ops.dropout(torch.ones(2), p=0.5, training=False)
    tensor([1., 1.])
    """
    if not 0 <= p <= 1:
        raise ValueError(f"ops.dropout expected a probability p from 0 to 1, got {p}")
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0
    return where(bernoulli_mask(input, 1 - p), input / (1 - p), zeros_like(input))


@primitive
def bernoulli_mask(input: Array, p: float) -> Array:
    """A mask of bool in the shape of `input`, true with probability `p`, drawn anew at each call.

    Raises:
        RuntimeError: there is no random key to draw from, in JAX or TensorFlow.

    >>> ops.bernoulli_mask(torch.zeros(2, 3), 1.0).all()
    tensor(True)
    """
