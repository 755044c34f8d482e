"""Losses of numbers against numbers."""

from __future__ import annotations

import torch
from torch.compiler import is_compiling

from bridge import Layer, ops
from bridge.layers.loss import PairLoss, agree, broadcast
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["GaussianNLLLoss", "HuberLoss", "L1Loss", "MSELoss", "PoissonNLLLoss", "SmoothL1Loss"]


class L1Loss(PairLoss, torch.nn.L1Loss):
    """The mean absolute error: `torch.nn.L1Loss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.L1Loss()(torch.ones(2), torch.zeros(2))
    tensor(1.)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.l1_loss(input, target, reduction=self.reduction)


class MSELoss(PairLoss, torch.nn.MSELoss):
    """The mean squared error: `torch.nn.MSELoss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.MSELoss()(torch.ones(2), torch.zeros(2))
    tensor(1.)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.mse_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(PairLoss, torch.nn.SmoothL1Loss):
    """Squared errors below `beta`, absolute ones above: `torch.nn.SmoothL1Loss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.SmoothL1Loss()(torch.ones(2), torch.zeros(2))
    tensor(0.5000)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(PairLoss, torch.nn.HuberLoss):
    """Squared errors up to `delta`, absolute ones above: `torch.nn.HuberLoss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.HuberLoss()(torch.tensor([3.0]), torch.zeros(1))
    tensor(2.5000)
    """

    def forward(self, input: Array, target: Array) -> Array:
        return ops.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class PoissonNLLLoss(PairLoss, torch.nn.PoissonNLLLoss):
    """The negative log likelihood of counts: `torch.nn.PoissonNLLLoss` for every framework.

    Shape:
        Input and target of one shape; the output has no dimensions, or that shape if `reduction="none"`.

    Raises:
        InputShapeError: the shapes cannot be broadcast.

    >>> nn.PoissonNLLLoss()(torch.zeros(2), torch.ones(2))
    tensor(1.)
    """

    def forward(self, log_input: Array, target: Array) -> Array:
        return ops.poisson_nll_loss(
            log_input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )

    def check_shapes(self, log_input: Array, target: Array) -> None:
        super().check_shapes(log_input, target)


class GaussianNLLLoss(Layer, torch.nn.GaussianNLLLoss):
    """The negative log likelihood of numbers under means and variances: `torch.nn.GaussianNLLLoss` for every framework.

    A negative variance is an error on torch tensors, as in torch.nn; in other frameworks, and where torch compiles or
    exports, nobody can read it, and it counts as `eps`.

    Shape:
        Input (the means) and target of one shape; the variances too, or with one axis of size 1 or the last one left
        out, or one number. The output has no dimensions, or the input's shape if `reduction="none"`.

    Raises:
        InputShapeError: target or variances do not go with the input.

    >>> nn.GaussianNLLLoss()(torch.zeros(2), torch.ones(2), torch.ones(2))
    tensor(0.5000)
    """

    def forward(self, input: Array, target: Array, var: Array | float) -> Array:
        if not self.is_replica and not is_compiling():  # torch's own reads the variances, to refuse a negative one
            return super().forward(input, target, var)
        return ops.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)

    def check_shapes(self, input: Array, target: Array, var: Array | float) -> None:
        shape, received = static_shape(input), static_shape(target)
        if shape is None or received is None:
            return
        self.expect(broadcast(shape, received), f"{shape} as its target", target, "Give both one shape.")
        given = None if isinstance(var, int | float) else static_shape(var)
        if given is not None:
            self.expect(
                agree(given, shape) or agree(given, shape[:-1]) or _one_axis_of_one(given, shape),
                f"{shape} as its var",
                var,
                "One axis of var may have the size 1, or the last one may be left out.",
            )


def _one_axis_of_one(shape: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
    """Whether the shapes differ by no more than one axis, which the first has of size 1."""
    if len(shape) != len(other):
        return False
    return [a for a, b in zip(shape, other, strict=True) if a != b and None not in (a, b)] in ([], [1])
