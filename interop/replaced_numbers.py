"""Whole numbers that a forward puts into a tensor of no axes and reads again, as code does that was meant for tracing.

`torch.export` takes what is read from a tensor for a number that nobody knows beforehand, although it follows from the
sizes: a slice by it would have a size that nobody knows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.utils.weak import WeakTensorKeyDictionary

_ARITHMETIC: dict[Any, Callable[..., Any]] = {
    torch.Tensor.add: operator.add,
    torch.Tensor.mul: operator.mul,
    torch.Tensor.neg: operator.neg,
    torch.Tensor.sub: operator.sub,
    torch.Tensor.__add__: operator.add,
    torch.Tensor.__floordiv__: operator.floordiv,
    torch.Tensor.__mul__: operator.mul,
    torch.Tensor.__neg__: operator.neg,
    torch.Tensor.__rsub__: lambda self, other: other - self,
    torch.Tensor.__sub__: operator.sub,
    torch.add: operator.add,
    torch.maximum: torch.sym_max,
    torch.minimum: torch.sym_min,
    torch.mul: operator.mul,
    torch.neg: operator.neg,
    torch.sub: operator.sub,
}

_MAKERS = frozenset({torch.as_tensor, torch.scalar_tensor, torch.tensor})
_KEEPERS = frozenset({torch.Tensor.clone, torch.Tensor.detach, torch.Tensor.detach_, torch.Tensor.to})
_CLAMPS = frozenset({torch.clamp, torch.clip, torch.Tensor.clamp, torch.Tensor.clip})


class Numbers:
    """What the tensors that one forward makes of whole numbers are known to hold."""

    def __init__(self) -> None:
        self._known = WeakTensorKeyDictionary()  # the number, and the version of the tensor that held it

    def call(self, func: Any, run: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """What `run`, which does the work of `func`, answers; `item` of a tensor whose number is known is that."""
        if self._known:
            if func is torch.Tensor.item and (number := self._number(args[0])) is not None:
                return number
            if func is _DATA:  # what is written to it counts as no version
                self._known.pop(args[0], None)
            if func in _CLAMPS:  # it reads its limits
                args = (args[0], *map(self._or_number, args[1:]))
                kwargs = {name: self._or_number(value) for name, value in kwargs.items()}
        answer = run(*args, **kwargs)
        if (number := self._result(func, args, kwargs)) is not None and answer.dtype is torch.int64:
            self._known[answer] = number, answer._version
        return answer

    def _result(self, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if func in _MAKERS:
            return self._number(args[0]) if args else None
        if not self._known:
            return None
        if func in _KEEPERS:
            return self._number(args[0])
        if func in _ARITHMETIC and not kwargs:  # `alpha`, and `out`
            numbers = list(map(self._number, args))
            return None if None in numbers else _ARITHMETIC[func](*numbers)
        return None

    def _number(self, value: Any) -> Any:
        if not isinstance(value, torch.Tensor):
            return value if isinstance(value, int | torch.SymInt) and not isinstance(value, bool) else None
        number, version = self._known.get(value, (None, None))
        return number if version == value._version else None

    def _or_number(self, value: Any) -> Any:
        return value if (number := self._number(value)) is None else number


_DATA = torch.Tensor.data.__get__  # type: ignore[attr-defined]
