"""Losses of numbers against numbers, with the names and meaning of `torch.nn.functional`.

`reduction` is `"none"` for the losses as they are, `"mean"` or `"sum"`.
"""

from __future__ import annotations

import math

from bridge.dispatch import op
from bridge.errors import InputShapeError
from bridge.ops.arithmetic import abs, add, divide, multiply, square, subtract, where
from bridge.ops.comparison import greater
from bridge.ops.creation import full_like
from bridge.ops.losses import expect_shape, of_one_dtype, reduced, sizes_of
from bridge.ops.manipulation import expand_dims, stop_gradient
from bridge.ops.mathematics import exp, log
from bridge.ops.reductions import mean, sum
from bridge.typing import Array

__all__ = [
    "gaussian_nll_loss",
    "huber_loss",
    "l1_loss",
    "mse_loss",
    "poisson_nll_loss",
    "psnr",
    "smooth_l1_loss",
]


@op
def l1_loss(input: Array, target: Array, reduction: str = "mean", weight: Array | None = None) -> Array:
    """`abs(input - target)`, its mean, or its sum; `torch.nn.functional.l1_loss`.

    Args:
        input: any shape.
        target: the same shape.
        reduction: `"none"`, `"mean"` or `"sum"`.
        weight: multiplies each element, in the shape of the input; the mean is then divided by its sum.

    >>> ops.l1_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0]))
    tensor(1.)
    """
    return _weighed(abs(subtract(input, target)), input, weight, reduction)


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
    return _weighed(square(subtract(input, target)), input, weight, reduction)


def _weighed(losses: Array, input: Array, weight: Array | None, reduction: str) -> Array:
    if weight is None:
        return reduced(losses, reduction)
    expect_shape("weight", weight, sizes_of(input))
    losses = multiply(losses, weight)
    return divide(sum(losses), sum(weight)) if reduction == "mean" else reduced(losses, reduction)


@op
def smooth_l1_loss(input: Array, target: Array, reduction: str = "mean", beta: float = 1.0) -> Array:
    """Quadratic for errors below `beta`, linear above; `torch.nn.functional.smooth_l1_loss`.

    An error d costs `0.5 * d ** 2 / beta` below `beta`, else `d - 0.5 * beta`.

    Args:
        input: any shape.
        target: the same shape.
        reduction: `"none"`, `"mean"` or `"sum"`.
        beta: where the two parts meet; 0 gives `l1_loss`.

    Reference: Girshick, Fast R-CNN, https://arxiv.org/abs/1504.08083

    >>> ops.smooth_l1_loss(torch.tensor([0.0, 3.0]), torch.tensor([1.0, 0.0]), reduction="none")
    tensor([0.5000, 2.5000])
    """
    if beta < 0:
        raise ValueError(f"expected a beta of at least 0, got {beta}")
    errors = abs(subtract(input, target))
    if beta == 0:
        return reduced(errors, reduction)
    return reduced(where(errors < beta, square(errors) * (0.5 / beta), errors - 0.5 * beta), reduction)


@op
def huber_loss(
    input: Array, target: Array, reduction: str = "mean", delta: float = 1.0, weight: Array | None = None
) -> Array:
    """Quadratic for errors up to `delta`, linear above; `torch.nn.functional.huber_loss`.

    An error d costs `0.5 * d ** 2` up to `delta`, else `delta * (d - 0.5 * delta)`.

    Args:
        input: any shape.
        target: the same shape.
        reduction: `"none"`, `"mean"` or `"sum"`.
        delta: where the two parts meet, above 0.
        weight: multiplies each element, in the shape of the input; the mean is divided by the count all the same.

    Reference: Huber, Robust Estimation of a Location Parameter, https://doi.org/10.1214/aoms/1177703732

    >>> ops.huber_loss(torch.tensor([0.0, 3.0]), torch.tensor([1.0, 0.0]), reduction="none", delta=2.0)
    tensor([0.5000, 4.0000])
    """
    if delta <= 0:
        raise ValueError(f"expected a delta above 0, got {delta}")
    errors = abs(subtract(input, target))
    losses = where(errors <= delta, 0.5 * square(errors), delta * (errors - 0.5 * delta))
    if weight is not None:
        expect_shape("weight", weight, sizes_of(input))
        losses = multiply(losses, weight)
    return reduced(losses, reduction)


