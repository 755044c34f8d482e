"""Overrides of `bridge.ops.manipulation` for JAX."""

import jax
import jax.numpy as jnp

from bridge.backends.jax.layout import flattened
from bridge.backends.jax.promotion import jax_dtype
from bridge.dtypes import torch_dtype
from bridge.errors import UnsupportedOpError
from bridge.shapes import inserted_axes, padding_widths
from bridge.typing import Array, Device, DType, Shape

permute_dims = jnp.transpose
swapaxes = jnp.swapaxes
squeeze = jnp.squeeze
broadcast_to = jnp.broadcast_to
stop_gradient = jax.lax.stop_gradient


def shape(x: Array, /) -> Shape:
    return x.shape


def reshape(x: Array, /, shape: int | Shape, *, copy: bool | None = None) -> jax.Array:
    return flattened(x, jnp.reshape(x, shape, copy=copy or None))


def expand_dims(x: Array, /, axis: int | tuple[int, ...] = 0) -> jax.Array:
    return jnp.expand_dims(x, inserted_axes(axis, x.ndim))


def broadcast_arrays(*arrays: Array) -> list[jax.Array]:
    return list(jnp.broadcast_arrays(*arrays))


def pad(input: Array, pad: tuple[int, ...], mode: str = "constant", value: float = 0.0) -> jax.Array:
    widths = padding_widths(input.shape, pad, mode)
    if mode == "constant":
        return jax.lax.pad(input, jnp.asarray(value, input.dtype), [(before, after, 0) for before, after in widths])
    grown = [(max(0, before), max(0, after)) for before, after in widths]
    if mode == "circular":  # in torch what is cut comes not round again, but is seen in the mirror
        return jnp.pad(_cropped(input, widths), grown, "wrap")
    return _cropped(jnp.pad(input, grown, "edge" if mode == "replicate" else "reflect"), widths)


def _cropped(x: jax.Array, widths: list[tuple[int, int]]) -> jax.Array:
    """`x` without what negative widths take away."""
    places = zip(x.shape, widths, strict=True)
    return x[tuple(slice(max(0, -before), size - max(0, -after)) for size, (before, after) in places)]


def tril(x: Array, /, *, k: int = 0) -> jax.Array:
    return jnp.tril(x, k)


def triu(x: Array, /, *, k: int = 0) -> jax.Array:
    return jnp.triu(x, k)


def astype(x: Array, dtype: DType, /, *, copy: bool = False, device: Device = None) -> jax.Array:
    result = jnp.array(x, jax_dtype(dtype), copy=True) if copy else x.astype(jax_dtype(dtype))
    return result if device is None else jax.device_put(result, device)


def view(x: Array, /, dtype: DType) -> jax.Array:
    held = jax_dtype(dtype)
    if held.itemsize != torch_dtype(dtype).itemsize:
        raise UnsupportedOpError(
            f"view as {dtype} without x64", "jax", "Set jax_enable_x64, or view as 32-bit numbers."
        )
    return x.view(held)


def view_as_complex(x: Array, /) -> jax.Array:
    if x.shape[-1:] != (2,):
        raise ValueError(f"expected a last axis of size 2, got shape {x.shape}")
    return jax.lax.complex(x[..., 0], x[..., 1])


def view_as_real(x: Array, /) -> jax.Array:
    if not jnp.iscomplexobj(x):
        raise TypeError(f"expected complex numbers, got {x.dtype}")
    return jnp.stack([x.real, x.imag], -1)
