"""Regularisation by chance: it draws from torch's generator, from the `rng` key in JAX, or the seed in TensorFlow."""

from __future__ import annotations

from bridge.dispatch import op
from bridge.ops import random
from bridge.ops.arithmetic import where
from bridge.ops.creation import zeros_like
from bridge.ops.manipulation import shape
from bridge.typing import Array

__all__ = [
    "alpha_dropout",
    "bernoulli_mask",
    "drop_path",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
]

_SATURATION = -1.7580993408473766
"""What `selu` tends to at minus infinity."""


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
    return _drop("dropout", input, p, training, axes=input.ndim)


@op
def dropout1d(input: Array, p: float = 0.5, training: bool = True, inplace: bool = False) -> Array:
    """`dropout` of whole channels; `torch.nn.functional.dropout1d`.

    Args:
        input: `(N, C, L)`, or `(C, L)`.
        p: from 0 to 1.
        training: without it the input comes back as it is.
        inplace: torch's own tensor is changed in place; elsewhere it makes no difference.

    Raises:
        ValueError: `p` is not a probability, or `input` has another number of axes.

    Reference: Tompson et al., Efficient Object Localization, https://arxiv.org/abs/1411.4280

    >>> ops.dropout1d(torch.ones(1, 2, 3), training=False).shape
    torch.Size([1, 2, 3])
    """
    _check_rank("dropout1d", input, (2, 3))
    return _drop("dropout1d", input, p, training, axes=input.ndim - 1)


@op
def dropout2d(input: Array, p: float = 0.5, training: bool = True, inplace: bool = False) -> Array:
    """`dropout` of whole channels; `torch.nn.functional.dropout2d`.

    Args:
        input: `(N, C, H, W)`, or `(N, C, L)`.
        p: from 0 to 1.
        training: without it the input comes back as it is.
        inplace: torch's own tensor is changed in place; elsewhere it makes no difference.

    Raises:
        ValueError: `p` is not a probability, or `input` has another number of axes, which torch warns of.

    >>> ops.dropout2d(torch.ones(1, 2, 3, 3), training=False).shape
    torch.Size([1, 2, 3, 3])
    """
    _check_rank("dropout2d", input, (3, 4))
    return _drop("dropout2d", input, p, training, axes=2)


@op
def dropout3d(input: Array, p: float = 0.5, training: bool = True, inplace: bool = False) -> Array:
    """`dropout` of whole channels; `torch.nn.functional.dropout3d`.

    Args:
        input: `(N, C, D, H, W)`, or `(C, D, H, W)`.
        p: from 0 to 1.
        training: without it the input comes back as it is.
        inplace: torch's own tensor is changed in place; elsewhere it makes no difference.

    Raises:
        ValueError: `p` is not a probability, or `input` has another number of axes, which torch warns of.

    >>> ops.dropout3d(torch.ones(1, 2, 3, 3, 3), training=False).shape
    torch.Size([1, 2, 3, 3, 3])
    """
    _check_rank("dropout3d", input, (4, 5))
    return _drop("dropout3d", input, p, training, axes=input.ndim - 3)


@op
def alpha_dropout(input: Array, p: float = 0.5, training: bool = False, inplace: bool = False) -> Array:
    """Dropout for `selu` that keeps mean 0 and variance 1; `torch.nn.functional.alpha_dropout`.

    What is dropped takes the value that `selu` tends to at minus infinity, before all is scaled and shifted.

    Args:
        input: floating point, of any shape.
        p: from 0 to 1.
        training: without it the input comes back as it is.
        inplace: torch's own tensor is changed in place; elsewhere it makes no difference.

    Raises:
        ValueError: `p` is not a probability.

    Reference: Klambauer et al., Self-Normalizing Neural Networks, https://arxiv.org/abs/1706.02515

    >>> ops.alpha_dropout(torch.ones(2))
    tensor([1., 1.])
    """
    return _drop("alpha_dropout", input, p, training, axes=input.ndim, alpha=True)


@op
def feature_alpha_dropout(input: Array, p: float = 0.5, training: bool = False, inplace: bool = False) -> Array:
    """`alpha_dropout` of whole channels; `torch.nn.functional.feature_alpha_dropout`.

    Args:
        input: `(N, C, *)`.
        p: from 0 to 1.
        training: without it the input comes back as it is.
        inplace: torch's own tensor is changed in place; elsewhere it makes no difference.

    Raises:
        ValueError: `p` is not a probability.

    >>> ops.feature_alpha_dropout(torch.ones(1, 2))
    tensor([[1., 1.]])
    """
    return _drop("feature_alpha_dropout", input, p, training, axes=2, alpha=True)


@op
def drop_path(input: Array, p: float = 0.5, training: bool = True) -> Array:
    """Stochastic depth: zeros whole examples with probability `p`, multiplies the rest by `1 / (1 - p)`.

    It goes before the addition of a residual connection; `torchvision.ops.stochastic_depth` in the mode `"row"`.

    Args:
        input: `(N, *)`.
        p: from 0 to 1.
        training: without it the input comes back as it is.

    Raises:
        ValueError: `p` is not a probability.

    Reference: Huang et al., Deep Networks with Stochastic Depth, https://arxiv.org/abs/1603.09382

    >>> ops.drop_path(torch.ones(2, 3), training=False).shape
    torch.Size([2, 3])
    """
    return _drop("drop_path", input, p, training, axes=1)


def _drop(name: str, input: Array, p: float, training: bool, *, axes: int, alpha: bool = False) -> Array:
    """Drops with probability `p` what belongs to one place in the first `axes` axes."""
    if not 0 <= p <= 1:
        raise ValueError(f"ops.{name} expected a probability p from 0 to 1, got {p}")
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0
    sizes = shape(input)
    masked = input if axes == len(sizes) else zeros_like(input, shape=sizes[:axes] + (1,) * (len(sizes) - axes))
    kept = bernoulli_mask(masked, 1 - p)
    if not alpha:
        return where(kept, input / (1 - p), 0)
    scale = ((1 - p) * (1 + p * _SATURATION**2)) ** -0.5
    return where(kept, input, _SATURATION) * scale - _SATURATION * p * scale


def _check_rank(name: str, input: Array, ranks: tuple[int, ...]) -> None:
    if input.ndim not in ranks:
        raise ValueError(f"ops.{name} expected {' or '.join(map(str, ranks))} axes, got {input.ndim}")


@op
def bernoulli_mask(input: Array, p: float) -> Array:
    """A mask of bool in the shape of `input`, true with probability `p`, drawn anew at each call.

    Raises:
        RuntimeError: there is no random key to draw from, in JAX or TensorFlow.

    >>> ops.bernoulli_mask(torch.zeros(2, 3), 1.0).all()
    tensor(True)
    """
    return random.bernoulli(shape(input), p)
