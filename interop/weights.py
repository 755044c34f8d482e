"""Weights on their way back into a module: checked whole, then written in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch

from bridge.replica import resolve, slots
from bridge.typing import Array


def write_back(
    module: torch.nn.Module,
    params: Mapping[str, Array],
    buffers: Mapping[str, Array] | None,
    to_torch: Callable[[Array], torch.Tensor],
) -> None:
    """Writes arrays into the parameters and buffers of `module`, under the names of its `state_dict`.

    Args:
        module: the module to write to.
        params: an array for each parameter.
        buffers: an array for each buffer, or `None` to leave the buffers as they are.
        to_torch: carries one array over.

    Raises:
        ValueError: names are missing or unexpected, or shapes differ; then nothing is written.
    """
    arrays = resolve(module, params, buffers)
    tensors = {id(tensor): to_torch(array) for tensor, array in _pairs(module, arrays)}
    with torch.no_grad():
        for tensor, _ in _pairs(module, arrays):
            tensor.copy_(tensors[id(tensor)])


def _pairs(module: torch.nn.Module, arrays: Mapping[int, Array]) -> list[tuple[torch.Tensor, Array]]:
    own = {id(tensor): tensor for kind in ("_parameters", "_buffers") for _, tensor in slots(module, kind)}
    return [(own[key], array) for key, array in arrays.items()]
