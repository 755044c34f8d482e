"""Proves that the files of the backends mirror those of the ops: the same names, and the same parameters."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import bridge.backends
from bridge import dispatch
from tests.ops.groups import public_names, resolve

NOT_OVERRIDES = {
    "channels_last_convolution",
    "extremes",
    "folded_norms",
    "kernels",
    "layout",
    "onednn",
    "promotion",
    "recording",
    "recurrence",
    "sliding",
    "transfer",
}
"""Modules of a backend that hold what its overrides share."""

HELPERS = {"as_tensor", "KeyStream", "on_device", "SeedStream", "softmax_or_zero", "with_bias"}
"""What an override's module defines beside its overrides."""

BACKENDS = sorted(module.name for module in pkgutil.iter_modules(bridge.backends.__path__) if module.ispkg)


def names_of(package: str) -> set[str]:
    return {module.name for module in pkgutil.iter_modules(importlib.import_module(package).__path__)}


def group(name: str) -> ModuleType:
    return importlib.import_module(f"bridge.ops.{name}")


def is_op(value: Any) -> bool:
    return hasattr(value, "__wrapped__") and value.__module__.startswith("bridge.ops.")


def ops_of(name: str) -> dict[str, Callable[..., Any]]:
    """The ops that a group defines, by name."""
    module = group(name)
    return {key: value for key, value in vars(module).items() if is_op(value) and value.__module__ == module.__name__}


def plain_functions_of(name: str) -> dict[str, Callable[..., Any]]:
    """The public functions of a group that dispatch on nothing: they look at dtypes, or are written in creation ops."""
    public = {key: getattr(group(name), key) for key in getattr(group(name), "__all__", ())}
    return {key: value for key, value in public.items() if inspect.isfunction(value)}


def overrides() -> Iterator[tuple[str, str, str]]:
    """The framework, group and name of each public function in a backend's files that is no helper's import."""
    for framework in BACKENDS:
        for name in sorted(names_of(f"bridge.backends.{framework}") - NOT_OVERRIDES):
            module = importlib.import_module(f"bridge.backends.{framework}.{name}")
            for key, value in vars(module).items():
                if callable(value) and not key.startswith("_") and not _is_imported(module, key, value):
                    yield framework, name, key


def _is_imported(module: ModuleType, key: str, value: Any) -> bool:
    """Whether a name came by an import statement, not by a definition or an assignment in the file."""
    assigned = f"\n{key} = " in inspect.getsource(module)
    return not assigned and getattr(value, "__module__", None) != module.__name__


OVERRIDES = sorted(overrides())


def test_there_are_three_backends() -> None:
    assert BACKENDS == ["jax", "tensorflow", "torch"]


@pytest.mark.parametrize("framework", BACKENDS)
def test_every_file_has_the_name_of_a_group_of_ops(framework: str) -> None:
    assert names_of(f"bridge.backends.{framework}") - NOT_OVERRIDES <= names_of("bridge.ops")


def test_every_public_op_stands_in_a_group() -> None:
    grouped = {id(op) for name in names_of("bridge.ops") for op in (ops_of(name) | plain_functions_of(name)).values()}
    assert all(id(resolve(name)) in grouped for name in public_names())


@pytest.mark.parametrize(("framework", "name", "key"), OVERRIDES)
def test_every_override_has_the_name_of_an_op(framework: str, name: str, key: str) -> None:
    assert key in ops_of(name) or key in HELPERS


def _written_in_python(framework: str, name: str, key: str) -> bool:
    override = getattr(importlib.import_module(f"bridge.backends.{framework}.{name}"), key)
    return inspect.isfunction(override) and override.__module__.startswith("bridge.backends.")


PYTHON = [row for row in OVERRIDES if row[2] not in HELPERS and _written_in_python(*row)]


@pytest.mark.parametrize(("framework", "name", "key"), PYTHON)
def test_an_override_takes_what_the_op_takes(framework: str, name: str, key: str) -> None:
    override = getattr(importlib.import_module(f"bridge.backends.{framework}.{name}"), key)
    assert parameters(override) == parameters(ops_of(name)[key])


def parameters(function: Callable[..., Any]) -> list[tuple[str, Any, Any]]:
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize("framework", BACKENDS)
def test_every_primitive_has_an_override(framework: str) -> None:
    assert dispatch._primitives
    for function in dispatch._primitives:
        assert dispatch.implementation(function, framework) is not function
