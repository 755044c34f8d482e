"""What a wrong call of an op is told: the op, each argument with its dtype and shape, and what was wrong.

Nothing is checked before an op runs: a framework's own refusal is caught at the public boundary, and looked into there.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy

from bridge.dtypes import dtype_name
from bridge.errors import AxisError, InputShapeError
from bridge.frameworks import framework_of, leaves
from bridge.shapes import static_shape

PLAIN = (TypeError, ValueError, IndexError, KeyError, RuntimeError, NotImplementedError, AttributeError, OverflowError)
"""The classes that frameworks raise for wrong arguments; their subclasses say something else and pass as they are."""

NAMESPACES = frozenset({"fft", "image", "linalg", "random"})
"""Modules whose ops are called by the module's name too, as in `ops.linalg.inv`.

Such a module may be made of several groups, each with its name before an underscore, as `image_color` is.
"""

BROADCASTING = frozenset({"arithmetic", "bitwise", "comparison", "mathematics", "rounding"})
"""Groups whose ops broadcast all their tensors against each other."""

_TENSORFLOWS_NODE = re.compile(r"^\{\{\w+ [^}]*\}\} ")

_INSERTING = frozenset({"expand_dims", "stack"})
"""Ops whose axis counts the axis that they add."""

_COUNTING = frozenset({"tensordot"})
"""Ops whose `axes` may be a number of axes."""


def op_name(function: Callable[..., Any]) -> str:
    """The name that a user calls an op by.

    >>> from bridge import ops
    >>> op_name(ops.exp)
    'ops.exp'
    """
    namespace = function.__module__.rpartition(".")[2].partition("_")[0]
    return f"ops.{namespace}.{function.__name__}" if namespace in NAMESPACES else f"ops.{function.__name__}"


def explained(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], error: Exception
) -> Exception:
    """The error to raise in place of what a framework raised: itself, where it is no refusal of the arguments."""
    name = op_name(function)
    if type(error) not in (*PLAIN, AxisError, InputShapeError) and not _is_tensorflows(error):
        return error
    if re.match(rf"{re.escape(name)}\b", str(error)):
        return error  # the op's own words
    try:
        arguments = inspect.signature(function).bind(*args, **kwargs).arguments
    except TypeError as misfit:
        return TypeError(f"{name}{_without_types(inspect.signature(function))}: {misfit}")
    call = f"{name}({', '.join(f'{key}={described(value)}' for key, value in arguments.items())})"
    wrong_axis = _wrong_axis(function.__name__, arguments)
    if wrong_axis is not None:
        return AxisError(f"{call}: {wrong_axis}")
    if function.__module__.rpartition(".")[2] in BROADCASTING and _do_not_broadcast(arguments):
        return InputShapeError(f"{call}: the shapes do not broadcast; sizes of one axis must be equal or 1")
    reason = str(error.args[0]) if isinstance(error, KeyError) and error.args else _reason(error)
    kind = ValueError if _is_tensorflows(error) else type(error)
    return kind(f"{call}: {reason}")


def no_tensor(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> TypeError:
    """The error of a call in which no tensor of any framework came."""
    name = op_name(function)
    try:
        arguments = inspect.signature(function).bind(*args, **kwargs).arguments
    except TypeError as misfit:
        return TypeError(f"{name}{_without_types(inspect.signature(function))}: {misfit}")
    received = ", ".join(f"{_kind(value)} for {key}" for key, value in arguments.items())
    return TypeError(
        f"{name} expected a tensor (a torch.Tensor, jax.Array, tf.Tensor or numpy.ndarray), got {received}. "
        f"Make one with ops.asarray, or give a framework's own."
    )


def _kind(value: Any) -> str:
    return f"an empty {type(value).__name__}" if value in ([], ()) else type(value).__name__


def _without_types(signature: inspect.Signature) -> inspect.Signature:
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    return signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)


def described(value: Any) -> str:
    """A value in an error's words: a tensor by its dtype and shape, a sequence item by item, the rest by its repr.

    >>> import torch
    >>> described([torch.zeros(2, 3), 1.5])
    '[float32 (2, 3), 1.5]'
    """
    if framework_of(value) is not None:
        shape = static_shape(value)
        return f"{_dtype(value)} {'of unknown rank' if shape is None else shape}"
    if isinstance(value, list | tuple) and any(framework_of(leaf) is not None for leaf in leaves(value)):
        inside = ", ".join(map(described, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _dtype(value: Any) -> str:
    try:
        return dtype_name(value.dtype)
    except TypeError:
        return str(value.dtype)


def _is_tensorflows(error: Exception) -> bool:
    return type(error).__module__.startswith("tensorflow") and type(error).__name__ in (
        "InvalidArgumentError",
        "NotFoundError",
        "UnimplementedError",
    )


def _reason(error: Exception) -> str:
    text = _TENSORFLOWS_NODE.sub("", str(error)).partition(" [Op:")[0].strip()
    return text or type(error).__name__


def _wrong_axis(name: str, arguments: Mapping[str, Any]) -> str | None:
    """What is wrong with an `axis` argument, if it names an axis that the first tensor lacks."""
    first = next((leaf for leaf in leaves(list(arguments.values())) if framework_of(leaf) is not None), None)
    shape = None if first is None else static_shape(first)
    if shape is None:
        return None
    for key, axis in arguments.items():
        if key not in ("axis", "axes", "axis1", "axis2", "source", "destination", "start_axis", "end_axis"):
            continue
        if name in _COUNTING and isinstance(axis, int):
            continue
        rank = len(shape)
        if name in _INSERTING:
            rank += len(axis) if isinstance(axis, tuple) else 1
        for position in axis if isinstance(axis, tuple | list) else (axis,):
            if isinstance(position, int) and not -rank <= position < rank:
                return f"expected {key} from {-rank} to {rank - 1} for {len(shape)} dimensions, got {position}"
    return None


def _do_not_broadcast(arguments: Mapping[str, Any]) -> bool:
    shapes = [static_shape(leaf) for leaf in leaves(list(arguments.values())) if framework_of(leaf) is not None]
    known = [tuple(1 if size is None else size for size in shape) for shape in shapes if shape is not None]
    try:
        numpy.broadcast_shapes(*known)
    except ValueError:
        return True
    except TypeError:  # a symbolic size of torch.export
        return False
    return False
