"""The cases of the layers, a file a file of `layers/`, and all of them put together.

A family's file has `CASES`, and where they are needed:

- `WITHOUT_ENTRY`: classes that torch's `module_db` has no samples of that can be used, and why;
- `SAMPLES_LACKING`: for a class, the samples of `module_db` that a framework cannot run: `Lacking` entries;
- `WRONG_SHAPES`: for a class, a layer, the shapes of a call that is wrong, and what the message says was expected;
- `ANY_SHAPE`: classes that take every shape.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
import torch

from bridge import layers
from tests import sweep
from tests.layers.case import Case, Lacking

_MODULES = {
    module.name: importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
}

TORCHS_OWN = {"Buffer", "Parameter", "UninitializedBuffer", "UninitializedParameter", "functional", "init"}
"""What `bridge.layers` hands on from torch.nn as it is."""

NO_LAYERS = TORCHS_OWN | {"KeyValueCache", "MambaState", "Module", "TransformerBlockCache", "lora", "utils"}
"""Names of `bridge.layers` that are no classes of layers."""


def _merged(constant: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for family, module in _MODULES.items():
        given = getattr(module, constant, {})
        assert not merged.keys() & given.keys(), f"{family}: {merged.keys() & given.keys()} stand in another family too"
        merged |= given
    return merged


CASES: list[Case] = [each for module in _MODULES.values() for each in module.CASES]
WITHOUT_ENTRY: dict[str, str] = _merged("WITHOUT_ENTRY")
SAMPLES_LACKING: dict[str, tuple[Lacking, ...]] = _merged("SAMPLES_LACKING")
WRONG_SHAPES: dict[str, tuple[Any, list[tuple[int, ...]], str]] = _merged("WRONG_SHAPES")
ANY_SHAPE: set[str] = {name for module in _MODULES.values() for name in getattr(module, "ANY_SHAPE", ())}

FAMILY_OF = {case.name: family for family, module in _MODULES.items() for case in module.CASES}
"""The family of each class that has cases."""


def classes() -> list[str]:
    """Every public class of `bridge.layers`."""
    return sorted(set(layers.__all__) - NO_LAYERS)


def is_torchs(name: str) -> bool:
    """Whether torch.nn has a class of this name, for which ours stands in."""
    return hasattr(torch.nn, name)


def ids(cases: list[Case]) -> list[str]:
    """A name for each case, with its family and its place among the cases of its class."""
    seen: dict[str, int] = {}
    names = []
    for each in cases:
        seen[each.name] = seen.get(each.name, -1) + 1
        names.append(f"{FAMILY_OF[each.name]}/{each.name}-{seen[each.name]}")
    return names


def one_of_each_class(cases: list[Case]) -> list[Any]:
    """The cases as values of a parameter: all but the first of each class are left to a sweep."""
    firsts = {id(case) for case in {case.name: case for case in reversed(cases)}.values()}
    return [
        pytest.param(case, id=name, marks=() if id(case) in firsts else sweep.MARK)
        for case, name in zip(cases, ids(cases), strict=True)
    ]
