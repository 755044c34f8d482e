"""Which framework a tensor belongs to, by its type alone and without importing any framework."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy
import torch

from bridge.errors import MixedFrameworksError

TORCH_TYPES = frozenset({torch.Tensor, torch.nn.Parameter})
"""The types that nearly every torch call is made with; subclasses are found by `framework_of`."""

_framework_of_type: dict[type, str | None] = {}


def framework_of(value: object) -> str | None:
    """`"torch"`, `"jax"`, `"tensorflow"` or `"numpy"`; `"symbolic"` for `bridge.Input`; `None` for what is no tensor.

    Subclasses and tracers count: a `FakeTensor` is torch, a JAX tracer is JAX, a symbolic tensor or a variable
    is TensorFlow, and so is what has TensorFlow's protocol for tensors. A NumPy scalar is a number, not a tensor.

    >>> framework_of(torch.zeros(2)), framework_of(numpy.zeros(2)), framework_of(2.0)
    ('torch', 'numpy', None)
    """
    kind = type(value)
    try:
        return _framework_of_type[kind]
    except KeyError:
        if issubclass(kind, list | tuple | Mapping):
            return None  # not kept: `framework_at_a_glance` must look into it
        return _framework_of_type.setdefault(kind, _classify(kind))


def _classify(kind: type) -> str | None:
    if issubclass(kind, torch.Tensor):
        return "torch"
    if issubclass(kind, numpy.ndarray):
        return "numpy"
    jax = sys.modules.get("jax")
    if jax is not None and issubclass(kind, jax.Array | jax.core.Tracer):
        return "jax"
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and (
        issubclass(kind, (tensorflow.Tensor, tensorflow.Variable)) or hasattr(kind, "__tf_tensor__")
    ):
        return "tensorflow"
    symbolic = sys.modules.get("bridge.symbolic")
    if symbolic is not None and issubclass(kind, symbolic.Symbolic):
        return "symbolic"
    return None


def framework_at_a_glance(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str | None:
    """The one framework of all the arguments, if that is seen without opening more than one container of each.

    `None` where it takes a closer look: two frameworks came, none, a type seen for the first time, or deeper nesting.
    It is what the first call of such types costs in eager JAX and TensorFlow, and each with a container: it is written
    for speed.
    """
    found = None
    known = _framework_of_type
    for value in (*args, *kwargs.values()) if kwargs else args:
        kind = type(value)
        if kind is tuple or kind is list:
            for item in value:
                framework = known.get(type(item), "")
                if framework is not None and framework != found:
                    if found is not None or not framework:
                        return None
                    found = framework
        else:
            framework = known.get(kind, "")
            if framework is not None and framework != found:
                if found is not None or not framework:
                    return None
                found = framework
    return found


def is_leaf(value: object) -> bool:
    """Whether `framework_of` keeps its type, so that it is no container; asked after that."""
    return type(value) in _framework_of_type


def leaves(value: object) -> Iterator[object]:
    """The leaves of nested lists, tuples and mappings, in order."""
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        yield value
        return
    for item in value:
        yield from leaves(item)


def common_framework(named_values: Iterable[tuple[str, object]], where: str) -> str | None:
    """The one framework of all the tensors given; NumPy arrays are constants beside another framework's tensors.

    Beside symbolic tensors torch's are constants too.

    Args:
        named_values: each value, which may nest tensors in lists, tuples and mappings, with its name.
        where: what was called, for the message.

    Raises:
        MixedFrameworksError: tensors of two frameworks came.
    """
    found: tuple[str, str] | None = None
    numpy_came = False
    for name, value in named_values:
        for leaf in leaves(value):
            framework = framework_of(leaf)
            if framework == "numpy":
                numpy_came = True
            elif framework is not None and (found is None or {framework, found[0]} == {"symbolic", "torch"}):
                found = found if found is not None and found[0] == "symbolic" else (framework, name)
            elif framework is not None and found is not None and framework != found[0]:
                raise MixedFrameworksError(
                    f"{where} got tensors of two frameworks: {found[0]} ({found[1]}) and {framework} ({name}). "
                    f"Give it tensors of one framework; bridge.interop.jax.from_torch and to_torch carry tensors "
                    f"over. A tensor that a module holds must be one of its parameters or buffers to be carried over."
                )
    if found is not None:
        return found[0]
    return "numpy" if numpy_came else None


def tree_map(function: Any, value: Any) -> Any:
    """`function` applied to each leaf of nested lists, tuples, named tuples and mappings.

    It takes any container that `leaves` takes; a mapping comes back as the same class where that class can be
    made from one, such as `dict` and `OrderedDict`.
    """
    if isinstance(value, Mapping):
        return type(value)((key, tree_map(function, item)) for key, item in value.items())  # type: ignore[call-arg]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(tree_map(function, item) for item in value))
    if isinstance(value, list | tuple):
        return type(value)(tree_map(function, item) for item in value)
    return function(value)
