"""The way into the other frameworks: a room for each neighbour, imported at first use.

`bridge.interop.jax`, `bridge.interop.tf` and `bridge.interop.lightning`; and `bridge.interop.convert`, which takes a
module that was not written for Bridge to all of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bridge.interop import jax as jax
    from bridge.interop import lightning as lightning
    from bridge.interop import tf as tf
    from bridge.interop.converter import convert as convert

__all__ = ["convert", "jax", "lightning", "tf"]


def __getattr__(name: str) -> Any:
    if name == "convert":
        return importlib.import_module("bridge.interop.converter").convert
    if name in __all__:
        return importlib.import_module(f"bridge.interop.{name}")
    raise AttributeError(f"module 'bridge.interop' has no attribute {name!r}")
