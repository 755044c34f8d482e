"""How each operation of PyTorch's ATen is said in `bridge.ops`: a table, filled by small files, one a subject.

A lowering is a function with the parameters of the operation's ATen schema, written in `bridge.ops`; what an operation
says of devices and memory layouts is left out of the call. An operation without a lowering is decomposed by PyTorch
into others that have one; see `bridge.interop.capture`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["lowering_of", "lowerings", "lowers"]

Lowering = TypeVar("Lowering", bound=Callable[..., Any])

_table: dict[str, Callable[..., Any]] = {}


def lowers(*operations: str) -> Callable[[Lowering], Lowering]:
    """Enters a function into the table.

    Args:
        *operations: names as PyTorch prints them: `"aten.add.Tensor"` for one overload, `"aten.exp"` for all.
    """

    def enter(function: Lowering) -> Lowering:
        for operation in operations:
            assert operation not in _table, f"{operation} has two lowerings"
            _table[operation] = function
        return function

    return enter


def lowering_of(operation: str) -> Callable[..., Any] | None:
    """The function for an operation, such as `"aten.add.Tensor"`; `None` where there is none.

    >>> lowering_of("aten.exp.default") is bridge.ops.exp
    True
    """
    table = lowerings()
    return table.get(operation) or table.get(operation.rpartition(".")[0])


@functools.cache
def lowerings() -> dict[str, Callable[..., Any]]:
    """The whole table, by the name of the operation. Each file of this folder is read at the first call."""
    for file in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{file.name}")
    return _table
