"""New tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


def _default(dtype: Any) -> Any:
    return torch.get_default_dtype() if dtype is None else dtype


@lowers("aten.full")
def full(size: Sequence[Any], fill_value: Any, dtype: Any = None, names: Any = None) -> Array:
    return ops.full(tuple(size), fill_value, dtype=dtype)


@lowers("aten.zeros.default", "aten.empty.memory_format", "aten.empty_strided", "aten.empty_permuted")
def zeros(size: Sequence[Any], strides: Any = None, dtype: Any = None) -> Array:
    return ops.zeros(tuple(size), dtype=_default(dtype))


@lowers("aten.ones.default")
def ones(size: Sequence[Any], dtype: Any = None) -> Array:
    return ops.ones(tuple(size), dtype=_default(dtype))


@lowers("aten.full_like")
def full_like(self: Array, fill_value: Any, dtype: Any = None) -> Array:
    return ops.full_like(self, fill_value, dtype=dtype)


@lowers("aten.zeros_like", "aten.empty_like")
def zeros_like(self: Array, dtype: Any = None) -> Array:
    return ops.zeros_like(self, dtype=dtype)


@lowers("aten.ones_like")
def ones_like(self: Array, dtype: Any = None) -> Array:
    return ops.ones_like(self, dtype=dtype)


@lowers("aten.new_zeros", "aten.new_empty", "aten.new_empty_strided")
def new_zeros(self: Array, size: Sequence[Any], stride: Any = None, dtype: Any = None) -> Array:
    return ops.zeros(tuple(size), dtype=self.dtype if dtype is None else dtype)


@lowers("aten.new_ones")
def new_ones(self: Array, size: Sequence[Any], dtype: Any = None) -> Array:
    return ops.ones(tuple(size), dtype=self.dtype if dtype is None else dtype)


@lowers("aten.new_full")
def new_full(self: Array, size: Sequence[Any], fill_value: Any, dtype: Any = None) -> Array:
    return ops.full(tuple(size), fill_value, dtype=self.dtype if dtype is None else dtype)


@lowers("aten.fill.Scalar", "aten.fill.Tensor")
def fill(self: Array, value: Any) -> Array:
    if ops.is_tensor(value):
        return ops.broadcast_to(ops.astype(value, self.dtype), ops.shape(self))
    return ops.full_like(self, value)


@lowers("aten.copy")
def copy(self: Array, src: Array) -> Array:
    return ops.broadcast_to(ops.astype(src, self.dtype), ops.shape(self))


@lowers("aten.scalar_tensor")
def scalar_tensor(s: Any, dtype: Any = None) -> Array:
    return ops.full((), s, dtype=_default(dtype)) if isinstance(s, int | float | complex) else ops.astype(s, dtype)


@lowers("aten.arange.default")
def arange(end: Any, dtype: Any = None) -> Array:
    return arange_step(0, end, 1, dtype)


@lowers("aten.arange.start")
def arange_start(start: Any, end: Any, dtype: Any = None) -> Array:
    return arange_step(start, end, 1, dtype)


@lowers("aten.arange.start_step")
def arange_step(start: Any, end: Any, step: Any = 1, dtype: Any = None) -> Array:
    if dtype is None:
        dtype = _default(None) if any(isinstance(one, float) for one in (start, end, step)) else torch.int64
    return ops.arange(start, end, step, dtype=dtype)


@lowers("aten.linspace")
def linspace(start: Any, end: Any, steps: int, dtype: Any = None) -> Array:
    return ops.linspace(start, end, steps, dtype=_default(dtype))


@lowers("aten.eye.default")
def eye(n: Any, dtype: Any = None) -> Array:
    return ops.eye(n, dtype=_default(dtype))


@lowers("aten.eye.m")
def eye_m(n: Any, m: Any, dtype: Any = None) -> Array:
    return ops.eye(n, m, dtype=_default(dtype))
