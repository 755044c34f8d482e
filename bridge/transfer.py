"""Tensors from torch to any framework: the one door to each backend's `transfer` file."""

from __future__ import annotations

import importlib
from typing import Any

import torch

from bridge.typing import Array


def transfer_of(framework: str) -> Any:
    """The `transfer` module of a framework's backend: `from_torch`, `to_torch`, `random_stream`, `is_traced`."""
    return importlib.import_module(f"bridge.backends.{framework}.transfer")


def from_torch(tensor: torch.Tensor, framework: str) -> Array:
    """A copy of the tensor as an array of `framework`; torch's own tensor as it is."""
    return tensor if framework == "torch" else transfer_of(framework).from_torch(tensor)
