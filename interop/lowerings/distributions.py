"""Draws from distributions that tensors tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.multinomial")
def multinomial(self: Array, num_samples: int, replacement: bool = False) -> Array:
    logits = ops.log(self if self.ndim == 2 else ops.expand_dims(self, 0))
    if replacement:
        drawn = ops.random.categorical(logits, num_samples)
    else:  # the largest of perturbed logits are draws without replacement
        drawn = ops.top_k(ops.add(logits, ops.random.gumbel(ops.shape(logits), dtype=self.dtype)), num_samples)[1]
    return drawn if self.ndim == 2 else ops.squeeze(drawn, 0)


@lowers("aten.normal.Tensor_Tensor", "aten.normal.Tensor_float", "aten.normal.float_Tensor")
def normal(mean: Array | float, std: Array | float = 1) -> Array:
    shaped = ops.add(mean, std)
    noise = ops.random.normal(ops.shape(shaped), dtype=shaped.dtype)
    return ops.stop_gradient(ops.add(ops.multiply(noise, std), mean))  # torch gives mean and std no gradient


@lowers("aten.normal.float_float")
def normal_of_size(mean: float, std: float, size: Sequence[Any], dtype: Any = None) -> Array:
    return ops.random.normal(tuple(size), mean, std, dtype=dtype or torch.get_default_dtype())


@lowers("prims.normal")
def prims_normal(shape: Sequence[Any], *, mean: Any, std: Any, dtype: Any) -> Array:
    return ops.random.normal(tuple(shape), mean, std, dtype=dtype)


@lowers("prims.uniform")
def prims_uniform(
    shape: Sequence[Any], *, low: Any, high: Any, dtype: Any, stride: Any = None, generator: Any = None
) -> Array:
    return ops.random.uniform(tuple(shape), low, high, dtype=dtype)


@lowers("aten.normal_functional")
def normal_functional(self: Array, mean: float = 0, std: float = 1) -> Array:
    return ops.random.normal(ops.shape(self), mean, std, dtype=self.dtype)


@lowers("aten.randperm.default")
def randperm(n: int, dtype: Any = torch.int64) -> Array:
    return ops.astype(ops.random.permutation(n), dtype)


@lowers("aten.randint_like.default")
def randint_like(self: Array, high: int, dtype: Any = None) -> Array:
    return ops.astype(ops.random.randint(ops.shape(self), 0, high), dtype or self.dtype)


@lowers("aten.randint_like.low_dtype")
def randint_like_low(self: Array, low: int, high: int, dtype: Any = None) -> Array:
    return ops.astype(ops.random.randint(ops.shape(self), low, high), dtype or self.dtype)
