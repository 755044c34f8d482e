"""Which layers of a model get an adapter, by the rules that PEFT has for names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import torch

from bridge.layers.lora.adapters import Adapter, kind_for

Targets: TypeAlias = str | Sequence[str] | Callable[[str, torch.nn.Module], bool] | None
"""A regex that a whole name matches, names or their last parts, a predicate of name and module, or every Linear."""


def is_named(name: str, wanted: Iterable[str]) -> bool:
    """Whether a module's name is one of those wanted, or ends in one behind a dot."""
    return any(name == each or name.endswith(f".{each}") for each in wanted)


def pattern_value(patterns: Mapping[str, float] | None, name: str, default: float) -> float:
    """What the first pattern that matches the end of a module's name says, as PEFT's `rank_pattern` has it."""
    for pattern, value in (patterns or {}).items():
        if re.match(rf"(.*\.)?({pattern})$", name):
            return value
    return default


def chosen(model: torch.nn.Module, targets: Targets, besides: Sequence[str]) -> dict[str, torch.nn.Module]:
    """The layers that get an adapter, by their first name.

    Args:
        model: the root of the tree.
        targets: see `apply`.
        besides: modules that are trained whole, in which nothing gets an adapter.

    Raises:
        ValueError: a target is of a kind that has no adapter, or a name or all of them stand for no layer.
    """
    names = {name: module for name, module in model.named_modules() if name and not _is_inside(name, besides)}
    owned = {f"{name}.{part}" for name, module in names.items() for part in _owned_parts(module)}
    found: dict[str, torch.nn.Module]
    if targets is None:
        found = {
            name: module for name, module in names.items() if isinstance(module, torch.nn.Linear) and name not in owned
        }
    else:
        found = {name: module for name, module in names.items() if _matches(targets, name, module)}
        faults = [_fault(name, module, name in owned) for name, module in found.items()]
        if not isinstance(targets, str) and isinstance(targets, Sequence):
            faults += [f"{name!r} names no module" for name in targets if not any(is_named(n, [name]) for n in names)]
        if any(faults):
            listed = "\n  ".join(fault for fault in faults if fault)
            raise ValueError(f"lora.apply cannot adapt these targets:\n  {listed}\nNothing was changed.")
    if not found:
        raise ValueError(
            f"lora.apply found no layer for targets={targets!r} in {type(model).__name__}, whose modules are "
            f"{', '.join(names) or 'none: put a single layer in a Sequential'}. Nothing was changed."
        )
    return found


def _matches(targets: Targets, name: str, module: torch.nn.Module) -> bool:
    if isinstance(targets, str):
        return re.fullmatch(targets, name) is not None
    return bool(targets(name, module)) if callable(targets) else is_named(name, targets or ())


def _is_inside(name: str, besides: Sequence[str]) -> bool:
    parts = name.split(".")
    return any(is_named(".".join(parts[:end]), besides) for end in range(1, len(parts) + 1))


def _owned_parts(module: torch.nn.Module) -> tuple[str, ...]:
    """Layers that a module never calls."""
    return ("out_proj",) if isinstance(module, torch.nn.MultiheadAttention) else ()


def _fault(name: str, module: torch.nn.Module, owned: bool) -> str | None:
    if owned:
        return f"{name!r} is part of a MultiheadAttention, which reads its weight and never calls it"
    return unsupported(name, module)


def unsupported(name: str, module: torch.nn.Module) -> str | None:
    """Why a module can have no adapter; `None` if it can."""
    if isinstance(module, Adapter):
        return f"{name!r} has an adapter already: call lora.remove(model) first"
    if kind_for(module) is None:
        return f"{name!r} is a {type(module).__name__}; there are adapters for Linear, Embedding and Conv1d to Conv3d"
    return None
