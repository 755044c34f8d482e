"""`bridge.ops` as an Array API namespace of one framework, in the form that data-apis/array-api-tests asks for."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import jax
import numpy
import tensorflow as tf
import torch

from bridge import ops
from bridge.running import running_in

DTYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float32", "float64", "complex64", "complex128"),
)

_NATIVE: dict[str, Callable[[str], Any]] = {
    "torch": lambda name: getattr(torch, name),
    "jax": numpy.dtype,
    "tensorflow": tf.as_dtype,
    "numpy": numpy.dtype,
}


def namespace(framework: str) -> Any:
    """The functions of `bridge.ops` and of its namespaces, which make new arrays in `framework`, and its dtypes."""
    if framework == "jax":
        jax.config.update("jax_enable_x64", True)
    made = _copy(ops, framework)
    made.__name__ = f"bridge.ops on {framework}"
    made.__array_api_version__ = "2024.12"
    for name in DTYPES:
        setattr(made, name, _NATIVE[framework](name))
    return made


def _copy(module: types.ModuleType, framework: str) -> Any:
    copied = types.SimpleNamespace()
    for name in [*module.__all__, "__array_namespace_info__"]:
        value = getattr(module, name, None)
        if isinstance(value, types.ModuleType):
            setattr(copied, name, _copy(value, framework))
        elif value is not None:
            setattr(copied, name, _inside(value, framework) if callable(value) else value)
    return copied


def _inside(function: Callable[..., Any], framework: str) -> Callable[..., Any]:
    """`function` as it is within a layer that runs in `framework`."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        with running_in(framework):
            return function(*args, **kwargs)

    return called
