"""Overrides of `bridge.ops.creation` for JAX."""

from typing import Any

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import default_dtype, jax_dtype
from bridge.dtypes import number_type
from bridge.typing import Array, DType, Number, Shape


def full(shape: int | Shape, fill_value: Number, *, dtype: DType | None = None) -> jax.Array:
    return jnp.full(shape, fill_value, _dtype_of(fill_value) if dtype is None else jax_dtype(dtype))


def zeros(shape: int | Shape, *, dtype: DType | None = None) -> jax.Array:
    return jnp.zeros(shape, default_dtype() if dtype is None else jax_dtype(dtype))


def ones(shape: int | Shape, *, dtype: DType | None = None) -> jax.Array:
    return jnp.ones(shape, default_dtype() if dtype is None else jax_dtype(dtype))


def arange(start: float, /, stop: float | None = None, step: float = 1, *, dtype: DType | None = None) -> jax.Array:
    start, stop = (0, start) if stop is None else (start, stop)
    return jnp.arange(start, stop, step, _dtype_of(start + stop + step) if dtype is None else jax_dtype(dtype))


def asarray(obj: object, /, *, dtype: DType | None = None) -> jax.Array:
    if dtype is not None:
        return jnp.asarray(obj, jax_dtype(dtype))
    array = jnp.asarray(obj)
    if array.dtype.kind == "f" and not hasattr(obj, "dtype"):
        return array.astype(default_dtype())
    return array


def full_like(
    x: Array, /, fill_value: Number, *, dtype: DType | None = None, shape: int | Shape | None = None
) -> jax.Array:
    return jnp.full_like(x, fill_value, None if dtype is None else jax_dtype(dtype), shape=shape)


def arange_like(
    x: Array, /, start: float, stop: float | None = None, step: float = 1, *, dtype: DType | None = None
) -> jax.Array:
    return arange(start, stop, step, dtype=dtype)


def asarray_like(x: Array, obj: object, /, *, dtype: DType | None = None) -> jax.Array:
    return asarray(obj, dtype=dtype)


def _dtype_of(number: Number) -> Any:
    kind = number_type(number)
    return default_dtype() if kind is float else jax_dtype({bool: "bool", int: "int64", complex: "complex64"}[kind])
