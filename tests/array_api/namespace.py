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
from bridge.dtypes import dtype_name
from bridge.frameworks import tree_map
from bridge.ops.inspection import ArrayNamespaceInfo
from bridge.running import running, running_in

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
    if framework == "tensorflow":
        _give_tuples_as_shapes()
    made = _copy(ops, framework)
    made.__name__ = f"bridge.ops on {framework}"
    made.__array_api_version__ = "2024.12"
    for name in DTYPES:
        setattr(made, name, _NATIVE[framework](name))
    return made


class _Sizes(tuple):
    """A shape as the suite and hypothesis read it, which to TensorFlow is a `tf.TensorShape` all the same."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(tf.TensorShape(self), name)

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        return _Sizes(found) if isinstance(place, slice) else found


def _give_tuples_as_shapes() -> None:
    """Makes the shapes of TensorFlow's arrays tuples where no op is running: the suite compares shapes with those."""
    kind = type(tf.constant(0))
    own = kind.shape

    def shape(x: tf.Tensor) -> Any:
        sizes = own.fget(x)
        return sizes if running.framework == "tensorflow" else _Sizes(sizes)

    kind.shape = property(shape)


def _copy(module: types.ModuleType, framework: str) -> Any:
    copied = types.SimpleNamespace()
    for name in module.__all__:
        value = getattr(module, name)
        if isinstance(value, types.ModuleType):
            value = _copy(value, framework)
        elif callable(value):
            value = _inside(value, framework)
        setattr(copied, name, value)
    return copied


def _inside(function: Callable[..., Any], framework: str) -> Callable[..., Any]:
    """`function` as it is within a layer that runs in `framework`, and its dtypes as those of `framework`.

    Bridge tells of dtypes as torch's, whatever the tensors; the suite compares them with those that arrays have.
    """

    def native(value: Any) -> Any:
        if isinstance(value, ArrayNamespaceInfo):
            methods = [name for name in dir(value) if not name.startswith("_")]
            return types.SimpleNamespace(**{name: _inside(getattr(value, name), framework) for name in methods})
        return _NATIVE[framework](dtype_name(value)) if isinstance(value, torch.dtype) else value

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        with running_in(framework):
            return tree_map(native, function(*args, **kwargs))

    return called