@op
def poisson_nll_loss(
    input: Array, target: Array, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
) -> Array:
    """The negative log likelihood of counts under a Poisson distribution; `torch.nn.functional.poisson_nll_loss`.

    Args:
        input: the logarithm of the expected count, of any shape.
        target: the counts, in the same shape.
        log_input: `False` takes the expected count itself for `input`.
        full: whether Stirling's approximation of `log(target!)` is added where the target is above 1.
        eps: added before the logarithm where `log_input` is `False`.
        reduction: `"none"`, `"mean"` or `"sum"`.

    >>> ops.poisson_nll_loss(torch.zeros(2), torch.tensor([1.0, 3.0]), reduction="none")
    tensor([1., 1.])
    """
    input, target = of_one_dtype(input, target)
    losses = exp(input) - target * input if log_input else input - target * log(input + eps)
    if full:
        counts = greater(target, 1)
        safe = where(counts, target, 1)
        losses = losses + where(counts, safe * log(safe) - safe + 0.5 * log(2 * math.pi * safe), 0)
    return reduced(losses, reduction)


@op
def gaussian_nll_loss(
    input: Array, target: Array, var: Array | float, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Array:
    """The negative log likelihood under a normal distribution; `torch.nn.functional.gaussian_nll_loss`.

    It is `0.5 * (log(var) + (input - target) ** 2 / var)`. torch refuses a tensor with a negative variance, for which
    it has to read the values; here that counts as `eps`.

    Args:
        input: the means, of any shape.
        target: the numbers observed, in the same shape.
        var: the variances, in the same shape, with one axis of size 1 or the last one left out; or one number.
        full: whether the constant `0.5 * log(2 * pi)` is added.
        eps: the smallest variance; no gradient is lost by it.
        reduction: `"none"`, `"mean"` or `"sum"`.

    Reference: Nix and Weigend, Estimating the mean and variance of the target probability distribution,
    https://doi.org/10.1109/ICNN.1994.374138

    >>> ops.gaussian_nll_loss(torch.zeros(2), torch.tensor([1.0, 2.0]), torch.ones(2), reduction="none")
    tensor([0.5000, 2.0000])
    """
    var = _variances(input, var)
    # A variance below eps counts as eps, with the gradient of the variance.
    var = where(var < eps, (var - stop_gradient(var)) + eps, var)
    losses = 0.5 * add(log(var), divide(square(subtract(input, target)), var))
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


def _variances(input: Array, var: Array | float) -> Array:
    if isinstance(var, float | int):
        if var < 0:
            raise ValueError(f"expected a var of at least 0, got {var}")
        return full_like(input, var)
    sizes, given = sizes_of(input), sizes_of(var)
    if given == sizes:
        return var
    if given == sizes[:-1]:
        return expand_dims(var, -1)
    if len(given) == len(sizes):
        other = [count for count, size in zip(given, sizes, strict=True) if count != size]
        if all(count in (1, None) for count in other):
            return var
    raise InputShapeError(
        f"expected var of shape {sizes}, or with one axis of size 1 or the last left out, got {given}"
    )


@op
def psnr(x1: Array, x2: Array, max_val: float) -> Array:
    """The peak signal-to-noise ratio of two signals, in decibels; `keras.ops.psnr`.

    It is `10 * log10(max_val ** 2 / mean((x1 - x2) ** 2))`, the mean being over all axes.

    Args:
        x1: any shape.
        x2: the same shape.
        max_val: the largest value that a signal may have.

    >>> ops.psnr(torch.zeros(4), torch.full((4,), 0.1), 1.0)
    tensor(20.)
    """
    expect_shape("x2", x2, sizes_of(x1))
    return 20 * math.log10(max_val) - 10 / math.log(10) * log(mean(square(subtract(x1, x2))))
