"""New tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.interop.lowerings.elementwise import div
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


@lowers("aten._new_zeros_with_same_feature_meta")
def _tangent_of_zeros(self: Array, other: Array, *, self_num_batch_dims: int = 0) -> Array:
    return ops.zeros((*ops.shape(self)[:self_num_batch_dims], *ops.shape(other)), dtype=other.dtype)


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
    has_fraction = any(isinstance(one, float) for one in (start, end, step))
    if dtype is None:
        dtype = _default(None) if has_fraction else torch.int64
    if has_fraction and not dtype.is_floating_point:
        return _constant(torch.arange(start, end, step, dtype=dtype))
    return ops.arange(start, end, step, dtype=dtype)


def _constant(tensor: torch.Tensor) -> Array:
    """Whole numbers that torch made of fractions, which are rounded as it does."""
    return ops.asarray(tensor.numpy(), dtype=tensor.dtype)


@lowers("aten.linspace.default")
def linspace(start: Any, end: Any, steps: int, dtype: Any = None) -> Array:
    dtype = _default(dtype)
    if not (dtype.is_floating_point or dtype.is_complex):
        return _constant(torch.linspace(start, end, steps, dtype=dtype))
    return ops.linspace(start, end, steps, dtype=dtype)


@lowers("aten.logspace.default")
def logspace(start: Any, end: Any, steps: int, base: float = 10.0, dtype: Any = None) -> Array:
    dtype = _default(dtype)
    if not (dtype.is_floating_point or dtype.is_complex):
        return _constant(torch.logspace(start, end, steps, base, dtype=dtype))
    return ops.logspace(start, end, steps, base=base, dtype=dtype)


@lowers("aten.linspace.Tensor_Tensor", "aten.linspace.Tensor_Scalar", "aten.linspace.Scalar_Tensor")
def linspace_of_tensors(start: Any, end: Any, steps: int, dtype: Any = None) -> Array:
    dtype = _default(dtype)
    start, end = (
        ops.astype(one, dtype) if ops.is_tensor(one) else ops.full((), one, dtype=dtype) for one in (start, end)
    )
    if steps == 1:
        return ops.reshape(start, (1,))
    way = ops.subtract(end, start)
    if not (dtype.is_floating_point or dtype.is_complex):
        places = ops.arange(steps, dtype=dtype)
        return div(ops.add(ops.multiply(start, steps - 1), ops.multiply(way, places)), steps - 1, rounding_mode="trunc")
    step = ops.divide(way, max(steps - 1, 1))
    places = ops.arange(steps, dtype=ops.real(step).dtype)
    # Each half is counted from its own end, as in torch.
    from_end = ops.subtract(end, ops.multiply(step, ops.subtract(steps - 1, places)))
    return ops.where(ops.less(places, steps // 2), ops.add(start, ops.multiply(step, places)), from_end)


@lowers("aten.eye.default")
def eye(n: Any, dtype: Any = None) -> Array:
    return ops.eye(n, dtype=_default(dtype))


@lowers("aten.eye.m")
def eye_m(n: Any, m: Any, dtype: Any = None) -> Array:
    return ops.eye(n, m, dtype=_default(dtype))
