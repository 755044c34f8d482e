"""What the forwards of a module use that means one thing with PyTorch's tensors and another with other arrays.

Most of what only PyTorch has fails on other arrays, and tells by that. What is found here need not.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import torch

from bridge.errors import TorchOnlyError
from bridge.function_source import FunctionSource, Idiom, source_of

_FRAMEWORKS = frozenset({"bridge", "torch", "lightning", "pytorch_lightning"})


def idioms_of(module: torch.nn.Module) -> Iterator[Idiom]:
    """Those in the forwards of a module's tree that neither Bridge nor PyTorch wrote, and in functions they call."""
    waiting = [module]
    while waiting:
        owner = waiting.pop()
        if getattr(type(owner), "is_converted", False):
            continue
        yield from _of_class(type(owner))  # type: ignore[arg-type]  # classes are hashable
        for value in owner.__dict__.values():
            if type(value) is FunctionType and not _is_a_frameworks(value):
                yield from _of_functions([value], lambda name: [])
        waiting += [child for child in owner._modules.values() if child is not None]


def refuse_idioms(module: torch.nn.Module, framework: str) -> None:
    """Checks that a module's forwards have no idiom that would surely mean another thing in `framework`.

    Raises:
        TorchOnlyError: they have one; the message names the line.
    """
    for idiom in idioms_of(module):
        if idiom.certain:
            raise TorchOnlyError(
                idiom.operation,
                framework,
                f"Write it in bridge.ops, or run the model as it is by bridge.interop.convert. Used at {idiom.line}",
            )


@functools.cache
def _of_class(kind: type) -> tuple[Idiom, ...]:
    if _is_a_frameworks(kind):
        return ()
    written = [base for base in kind.__mro__ if not _is_a_frameworks(base)]

    def methods(name: str) -> list[FunctionType]:
        return [function for base in written if (function := _function(vars(base).get(name)))]

    return _of_functions(methods("forward"), methods)


def _of_functions(waiting: list[FunctionType], methods: Callable[[str], list[FunctionType]]) -> tuple[Idiom, ...]:
    """Those in functions, in the methods that these name, and in functions of the same package that they name."""
    found: list[Idiom] = []
    done: set[FunctionType] = set()
    while waiting:
        function = waiting.pop()
        if function not in done:
            done.add(function)
            source: FunctionSource = source_of(function)
            found += source.idioms
            waiting += [other for other in source.functions if not _is_a_frameworks(other)]
            waiting += [method for name in source.own_names for method in methods(name)]
    return tuple(found)


def _is_a_frameworks(thing: Any) -> bool:
    return (thing.__module__ or "").partition(".")[0] in _FRAMEWORKS


def _function(attribute: Any) -> FunctionType | None:
    if isinstance(attribute, property):
        attribute = attribute.fget
    attribute = inspect.unwrap(getattr(attribute, "__func__", attribute)) if attribute is not None else None
    return attribute if isinstance(attribute, FunctionType) else None
