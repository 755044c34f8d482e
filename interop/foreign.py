"""Modules that nobody wrote for Bridge: what they are known by, and how they run all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from bridge.errors import AxisError, ConversionError, InputShapeError, MixedFrameworksError, TorchOnlyError
from bridge.idioms import idioms_of
from bridge.interop import custom_functions
from bridge.interop.converter import Converted, convert
from bridge.layer import Layer
from bridge.stateless import stateless_apply
from bridge.typing import Array

__all__ = ["AnyModule", "holds_torchs_own"]

_BRIDGES_OWN = (AxisError, ConversionError, InputShapeError, MixedFrameworksError)
"""Errors that tell what is wrong better than a conversion would."""

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

_READ_LAYERS = (torch.nn.MultiheadAttention, torch.nn.AdaptiveLogSoftmaxWithLoss, torch.nn.LinearCrossEntropyLoss)
"""Classes whose constructor makes layers of torch.nn, from which the forwards of `bridge.layers` read weights alone."""


class AnyModule:
    """A module as a pure function in every framework: as it is where its forward is written in `bridge.ops`, else
    converted.

    A class of torch.nn in the tree, where one of `bridge.layers` could stand, tells at once that the module must be
    converted, and so do functions and tensor methods of torch in the source of a forward; whatever else fails on
    arrays of another framework tells it at the first call.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self.module = module
        is_for_torch = holds_torchs_own(module) or any(True for _ in idioms_of(module))
        self._runs: torch.nn.Module = convert(module) if is_for_torch else module

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
        if isinstance(self._runs, Converted):
            return stateless_apply(self._runs, params, buffers, *args, **state, **kwargs)
        try:
            with custom_functions.refusing():
                return stateless_apply(self._runs, params, buffers, *args, **state, **kwargs)
        except _BRIDGES_OWN:
            raise
        except TorchOnlyError:
            converted = convert(self.module)
            outcome = stateless_apply(converted, params, buffers, *args, **state, **kwargs)
        except Exception as error:  # such as what JAX says of x.mean(dim=1), or TensorFlow of a float times a bool
            converted = convert(self.module)
            try:
                outcome = stateless_apply(converted, params, buffers, *args, **state, **kwargs)
            except Exception as other:
                if isinstance(other, ConversionError):
                    error.add_note(str(other))
                raise error from None
        self._runs = converted
        return outcome


def holds_torchs_own(module: torch.nn.Module) -> bool:
    """Whether a module of the tree computes by a forward of torch.nn itself.

    >>> holds_torchs_own(torch.nn.Linear(2, 2)), holds_torchs_own(torch.nn.Sequential(nn.Linear(2, 2)))
    (True, False)
    """
    forward = getattr(type(module).forward, "__module__", None) or ""
    if isinstance(module, Converted) or (forward.startswith("bridge.layers.") and isinstance(module, _READ_LAYERS)):
        return False
    if (
        forward.startswith("torch.nn.modules.")
        and not isinstance(module, Layer)
        and not any(type(module).forward is kind.forward for kind in _RUN_ANYWHERE)
    ):
        return True
    return any(map(holds_torchs_own, module.children()))
