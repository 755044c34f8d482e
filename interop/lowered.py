"""One operation of a captured graph as a call of `bridge.ops`."""

from __future__ import annotations

import dataclasses
import functools
import math
import operator
import re
from collections.abc import Callable
from typing import Any

import torch
from torch.fx import Node
from torch.utils._pytree import tree_leaves

from bridge import ops
from bridge.dtypes import dtype_name
from bridge.frameworks import framework_of
from bridge.interop import capture_errors
from bridge.interop.lowerings import lowering_of
from bridge.shapes import static_shape


@dataclasses.dataclass(frozen=True)
class Unknown:
    """An operation that has no lowering, and the line of the model that used it."""

    operation: str
    source: str


@dataclasses.dataclass(frozen=True)
class Recorded:
    """What torch made of an operation without running it; a size that is open is `None`."""

    dtype: torch.dtype
    shape: tuple[int | None, ...]

    @classmethod
    def of(cls, meta: Any) -> Any:
        """The record of a tensor without values, or of each in a tuple or list; `None` for what is no tensor."""
        if isinstance(meta, torch.Tensor):
            return cls(meta.dtype, tuple(size if type(size) is int else None for size in meta.shape))
        return [cls.of(one) for one in meta] if isinstance(meta, tuple | list) else None


@dataclasses.dataclass(frozen=True)
class Lowered:
    """A lowering, which answers in the shape and the kind of dtype that torch recorded.

    Args:
        operation: as PyTorch prints it.
        function: the lowering.
        recorded: a `Recorded`, or a list of them.
        source: the line of the model that it comes from.
    """

    operation: str
    function: Callable[..., Any]
    recorded: Any
    source: str

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return _as_recorded(self.function(*args, **kwargs), self.recorded)
        except Exception as error:
            error.add_note(f"This was {self.operation}, from {self.source}")
            if capture_errors.asks_for_values(error):
                raise capture_errors.without_values(self.operation, self.source) from error
            raise


def function_of(node: Node) -> Callable[..., Any] | Unknown:
    """What a node calls: an operator on sizes, or the lowering of its operation."""
    if callable(node.target) and not isinstance(node.target, torch._ops.OperatorBase):
        return _of_sizes(node.target)
    operation = str(node.target)
    function = lowering_of(operation)
    if function is None:
        return Unknown(operation, source_of(node))
    if operation.startswith("aten.as_strided") and not _is_contiguous(node.args[0]):
        return Unknown(f"{operation} of a tensor that is not contiguous", source_of(node))
    if any(getattr(value, "dtype", None) is torch.complex32 for value in tree_leaves(node.meta.get("val"))):
        return Unknown(f"{operation} in complex32, which torch alone has", source_of(node))
    if "call" in node.meta:  # of a torch.autograd.Function
        function = functools.partial(function, call=node.meta["call"])
    if operation in _PARTS:
        function = functools.partial(function, count=len(node.meta["val"]))  # sizes that are left open do not tell it
    return Lowered(operation, function, Recorded.of(node.meta.get("val")), source_of(node))


_PARTS = frozenset({"aten.split.Tensor", "aten.split_copy.Tensor", "aten.unsafe_split.Tensor", "aten.chunk.default"})


def _is_contiguous(node: Any) -> bool:
    """Whether the tensor lies in memory as it would anywhere, so that strides say which elements are meant."""
    meta = node.meta["val"]
    return bool(meta.is_contiguous()) and meta.storage_offset() == 0


def source_of(node: Node) -> str:
    """The line of the model that a node comes from, as `file:line: code`."""
    trace = str(node.meta.get("stack_trace") or "")
    lines = re.findall(r'File "([^"]+)", line (\d+)[^\n]*\n\s*([^\n]*)', trace)
    if not lines:
        return "an unknown line"
    name, number, code = lines[-1]
    return f"{name}:{number}: {code.strip()}"


def _as_recorded(answer: Any, recorded: Any) -> Any:
    if answer is None:
        return None  # what torch answers for its own backward, which no graph of a forward takes up
    if isinstance(recorded, Recorded):
        _check_shape(answer, recorded.shape)
        return _in_kind(answer, recorded.dtype)
    if isinstance(recorded, list) and isinstance(answer, tuple | list):
        return [_as_recorded(one, record) for one, record in zip(answer, recorded, strict=True)]
    return answer


def _check_shape(answer: Any, expected: tuple[int | None, ...]) -> None:
    """Refuses an answer of another shape than torch's, which would go on to a wrong result in silence."""
    received = () if framework_of(answer) is None else static_shape(answer)
    if received is None or (
        len(received) == len(expected)
        and all(one is None or other is None or one == other for one, other in zip(received, expected, strict=True))
    ):
        return
    raise RuntimeError(f"a lowering answered in the shape {received}, torch in {expected}: this is a fault of Bridge")


def _in_kind(answer: Any, dtype: torch.dtype) -> Any:
    """Bool, whole, real or complex as torch has it; of which width, the arrays given decide."""
    if framework_of(answer) is None:
        return ops.asarray(answer, dtype=dtype)
    received = dtype_name(answer.dtype)
    if received == dtype_name(dtype):
        return answer
    whole = not (dtype.is_floating_point or dtype.is_complex)
    if whole or _kind(received) != _kind(dtype_name(dtype)):
        return answer if _width_of_jax(received, dtype) else ops.astype(answer, dtype)
    return answer


def _width_of_jax(received: str, dtype: torch.dtype) -> bool:
    return (received, dtype_name(dtype)) in (("int32", "int64"), ("uint32", "uint64"))


def _kind(name: str) -> str:
    return next((kind for kind in ("float", "complex", "bool") if kind in name), "integer")


def _of_sizes(function: Callable[..., Any]) -> Callable[..., Any]:
    """Sizes are numbers, or in TensorFlow tensors without axes; torch's own functions of them know neither."""
    return _SIZE_FUNCTIONS.get(getattr(function, "__name__", ""), function)


def _maximum(first: Any, second: Any) -> Any:
    return max(first, second) if _are_numbers(first, second) else ops.maximum(first, second)


def _minimum(first: Any, second: Any) -> Any:
    return min(first, second) if _are_numbers(first, second) else ops.minimum(first, second)


def _are_numbers(*values: Any) -> bool:
    return all(framework_of(value) is None for value in values)


def _choose(condition: Any, first: Any, second: Any) -> Any:
    if isinstance(condition, bool):
        return first if condition else second
    return ops.where(condition, first, second)


def _to_float(value: Any) -> Any:
    return float(value) if _are_numbers(value) else ops.astype(value, "float32")


def _to_whole(function: Callable[[float], int], op: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: function(value) if _are_numbers(value) else ops.astype(op(value), "int32")


_SIZE_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sym_max": _maximum,
    "sym_min": _minimum,
    "sym_not": lambda value: not value if isinstance(value, bool) else ops.logical_not(value),
    "sym_ite": _choose,
    "sym_float": _to_float,
    "sym_int": _to_whole(int, ops.trunc),
    "_sym_sqrt": lambda value: math.sqrt(value) if _are_numbers(value) else ops.sqrt(_to_float(value)),
    "ceil": _to_whole(math.ceil, ops.ceil),
    "floor": _to_whole(math.floor, ops.floor),
    "trunc": _to_whole(math.trunc, ops.trunc),
    "round": _to_whole(round, ops.round),
    "truediv": lambda first, second: _to_float(first) / _to_float(second),
    "pow": operator.pow,
}
