"""Proves that every public name of `bridge.interop` and `bridge.export` is documented, and that its example runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

MODULES = (
    "bridge.export",
    "bridge.interop.converter",
    "bridge.interop.foreign",
    "bridge.interop.jax",
    "bridge.interop.lightning",
    "bridge.interop.lowerings",
    "bridge.interop.tf",
)
SYMBOLS = [(module, name) for module in MODULES for name in importlib.import_module(module).__all__]
EACH_SYMBOL = pytest.mark.parametrize(("module", "name"), SYMBOLS, ids=[f"{module}.{name}" for module, name in SYMBOLS])

WITHOUT_EXAMPLE = {
    "AnyModule",
    "Converted",
    "ExportedFile",
    "JaxModule",
    "Report",
    "Runtime",
    "TFModule",
    "VariableTree",
    "lowerings",
    "lowers",
}
"""What functions return; their examples show it."""

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@EACH_SYMBOL
def test_documented_and_its_example_runs(module: str, name: str, tmp_path: Path) -> None:
    symbol = getattr(importlib.import_module(module), name)
    assert inspect.getdoc(symbol)
    tests = doctest.DocTestFinder(exclude_empty=True).find(symbol, name, globs=names_for(module, tmp_path))
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    report: list[str] = []
    for test in tests:
        runner.run(test, out=report.append)
    results = runner.summarize(verbose=False)
    assert results.failed == 0, "".join(report)
    assert (results.attempted > 0) == (name not in WITHOUT_EXAMPLE)


@EACH_SYMBOL
def test_every_public_method_is_documented(module: str, name: str) -> None:
    symbol = getattr(importlib.import_module(module), name)
    for key, member in vars(symbol).items() if inspect.isclass(symbol) else ():
        if not key.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
            assert inspect.getdoc(member), f"{name}.{key}"


def names_for(module: str, folder: Path) -> dict[str, Any]:
    """What the examples take for granted."""
    names = {"bridge": "bridge", "jax": "jax", "nn": "bridge.layers", "numpy": "numpy", "ops": "bridge.ops"}
    names |= {"tf": "tensorflow", "torch": "torch"}
    own = importlib.import_module(module)
    imported = {key: importlib.import_module(target) for key, target in names.items()}
    return imported | {name: getattr(own, name) for name in own.__all__} | {"folder": folder}
