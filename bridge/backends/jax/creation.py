"""Overrides of `bridge.ops.creation` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import default_dtype, jax_dtype, number_dtype
from bridge.typing import Array, Device, DType, Number, Shape

from_dlpack = jnp.from_dlpack
copy = jnp.copy


def full(shape: int | Shape, fill_value: Number, *, dtype: DType | None = None, device: Device = None) -> jax.Array:
    return jnp.full(shape, fill_value, number_dtype(fill_value) if dtype is None else jax_dtype(dtype), device=device)


def zeros(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> jax.Array:
    return jnp.zeros(shape, default_dtype() if dtype is None else jax_dtype(dtype), device=device)


def ones(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> jax.Array:
    return jnp.ones(shape, default_dtype() if dtype is None else jax_dtype(dtype), device=device)


def empty(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> jax.Array:
    return zeros(shape, dtype=dtype, device=device)


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: DType | None = None,
    device: Device = None,
) -> jax.Array:
    start, stop = (0, start) if stop is None else (start, stop)
    dtype = number_dtype(start + stop + step) if dtype is None else jax_dtype(dtype)
    return jnp.arange(start, stop, step, dtype, device=device)


def asarray(
    obj: object, /, *, dtype: DType | None = None, device: Device = None, copy: bool | None = None
) -> jax.Array:
    if dtype is not None:
        return jnp.asarray(obj, jax_dtype(dtype), copy=copy, device=device)
    array = jnp.asarray(obj, copy=copy, device=device)
    if hasattr(obj, "dtype") or array.dtype.kind not in "fc":
        return array
    return array.astype(number_dtype(0.0 if array.dtype.kind == "f" else 0j))


def full_like(
    x: Array,
    /,
    fill_value: Number,
    *,
    dtype: DType | None = None,
    device: Device = None,
    shape: int | Shape | None = None,
) -> jax.Array:
    return jnp.full_like(x, fill_value, None if dtype is None else jax_dtype(dtype), shape=shape, device=device)


def arange_like(
    x: Array, /, start: float, stop: float | None = None, step: float = 1, *, dtype: DType | None = None
) -> jax.Array:
    return arange(start, stop, step, dtype=dtype)


def asarray_like(x: Array, obj: object, /, *, dtype: DType | None = None) -> jax.Array:
    return asarray(obj, dtype=dtype)
