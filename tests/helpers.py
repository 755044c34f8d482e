"""What the tests share: values carried into each framework and back, and what counts as close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy
import tensorflow as tf
import torch
from torch.utils._pytree import tree_leaves, tree_map


def _to_torch(array: numpy.ndarray) -> torch.Tensor:
    if array.dtype == ml_dtypes.bfloat16:
        return torch.tensor(array.view("int16")).view(torch.bfloat16)
    return torch.tensor(array)


_FROM_NUMPY: dict[str, Callable[[Any], Any]] = {
    "torch": lambda array: _to_torch(numpy.asarray(array)),
    "jax": jnp.array,
    "tensorflow": tf.constant,
    "numpy": numpy.array,
}

FRAMEWORKS = tuple(_FROM_NUMPY)

COMPILERS: dict[str, Callable[..., Any]] = {
    "torch": lambda function: torch.compile(function, backend="eager", fullgraph=True),
    "jax": jax.jit,
    "tensorflow": tf.function,
}


def to_framework(values: Any, framework: str) -> Any:
    """Nested containers with each NumPy array or torch tensor as a tensor of `framework`: a copy."""
    convert = _FROM_NUMPY[framework]
    arrays = (numpy.ndarray, torch.Tensor)
    return tree_map(lambda leaf: convert(to_array(leaf)) if isinstance(leaf, arrays) else leaf, values)


def to_array(tensor: Any) -> numpy.ndarray:
    """A tensor of any framework as a NumPy array of its own dtype: bfloat16 too, as `ml_dtypes` has it."""
    if isinstance(tensor, torch.Tensor) and tensor.dtype is torch.bfloat16:
        return tensor.view(torch.int16).numpy(force=True).view(ml_dtypes.bfloat16)
    if isinstance(tensor, torch.Tensor):
        return tensor.numpy(force=True)
    return numpy.asarray(tensor.numpy() if tf.is_tensor(tensor) else tensor)


def to_numpy(values: Any) -> Any:
    """Nested containers with each tensor of any framework as a NumPy array; bfloat16, which NumPy lacks, as float32."""
    return tree_map(_to_numpy, values)


def _to_numpy(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return (value.float() if value.dtype == torch.bfloat16 else value).numpy(force=True)
    if "bfloat16" in str(getattr(value, "dtype", "")) and not isinstance(value, numpy.ndarray):
        value = tf.cast(value, "float32")  # without axes NumPy does not take it as it is
    return numpy.asarray(value) if hasattr(value, "shape") else value


def real_number(x: Any) -> Any:
    """What a gradient is taken of: a complex number counts by both of its parts."""
    if "complex" not in str(x.dtype):
        return x
    if isinstance(x, torch.Tensor | jax.Array):
        return x.real + 2 * x.imag
    return tf.math.real(x) + 2 * tf.math.imag(x)


def assert_close(actual: Any, expected: Any, tolerance: float = 1e-5) -> None:
    """Asserts that nested tensors have the shapes expected, are finite, and differ by at most `tolerance`.

    The difference is relative to the largest value of each tensor; whole numbers and bool must be equal.
    """
    actual, expected = tree_leaves(to_numpy(actual)), tree_leaves(to_numpy(expected))
    assert len(actual) == len(expected)
    for received, wanted in zip(map(numpy.asarray, actual), map(numpy.asarray, expected), strict=True):
        assert received.shape == wanted.shape
        if not numpy.issubdtype(wanted.dtype, numpy.inexact):
            numpy.testing.assert_array_equal(received, wanted)
            continue
        assert numpy.isfinite(wanted).all(), "the reference is not finite: choose another case"
        assert numpy.isfinite(received).all()
        largest = max(numpy.abs(wanted).max(initial=0), SMALLEST_SCALE)
        difference = numpy.abs(received - wanted).max(initial=0)
        assert difference <= tolerance * largest, f"differs by {difference} where the largest is {largest}"


SMALLEST_SCALE = 1e-3
"""A tensor that is zero but for rounding is measured against this."""
