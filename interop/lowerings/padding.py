"""Padding."""

from __future__ import annotations

from collections.abc import Sequence

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.constant_pad_nd")
def constant_pad_nd(self: Array, pad: Sequence[int], value: float = 0) -> Array:
    return ops.pad(self, tuple(pad), "constant", value)


@lowers("aten.pad")
def pad(self: Array, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Array:
    return ops.pad(self, tuple(pad), mode, value or 0.0)


@lowers("aten.reflection_pad1d", "aten.reflection_pad2d", "aten.reflection_pad3d")
def reflection_pad(self: Array, padding: Sequence[int]) -> Array:
    return ops.pad(self, tuple(padding), "reflect")


@lowers("aten.replication_pad1d", "aten.replication_pad2d", "aten.replication_pad3d")
def replication_pad(self: Array, padding: Sequence[int]) -> Array:
    return ops.pad(self, tuple(padding), "replicate")
