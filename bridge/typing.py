"""The types that signatures are written in."""

from __future__ import annotations

from typing import Any, TypeAlias

from bridge.dtypes import DType

Array: TypeAlias = Any
"""A tensor of any framework: `torch.Tensor`, `jax.Array`, `tf.Tensor` or `numpy.ndarray`."""

Number: TypeAlias = bool | int | float | complex
"""A Python number; it gives way to a tensor's dtype, as in PyTorch."""

Axis: TypeAlias = int | tuple[int, ...] | None
"""One axis, several, or `None` for all of them; negative ones count from the end."""

Shape: TypeAlias = tuple[Any, ...]
"""Sizes; under `tf.function` or `torch.export` a dynamic one is a scalar of the framework's own."""

Device: TypeAlias = Any
"""A `torch.device` or its name, a `jax.Device`, or TensorFlow's name of a device; `None` is the default."""

__all__ = ["Array", "Axis", "DType", "Device", "Number", "Shape"]
