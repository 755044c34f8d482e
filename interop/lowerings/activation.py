"""Activations."""

from __future__ import annotations

import math
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

for _name in (
    *("celu", "gelu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "log_sigmoid", "mish"),
    *("prelu", "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softshrink", "threshold"),
):
    lowers(f"aten.{_name}")(getattr(ops, _name))

lowers("aten._prelu_kernel")(ops.prelu)


@lowers("aten.elu")
def elu(self: Array, alpha: float = 1, scale: float = 1, input_scale: float = 1) -> Array:
    negative = ops.multiply(ops.expm1(ops.multiply(ops.minimum(self, 0), input_scale)), alpha * scale)
    return ops.where(ops.greater(self, 0), ops.multiply(self, scale), negative)


@lowers("aten.glu")
def glu(self: Array, dim: int = -1) -> Array:
    return ops.glu(self, axis=dim)


@lowers("aten.softmax.int")
def softmax(self: Array, dim: int, dtype: Any = None) -> Array:
    return ops.softmax(_cast(self, dtype), axis=dim)


@lowers("aten._safe_softmax")
def _safe_softmax(self: Array, dim: int, dtype: Any = None) -> Array:
    """A row of minus infinity alone is 0."""
    x = _cast(self, dtype)
    reachable = ops.any(ops.greater(x, -math.inf), axis=dim, keepdims=True)
    return ops.where(reachable, ops.softmax(ops.where(reachable, x, 0.0), axis=dim), 0.0)


@lowers("aten._softmax")
def _softmax(self: Array, dim: int, half_to_float: bool = False) -> Array:
    return ops.softmax(_cast(self, "float32" if half_to_float else None), axis=dim)


@lowers("aten.log_softmax.int")
def log_softmax(self: Array, dim: int, dtype: Any = None) -> Array:
    return ops.log_softmax(_cast(self, dtype), axis=dim)


@lowers("aten._log_softmax")
def _log_softmax(self: Array, dim: int, half_to_float: bool = False) -> Array:
    return ops.log_softmax(_cast(self, "float32" if half_to_float else None), axis=dim)


def _cast(x: Array, dtype: Any) -> Array:
    return x if dtype is None else ops.astype(x, dtype)


@lowers("aten.silu_backward")
def silu_backward(grad_output: Array, self: Array) -> Array:
    """What a forward runs that asks for its own gradient; PyTorch decomposes those of its other activations."""
    gate = ops.sigmoid(self)
    return grad_output * gate * (1.0 + self * (1.0 - gate))
