"""A layer's constructor arguments as plain values that JSON can hold, and back. Nothing is imported or unpickled."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from bridge.dtypes import dtype_name, torch_dtype


def arguments(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a constructor call by name; those of `*args` are a list under its name.

    Raises:
        TypeError: an argument is of a kind that cannot be written down.
    """
    bound = inspect.signature(cls.__init__).bind(None, *args, **kwargs)  # type: ignore[misc]
    named = dict(list(bound.arguments.items())[1:])
    for parameter in bound.signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            named |= named.pop(parameter.name, {})
    return {name: encode(value, f"{cls.__name__}({name}=...)") for name, value in named.items()}


def call_arguments(cls: type, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The positional and named arguments of the constructor call that `arguments` wrote down."""
    decoded = {name: decode(value) for name, value in values.items()}
    for parameter in inspect.signature(cls.__init__).parameters.values():  # type: ignore[misc]
        if parameter.kind is parameter.VAR_POSITIONAL:
            return list(decoded.pop(parameter.name, ())), decoded
    return [], decoded


def encode(value: Any, where: str) -> Any:
    """One argument as a value that JSON can hold.

    Raises:
        TypeError: it is of a kind that cannot be written down; the message starts with `where`.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, torch.dtype):
        return {"dtype": dtype_name(value)}
    if isinstance(value, torch.device):
        return {"device": str(value)}
    if isinstance(value, tuple | list):
        items = [encode(item, where) for item in value]
        return {"tuple": items} if isinstance(value, tuple) else items
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {"dict": {key: encode(item, where) for key, item in value.items()}}
    if hasattr(value, "get_config"):
        return {"layer": _name_of(type(value)), "config": value.get_config()}
    raise TypeError(f"{where} cannot be written to a configuration: {value!r}. Override get_config and from_config.")


def decode(value: Any) -> Any:
    """The inverse of `encode`."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if "layer" in value:
        return _class_named(value["layer"]).from_config(value["config"])
    if "dtype" in value:
        return torch_dtype(value["dtype"])
    if "device" in value:
        return torch.device(value["device"])
    if "tuple" in value:
        return tuple(decode(item) for item in value["tuple"])
    return {key: decode(item) for key, item in value["dict"].items()}


def _name_of(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _class_named(name: str) -> Any:
    from bridge.layer import Layer

    for cls in _subclasses(Layer):
        if _name_of(cls) == name:
            return cls
    raise ValueError(f"a configuration names the layer {name}, which is not defined here: import its module first")


def _subclasses(cls: type) -> Iterator[type]:
    subclass: type
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
