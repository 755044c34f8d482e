"""Modules that nobody wrote for Bridge: what they are known by, and how they run all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from bridge.errors import TorchOnlyError
from bridge.interop import custom_functions
from bridge.interop.converter import Converted, convert
from bridge.layer import Layer
from bridge.stateless import stateless_apply
from bridge.typing import Array

__all__ = ["AnyModule", "holds_torchs_own"]

_RUN_ANYWHERE = (
    torch.nn.Sequential,
    torch.nn.ModuleList,
    torch.nn.ModuleDict,
    torch.nn.ParameterList,
    torch.nn.ParameterDict,
    torch.nn.Identity,
    torch.nn.Module,
)
"""Classes of torch.nn whose forward calls no function of torch, or that have none."""


class AnyModule:
    """A module as a pure function in every framework: as it is where its forward is written in `bridge.ops`, else
    converted.

    A class of torch.nn in the tree, where one of `bridge.layers` could stand, tells at once that the module must be
    converted; a function or a tensor method of torch tells it at the first call.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self.module = module
        self._runs: torch.nn.Module = convert(module) if holds_torchs_own(module) else module

    def apply(
        self,
        params: Mapping[str, Array],
        buffers: Mapping[str, Array],
        *args: Any,
        rng: Array | None,
        training: bool | None,
        **kwargs: Any,
    ) -> tuple[Any, dict[str, Array]]:
        """As `bridge.stateless_apply`."""
        state: dict[str, Any] = {"rng": rng, "training": training}
        if not isinstance(self._runs, Converted):
            try:
                with custom_functions.refusing():
                    return stateless_apply(self._runs, params, buffers, *args, **state, **kwargs)
            except TorchOnlyError:
                self._runs = convert(self.module)
        return stateless_apply(self._runs, params, buffers, *args, **state, **kwargs)


def holds_torchs_own(module: torch.nn.Module) -> bool:
    """Whether a module of the tree computes by a forward of torch.nn itself.

    >>> holds_torchs_own(torch.nn.Linear(2, 2)), holds_torchs_own(torch.nn.Sequential(nn.Linear(2, 2)))
    (True, False)
    """
    if isinstance(module, Converted):
        return False
    forward = getattr(type(module).forward, "__module__", "")
    if (
        forward.startswith("torch.nn.modules.")
        and not isinstance(module, Layer)
        and not any(type(module).forward is kind.forward for kind in _RUN_ANYWHERE)
    ):
        return True
    return any(map(holds_torchs_own, module.children()))
