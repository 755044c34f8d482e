"""Random numbers: from torch's generator, from the `rng` key in JAX, from a seed in TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.dropout")
def dropout(input: Array, p: float, train: bool) -> Array:
    return ops.dropout(input, p, train)


@lowers("aten.feature_dropout")
def feature_dropout(input: Array, p: float, train: bool) -> Array:
    """One number for each plane, whatever the rank."""
    if not train or p == 0:
        return input
    sizes = ops.shape(input)
    planes = ops.ones((*sizes[:2], *[1] * (len(sizes) - 2)), dtype=input.dtype)
    return ops.multiply(input, ops.dropout(planes, p))


@lowers("aten.alpha_dropout")
def alpha_dropout(input: Array, p: float, train: bool) -> Array:
    return ops.alpha_dropout(input, p, train)


@lowers("aten.feature_alpha_dropout")
def feature_alpha_dropout(input: Array, p: float, train: bool) -> Array:
    return ops.feature_alpha_dropout(input, p, train)


@lowers("aten.rrelu")
def rrelu(self: Array, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Array:
    return ops.rrelu(self, lower, upper, training)


@lowers("aten.native_dropout")
def native_dropout(input: Array, p: float, train: bool | None) -> tuple[Array, Array]:
    if train is False or p == 0:  # none counts as true
        return input, ops.ones_like(input, dtype="bool")
    mask = ops.not_equal(ops.bernoulli_mask(input, 1 - p), 0)
    scale = 0.0 if p == 1 else 1 / (1 - p)
    return ops.multiply(ops.multiply(input, ops.astype(mask, input.dtype)), scale), mask


@lowers("aten.native_dropout_backward")
def native_dropout_backward(grad_output: Array, mask: Array, scale: float) -> Array:
    return ops.multiply(ops.multiply(grad_output, ops.astype(mask, grad_output.dtype)), scale)


@lowers("aten.rand.default")
def rand(size: Sequence[Any], dtype: Any = None) -> Array:
    return ops.random.uniform(tuple(size), dtype=dtype or torch.get_default_dtype())


@lowers("aten.randn.default")
def randn(size: Sequence[Any], dtype: Any = None) -> Array:
    return ops.random.normal(tuple(size), dtype=dtype or torch.get_default_dtype())


@lowers("aten.rand_like")
def rand_like(self: Array, dtype: Any = None) -> Array:
    return ops.random.uniform(ops.shape(self), dtype=dtype or self.dtype)


@lowers("aten.randn_like")
def randn_like(self: Array, dtype: Any = None) -> Array:
    return ops.random.normal(ops.shape(self), dtype=dtype or self.dtype)


@lowers("aten.randint.default")
def randint(high: int, size: Sequence[Any], dtype: Any = torch.int64) -> Array:
    return ops.random.randint(tuple(size), 0, high, dtype=dtype)


@lowers("aten.randint.low")
def randint_low(low: int, high: int, size: Sequence[Any], dtype: Any = torch.int64) -> Array:
    return ops.random.randint(tuple(size), low, high, dtype=dtype)


@lowers("aten.bernoulli.default")
def bernoulli(self: Array) -> Array:
    return ops.random.bernoulli(ops.shape(self), self, dtype=self.dtype)


@lowers("aten.bernoulli.p")
def bernoulli_p(self: Array, p: float) -> Array:
    return ops.random.bernoulli(ops.shape(self), p, dtype=self.dtype)


@lowers("aten.geometric")
def geometric(self: Array, p: float) -> Array:
    """How many trials a success takes."""
    drawn = ops.random.uniform(ops.shape(self), dtype="float32")
    failures = ops.floor(ops.divide(ops.log1p(ops.negative(drawn)), math.log1p(-p)))
    return ops.astype(ops.add(failures, 1), self.dtype)


@lowers("aten._standard_gamma")
def standard_gamma(self: Array) -> Array:
    return ops.random.gamma(ops.shape(self), self, dtype=self.dtype)


@lowers("aten._sample_dirichlet")
def sample_dirichlet(self: Array) -> Array:
    drawn = ops.maximum(standard_gamma(self), ops.finfo(self.dtype).smallest_normal)  # or it would be 0 / 0
    return ops.divide(drawn, ops.sum(drawn, axis=-1, keepdims=True))


@lowers("aten.binomial")
def binomial(count: Array, prob: Array) -> Array:
    return ops.random.binomial(ops.shape(count), count, prob, dtype=count.dtype)
