"""Activation functions, with the names and meaning of `torch.nn.functional`."""

from __future__ import annotations

from bridge.dispatch import op
from bridge.ops.elementwise import erf, exp, maximum, negative, reciprocal, tanh
from bridge.ops.reductions import logsumexp
from bridge.typing import Array

__all__ = [
    "gelu",
    "log_softmax",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
]


@op
def relu(input: Array) -> Array:
    """`max(input, 0)`, of any shape; its gradient at 0 is 0; `torch.nn.functional.relu`.

    >>> ops.relu(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return maximum(input, 0)


@op
def gelu(input: Array, approximate: str = "none") -> Array:
    """Gaussian error linear unit, `input * Phi(input)`, of any shape; `torch.nn.functional.gelu`.

    Args:
        input: floating point.
        approximate: `"none"`, or `"tanh"` for the approximation by a hyperbolic tangent.

    Reference: Hendrycks and Gimpel, Gaussian Error Linear Units, https://arxiv.org/abs/1606.08415

    >>> ops.gelu(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8413])
    """
    if approximate == "tanh":
        return 0.5 * input * (1 + tanh(0.7978845608028654 * (input + 0.044715 * input * input * input)))
    return 0.5 * input * (1 + erf(input * 0.7071067811865476))


@op
def silu(input: Array) -> Array:
    """`input * sigmoid(input)`, of any shape; `torch.nn.functional.silu`.

    >>> ops.silu(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """
    return input * sigmoid(input)


@op
def sigmoid(input: Array) -> Array:
    """`1 / (1 + exp(-input))`, of any shape; `torch.nn.functional.sigmoid`.

    >>> ops.sigmoid(torch.zeros(2))
    tensor([0.5000, 0.5000])
    """
    return reciprocal(1 + exp(negative(input)))


@op
def softmax(input: Array, axis: int = -1) -> Array:
    """`exp(input)` divided by its sum along `axis`, of the shape of `input`; `torch.nn.functional.softmax`.

    >>> ops.softmax(torch.zeros(2, 4))[0]
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """
    return exp(log_softmax(input, axis))


@op
def log_softmax(input: Array, axis: int = -1) -> Array:
    """The logarithm of `softmax`, without overflow; `torch.nn.functional.log_softmax`.

    >>> ops.log_softmax(torch.zeros(4))
    tensor([-1.3863, -1.3863, -1.3863, -1.3863])
    """
    return input - logsumexp(input, axis=axis, keepdims=True)
