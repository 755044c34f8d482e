"""Normalisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.layer_norm")
def layer_norm(
    input: Array,
    normalized_shape: Sequence[int],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Array:
    return ops.layer_norm(input, tuple(normalized_shape), weight, bias, eps)


@lowers("aten.native_layer_norm")
def native_layer_norm(
    input: Array, normalized_shape: Sequence[int], weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array, Array]:
    axes = tuple(range(-len(normalized_shape), 0))
    mean = ops.mean(input, axis=axes, keepdims=True)
    spread = ops.rsqrt(ops.add(ops.var(input, axis=axes, keepdims=True), eps))
    return ops.layer_norm(input, tuple(normalized_shape), weight, bias, eps), mean, spread


@lowers("aten.rms_norm")
def rms_norm(
    input: Array, normalized_shape: Sequence[int], weight: Array | None = None, eps: float | None = None
) -> Array:
    return ops.rms_norm(input, tuple(normalized_shape), weight, eps)


@lowers("aten.group_norm")
def group_norm(
    input: Array,
    num_groups: int,
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Array:
    return ops.group_norm(input, num_groups, weight, bias, eps)


@lowers("aten.native_group_norm")
def native_group_norm(
    input: Array, weight: Array | None, bias: Array | None, n: Any, c: Any, hxw: Any, group: int, eps: float
) -> tuple[Array, Array, Array]:
    grouped = ops.reshape(input, (ops.shape(input)[0], group, -1))
    spread = ops.rsqrt(ops.add(ops.var(grouped, axis=-1), eps))
    return ops.group_norm(input, group, weight, bias, eps), ops.mean(grouped, axis=-1), spread


@lowers("aten._native_batch_norm_legit_functional")
def batch_norm_functional(
    input: Array,
    weight: Array | None,
    bias: Array | None,
    running_mean: Array,
    running_var: Array,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Array, Array, Array, Array, Array]:
    if not training:
        output = ops.batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
        return output, _empty(input), _empty(input), running_mean, running_var
    output, mean, var = ops.batch_norm_training(input, running_mean, running_var, weight, bias, momentum, eps)
    return output, *_saved(input, eps), mean, var


@lowers("aten._native_batch_norm_legit.no_stats")
def batch_norm_without_statistics(
    input: Array, weight: Array | None, bias: Array | None, training: bool, momentum: float, eps: float
) -> tuple[Array, Array, Array]:
    return ops.batch_norm(input, None, None, weight, bias, True, momentum, eps), *_saved(input, eps)


@lowers("aten._native_batch_norm_legit_no_training")
def batch_norm_in_eval(
    input: Array,
    weight: Array | None,
    bias: Array | None,
    running_mean: Array,
    running_var: Array,
    momentum: float,
    eps: float,
) -> tuple[Array, Array, Array]:
    output = ops.batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    return output, _empty(input), _empty(input)


def _saved(x: Array, eps: float) -> tuple[Array, Array]:
    """The batch's own statistics, which torch keeps for its backward."""
    axes = (0, *range(2, x.ndim))
    return ops.mean(x, axis=axes), ops.rsqrt(ops.add(ops.var(x, axis=axes), eps))


def _empty(x: Array) -> Array:
    return ops.zeros((0,), dtype=x.dtype)
