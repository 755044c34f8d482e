"""Losses."""

from __future__ import annotations

from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

REDUCTIONS = ("none", "mean", "sum")


@lowers("aten.cross_entropy_loss")
def cross_entropy_loss(
    self: Array,
    target: Array,
    weight: Array | None = None,
    reduction: int = 1,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> Array:
    return ops.cross_entropy(self, target, weight, ignore_index, REDUCTIONS[reduction], label_smoothing)


@lowers("aten.nll_loss", "aten.nll_loss_nd", "aten.nll_loss2d")
def nll_loss(
    self: Array, target: Array, weight: Array | None = None, reduction: int = 1, ignore_index: int = -100
) -> Array:
    return ops.nll_loss(self, target, weight, ignore_index, REDUCTIONS[reduction])


@lowers("aten.nll_loss_forward", "aten.nll_loss2d_forward")
def nll_loss_forward(
    self: Array, target: Array, weight: Array | None, reduction: int, ignore_index: int
) -> tuple[Array, Array]:
    counted = ops.astype(ops.not_equal(target, ignore_index), self.dtype)
    if weight is not None:
        safe = ops.where(ops.equal(target, ignore_index), 0, target)
        counted = ops.multiply(counted, ops.take(weight, safe, axis=0))
    total = ops.sum(counted) if reduction else ops.zeros((), dtype=self.dtype)
    return nll_loss(self, target, weight, reduction, ignore_index), total


@lowers("aten.mse_loss")
def mse_loss(self: Array, target: Array, reduction: int = 1) -> Array:
    return ops.mse_loss(self, target, REDUCTIONS[reduction])


@lowers("aten.l1_loss")
def l1_loss(self: Array, target: Array, reduction: int = 1) -> Array:
    return ops.l1_loss(self, target, REDUCTIONS[reduction])


@lowers("aten.smooth_l1_loss")
def smooth_l1_loss(self: Array, target: Array, reduction: int = 1, beta: float = 1.0) -> Array:
    return ops.smooth_l1_loss(self, target, REDUCTIONS[reduction], beta)


@lowers("aten.huber_loss")
def huber_loss(self: Array, target: Array, reduction: int = 1, delta: float = 1.0) -> Array:
    return ops.huber_loss(self, target, REDUCTIONS[reduction], delta)


@lowers("aten.binary_cross_entropy")
def binary_cross_entropy(self: Array, target: Array, weight: Array | None = None, reduction: int = 1) -> Array:
    return ops.binary_cross_entropy(self, target, weight, REDUCTIONS[reduction])


@lowers("aten.binary_cross_entropy_with_logits")
def binary_cross_entropy_with_logits(
    self: Array, target: Array, weight: Array | None = None, pos_weight: Array | None = None, reduction: int = 1
) -> Array:
    return ops.binary_cross_entropy_with_logits(self, target, weight, REDUCTIONS[reduction], pos_weight)


@lowers("aten.kl_div")
def kl_div(self: Array, target: Array, reduction: int = 1, log_target: bool = False) -> Array:
    return ops.kl_div(self, target, REDUCTIONS[reduction], log_target)


@lowers("torch_nn._linear_cross_entropy_batch_chunked")
def linear_cross_entropy(
    input: Array,
    linear_weight: Array,
    target: Array,
    linear_bias: Array | None,
    weight: Array | None,
    reduction: str,
    ignore_index: int,
    label_smoothing: float,
    *chunking: Any,
) -> tuple[Array, None, None, None]:
    """Chunks save memory in torch; the gradients that its forward hands on are for its own backward."""
    loss = ops.linear_cross_entropy(
        input,
        linear_weight,
        target,
        linear_bias=linear_bias,
        weight=weight,
        reduction=reduction,
        ignore_index=ignore_index,
        label_smoothing=label_smoothing,
    )
    return loss, None, None, None


@lowers("torch_nn._linear_cross_entropy_batch_chunked_no_reduction")
def linear_cross_entropy_of_each(
    input: Array,
    linear_weight: Array,
    target: Array,
    linear_bias: Array | None,
    weight: Array | None,
    ignore_index: int,
    *chunking: Any,
) -> Array:
    options = (linear_bias, weight, "none", ignore_index, 0.0)
    return linear_cross_entropy(input, linear_weight, target, *options)[0]


@lowers("bridge.ctc_loss")
def ctc_loss(
    log_probs: Array,
    targets: Array,
    input_lengths: Array,
    target_lengths: Array,
    blank: int,
    reduction: str,
    zero_infinity: bool,
) -> Array:
    return ops.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, reduction, zero_infinity)
