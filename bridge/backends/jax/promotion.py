"""PyTorch's promotion for JAX arrays."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import torch

from bridge.dtypes import dtype_name, number_type, promoted_name
from bridge.frameworks import framework_of
from bridge.typing import Array, DType, Number


def jax_dtype(dtype: DType) -> Any:
    """The dtype of that name as JAX holds it: 64-bit numbers as 32-bit without x64."""
    return jax.dtypes.canonicalize_dtype(jnp.dtype(dtype_name(dtype)))


def default_dtype() -> Any:
    """What integers become where fractions are needed."""
    return jax_dtype(torch.get_default_dtype())


def number_dtype(number: Number) -> Any:
    """What a Python number is by default, as in PyTorch."""
    kind = number_type(number)
    if kind in (float, complex):
        return default_dtype() if kind is float else jnp.result_type(default_dtype(), jnp.complex64)
    return jax_dtype({bool: "bool", int: "int64"}[kind])


INEXACT = frozenset(map(jnp.dtype, ("float16", "bfloat16", "float32", "float64", "complex64", "complex128")))
"""Dtypes that hold fractions. A dtype is looked up in a tenth of the time that its name takes."""


def floating(x: Array) -> jax.Array:
    """`x`, or integers and bool as the default floating dtype."""
    return x if x.dtype in INEXACT else x.astype(default_dtype())


def wide(dtype: Any) -> Any:
    """The dtype to add up in: float32 for halves."""
    return jnp.dtype("float32") if dtype in _HALVES else dtype


_HALVES = frozenset(map(jnp.dtype, ("float16", "bfloat16")))


def promoted(x1: Array | Number, x2: Array | Number) -> tuple[jax.Array, jax.Array]:
    """Both operands as arrays of the dtype that PyTorch would compute in."""
    first, second = getattr(x1, "dtype", None), getattr(x2, "dtype", None)
    if first is not None and second is not None and first == second:  # NumPy's float64 equals None
        return x1, x2  # type: ignore[return-value]
    dtype = jax_dtype(promoted_name(_operand(x1), _operand(x2)))
    return jnp.asarray(x1, dtype), jnp.asarray(x2, dtype)


def fractions(x1: Array | Number, x2: Array | Number) -> tuple[jax.Array, jax.Array]:
    """Both operands as `promoted` has them, and integers and bool as the default floating dtype."""
    x1, x2 = promoted(x1, x2)
    return floating(x1), floating(x2)


def _operand(x: Any) -> Any:
    return number_type(x) if framework_of(x) is None else (x.dtype.name, x.ndim > 0)


def alike(arrays: Sequence[Array]) -> list[jax.Array]:
    """All as tensors of the dtype that PyTorch would join them in."""
    if len({array.dtype for array in arrays}) < 2:
        return list(arrays)
    operands = ((array.dtype.name, array.ndim > 0) for array in arrays)
    name, _ = functools.reduce(lambda a, b: (promoted_name(a, b), True), operands)
    dtype = jax_dtype(name)
    return [array.astype(dtype) for array in arrays]


def gives_way(number: Any, x: Any) -> bool:
    """Whether a Python number may stand as it is beside `x`: JAX then keeps the dtype of `x`, as PyTorch does."""
    if type(number) not in (int, float):
        return False
    kind = getattr(getattr(x, "dtype", None), "kind", None)
    return kind == "f" or (kind == "i" and type(number) is int and x.dtype.itemsize > 2 and abs(number) < 2**31)


def binary(function: Callable[..., jax.Array]) -> Callable[[Array | Number, Array | Number], jax.Array]:
    """`function` of two arrays, made to take what PyTorch would promote."""

    def promoting(x1: Array | Number, x2: Array | Number, /) -> jax.Array:
        return function(x1, x2) if gives_way(x2, x1) else function(*promoted(x1, x2))

    return promoting


def fractional(function: Callable[..., jax.Array]) -> Callable[[Array | Number, Array | Number], jax.Array]:
    """`function` of two arrays of fractions, made to take what PyTorch would promote, and integers and bool."""

    def converting(x1: Array | Number, x2: Array | Number, /) -> jax.Array:
        return function(*fractions(x1, x2))

    return converting


def unary(function: Callable[..., jax.Array]) -> Callable[[Array], jax.Array]:
    """`function` of fractions, made to take integers and bool as PyTorch does."""

    def converting(x: Array, /) -> jax.Array:
        return function(floating(x))

    return converting
