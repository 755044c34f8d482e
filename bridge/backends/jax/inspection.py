"""Overrides of `bridge.ops.inspection` for JAX."""

import jax
import jax.numpy as jnp
import numpy

from bridge.typing import Array


def convert_to_numpy(x: Array, /) -> numpy.ndarray:
    return numpy.asarray(x.astype("float32") if x.dtype == jnp.bfloat16 else x)


def default_device() -> jax.Device:
    return jax.config.jax_default_device or jax.devices()[0]  # type: ignore[attr-defined]


def devices() -> list[jax.Device]:
    return jax.devices()
