"""PyTorch's promotion for JAX arrays."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import torch

from bridge.dtypes import dtype_name, is_inexact, number_type, promoted_name
from bridge.frameworks import framework_of
from bridge.typing import Array, DType, Number


def jax_dtype(dtype: DType) -> Any:
    """The dtype of that name as JAX holds it: 64-bit numbers as 32-bit without x64."""
    return jax.dtypes.canonicalize_dtype(jnp.dtype(dtype_name(dtype)))


def default_dtype() -> Any:
    """What integers become where fractions are needed."""
    return jax_dtype(torch.get_default_dtype())


def floating(x: Array) -> jax.Array:
    """`x`, or integers and bool as the default floating dtype."""
    return x if is_inexact(x.dtype.name) else x.astype(default_dtype())


def promoted(x1: Array | Number, x2: Array | Number) -> tuple[jax.Array, jax.Array]:
    """Both operands as arrays of the dtype that PyTorch would compute in."""
    dtype = getattr(x1, "dtype", None)
    if dtype is not None and dtype == getattr(x2, "dtype", None):
        return x1, x2  # type: ignore[return-value]
    dtype = jax_dtype(promoted_name(_operand(x1), _operand(x2)))
    return jnp.asarray(x1, dtype), jnp.asarray(x2, dtype)


def _operand(x: Any) -> Any:
    return number_type(x) if framework_of(x) is None else (x.dtype.name, x.ndim > 0)


def binary(function: Callable[..., jax.Array]) -> Callable[[Array | Number, Array | Number], jax.Array]:
    """`function` of two arrays, made to take what PyTorch would promote."""

    def promoting(x1: Array | Number, x2: Array | Number, /) -> jax.Array:
        return function(*promoted(x1, x2))

    return promoting


def unary(function: Callable[..., jax.Array]) -> Callable[[Array], jax.Array]:
    """`function` of fractions, made to take integers and bool as PyTorch does."""

    def converting(x: Array, /) -> jax.Array:
        return function(floating(x))

    return converting
