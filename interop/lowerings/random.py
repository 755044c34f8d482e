"""Random numbers: from torch's generator, from the `rng` key in JAX, from a seed in TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.dropout", "aten.feature_dropout")
def dropout(input: Array, p: float, train: bool) -> Array:
    return ops.dropout(input, p, train)


@lowers("aten.native_dropout")
def native_dropout(input: Array, p: float, train: bool | None) -> tuple[Array, Array]:
    if not train or p == 0:
        return input, ops.ones_like(input, dtype="bool")
    mask = ops.not_equal(ops.bernoulli_mask(input, 1 - p), 0)
    scale = 0.0 if p == 1 else 1 / (1 - p)
    return ops.multiply(ops.multiply(input, ops.astype(mask, input.dtype)), scale), mask


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
