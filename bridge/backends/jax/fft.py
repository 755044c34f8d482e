"""Overrides of `bridge.ops.fft` for JAX."""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import default_dtype, floating, jax_dtype
from bridge.typing import Array, Axis, Device, DType

Sizes = tuple[int, ...] | None


def _of_axes(function: Callable[..., jax.Array]) -> Callable[..., jax.Array]:
    def transform(x: Array, /, *, s: Sizes = None, axes: Sizes = None, norm: str = "backward") -> jax.Array:
        if s is None:
            return _expect_elements(x, function(floating(x), None, axes, norm), axes)
        return function(floating(x), _sizes(x, s, axes), axes, norm)

    return transform


def _of_one_axis(function: Callable[..., jax.Array]) -> Callable[..., jax.Array]:
    def transform(x: Array, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> jax.Array:
        transformed = function(floating(x), n, axis, norm)
        return _expect_elements(x, transformed, (axis,)) if n is None else transformed

    return transform


def _expect_elements(x: jax.Array, transformed: jax.Array, axes: Sizes) -> jax.Array:
    """What was transformed, unless there was nothing to transform, of which JAX makes nothing."""
    for axis in range(x.ndim) if axes is None else axes:
        if 0 in (x.shape[axis], transformed.shape[axis]):
            raise ValueError(f"a transform expected at least one element, got 0 along axis {axis}")
    return transformed


def _sizes(x: jax.Array, s: tuple[int, ...], axes: Sizes) -> tuple[int, ...]:
    """The sizes asked for; JAX takes no -1 for an axis's own."""
    axes = tuple(range(x.ndim - len(s), x.ndim)) if axes is None else axes
    if len(s) != len(axes):
        raise ValueError(f"expected a size for each of the axes {axes}, got s={s}")
    return tuple(x.shape[axis] if size == -1 else size for size, axis in zip(s, axes, strict=True))


fft = _of_one_axis(jnp.fft.fft)
ifft = _of_one_axis(jnp.fft.ifft)
rfft = _of_one_axis(jnp.fft.rfft)
irfft = _of_one_axis(jnp.fft.irfft)
hfft = _of_one_axis(jnp.fft.hfft)
ihfft = _of_one_axis(jnp.fft.ihfft)
fftn = _of_axes(jnp.fft.fftn)
ifftn = _of_axes(jnp.fft.ifftn)
rfftn = _of_axes(jnp.fft.rfftn)
irfftn = _of_axes(jnp.fft.irfftn)


def fftfreq(n: int, /, *, d: float = 1.0, dtype: DType | None = None, device: Device = None) -> jax.Array:
    return jnp.fft.fftfreq(n, d, dtype=default_dtype() if dtype is None else jax_dtype(dtype), device=device)


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: DType | None = None, device: Device = None) -> jax.Array:
    return jnp.fft.rfftfreq(n, d, dtype=default_dtype() if dtype is None else jax_dtype(dtype), device=device)


def fftshift(x: Array, /, *, axes: Axis = None) -> jax.Array:
    return jnp.fft.fftshift(x, axes)


def ifftshift(x: Array, /, *, axes: Axis = None) -> jax.Array:
    return jnp.fft.ifftshift(x, axes)
