"""Bridge: one `model.py`, written once as PyTorch modules, for PyTorch, JAX, TensorFlow and every export format.

`bridge.ops` is the language that layers are written in, `bridge.layers` the layers, `bridge.interop` the way into the
other frameworks, `bridge.export` the way into files. The last three are imported at first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from bridge import ops
from bridge.errors import (
    ConversionError,
    ExportError,
    InputShapeError,
    MissingExtraError,
    MixedFrameworksError,
    UnsupportedOpError,
)
from bridge.layer import Layer
from bridge.precision import MixedPrecision
from bridge.spec import InputSpec
from bridge.stateless import stateless_apply

if TYPE_CHECKING:
    from bridge import export as export
    from bridge import interop as interop
    from bridge import layers as layers
    from bridge.model import Model as Model
    from bridge.picture import plot as plot
    from bridge.symbolic import Input as Input
    from bridge.tables import summary as summary

__version__ = "0.1.0"

__all__ = [
    "ConversionError",
    "ExportError",
    "Input",
    "InputShapeError",
    "InputSpec",
    "Layer",
    "MissingExtraError",
    "MixedFrameworksError",
    "MixedPrecision",
    "Model",
    "UnsupportedOpError",
    "export",
    "interop",
    "layers",
    "ops",
    "plot",
    "stateless_apply",
    "summary",
]

_HOMES = {"Input": "symbolic", "Model": "model", "plot": "picture", "summary": "tables"}
"""Where names are that are imported at first use, and keep `import bridge` as quick as it is."""


def __getattr__(name: str) -> Any:
    if name in ("layers", "interop", "export"):
        return importlib.import_module(f"bridge.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"bridge.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'bridge' has no attribute {name!r}")
