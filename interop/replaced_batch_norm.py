"""Batch normalisation with a cumulative average: the momentum is 1 divided by the number of batches, a buffer.

PyTorch reads it as a number of Python, which a graph does not have. Here it is a tensor.
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch.nn.modules.batchnorm import _BatchNorm

_by_number = torch.nn.functional.batch_norm


def count_in_tensors(module: torch.nn.Module) -> None:
    """Gives the layers of `torch.nn` within a copy of a module, in training, a forward that reads no number."""
    for layer in module.modules():
        if isinstance(layer, _BatchNorm) and layer.momentum is None and layer.training and _has_torchs_forward(layer):
            layer.forward = functools.partial(_forward, layer)  # type: ignore[method-assign]


def batch_norm(
    input: torch.Tensor,
    running_mean: torch.Tensor | None,
    running_var: torch.Tensor | None,
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    training: bool = False,
    momentum: Any = 0.1,
    eps: float = 1e-5,
) -> torch.Tensor:
    """`torch.nn.functional.batch_norm`, of which the momentum may be a tensor of no dimensions."""
    if not isinstance(momentum, torch.Tensor):
        return _by_number(input, running_mean, running_var, weight, bias, training, momentum, eps)
    output = _by_number(input, None, None, weight, bias, training, 0.0, eps)
    axes = [axis for axis in range(input.ndim) if axis != 1]
    with torch.no_grad():
        var, mean = torch.var_mean(input.float() if input.itemsize < 4 else input, axes)
        for running, batch in ((running_mean, mean), (running_var, var)):
            assert running is not None
            running.copy_((1 - momentum) * running + momentum * batch)
    return output


def _has_torchs_forward(layer: torch.nn.Module) -> bool:
    return getattr(layer.forward, "__func__", None) is _BatchNorm.forward


def _forward(layer: _BatchNorm, input: torch.Tensor) -> torch.Tensor:
    layer._check_input_dim(input)
    if layer.running_mean is None or layer.num_batches_tracked is None:
        return _by_number(input, None, None, layer.weight, layer.bias, True, 0.0, layer.eps)
    layer.num_batches_tracked.add_(1)
    momentum = 1.0 / layer.num_batches_tracked.double()
    return batch_norm(input, layer.running_mean, layer.running_var, layer.weight, layer.bias, True, momentum, layer.eps)
