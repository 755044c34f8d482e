"""The cases of the ops, a file a group of `bridge/ops`, and all of them put together.

A group's file has `CASES`, and where they are needed:

- `GENERATED`: for an op, strategies of hypothesis that draw cases;
- `FIXED`: for an op, the arguments that no gradient is asked of;
- `NOT_DIFFERENTIABLE`: ops whose answer is bool, whole, or no function of the values of tensors;
- `IN_A_LAYER`: ops that take their framework, or their randomness, from the layer that is running;
- `OP_INFOS`: for an entry of torch's `op_db`, a function with torch's signature that calls the op;
- `SKIPS`: samples of these entries that are not run, and why.

Ops of a namespace are written with it, as in `"linalg.inv"`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypothesis.strategies import SearchStrategy

from bridge import ops
from tests.ops.case import Case
from tests.ops.skip import Skip

_MODULES = {
    module.name: importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
}


def _merged(constant: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for group, module in _MODULES.items():
        given = getattr(module, constant, {})
        assert not merged.keys() & given.keys(), f"{group}: {merged.keys() & given.keys()} stand in another group too"
        merged |= given
    return merged


def _union(constant: str) -> set[str]:
    return {name for module in _MODULES.values() for name in getattr(module, constant, ())}


CASES: dict[str, list[Case]] = _merged("CASES")
GENERATED: dict[str, SearchStrategy[Case]] = _merged("GENERATED")
FIXED: dict[str, tuple[str, ...]] = _merged("FIXED")
OP_INFOS: dict[str, Callable[..., Any]] = _merged("OP_INFOS")
NOT_DIFFERENTIABLE = _union("NOT_DIFFERENTIABLE")
IN_A_LAYER = _union("IN_A_LAYER")
SKIPS: tuple[Skip, ...] = tuple(skip for module in _MODULES.values() for skip in getattr(module, "SKIPS", ()))

GROUP_OF = {name: group for group, module in _MODULES.items() for name in module.CASES}
"""The group of each op that has cases."""


def resolve(name: str) -> Any:
    """The op of a name such as `"exp"` or `"linalg.inv"`.

    >>> resolve("linalg.inv") is ops.linalg.inv
    True
    """
    found: Any = ops
    for part in name.split("."):
        found = getattr(found, part)
    return found


def public_names() -> list[str]:
    """Every public op; those of a namespace with its name."""
    names = []
    for name in ops.__all__:
        value = getattr(ops, name)
        if isinstance(value, ModuleType):
            names += [f"{name}.{inner}" for inner in value.__all__]
        elif callable(value):
            names.append(name)
    return sorted(names)


def ids(name: str) -> str:
    """The name of an op with its group, so that `-k linalg/` chooses a group's tests."""
    return f"{GROUP_OF.get(name, 'other')}/{name}"
