"""Batch normalisation with a cumulative average: the momentum is 1 divided by the number of batches, a buffer.

PyTorch reads it as a number of Python, which a graph does not have. Here it is a tensor.
"""

from __future__ import annotations

import functools

import torch
from torch.nn.modules.batchnorm import _BatchNorm

_by_number = torch.nn.functional.batch_norm


def count_in_tensors(module: torch.nn.Module) -> None:
    """Gives the layers of `torch.nn` within a copy of a module that would read the number a forward that does not."""
    for layer in module.modules():
        if isinstance(layer, _BatchNorm) and _reads_the_number(layer):
            layer.forward = functools.partial(_forward, layer)  # type: ignore[method-assign]


def batch_norm(
    input: torch.Tensor,
    running_mean: torch.Tensor | None,
    running_var: torch.Tensor | None,
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    training: bool = False,
    momentum: float | torch.Tensor = 0.1,
    eps: float = 1e-5,
) -> torch.Tensor:
    """`torch.nn.functional.batch_norm`, of which the momentum may be a tensor of no dimensions."""
    if not isinstance(momentum, torch.Tensor):
        return _by_number(input, running_mean, running_var, weight, bias, training, momentum, eps)
    if not training or running_mean is None or running_var is None:  # nothing is moved
        return _by_number(input, running_mean, running_var, weight, bias, training, 0.0, eps)
    mean, var = running_mean.clone(), running_var.clone()  # of an empty batch they stay so
    output = _by_number(input, mean, var, weight, bias, True, 1.0, eps)
    running_mean.copy_((1 - momentum) * running_mean + momentum * mean)
    running_var.copy_((1 - momentum) * running_var + momentum * var)
    return output


def _reads_the_number(layer: _BatchNorm) -> bool:
    counts = layer.training and layer.track_running_stats and layer.num_batches_tracked is not None
    return counts and layer.momentum is None and getattr(layer.forward, "__func__", None) is _BatchNorm.forward


def _forward(layer: _BatchNorm, input: torch.Tensor) -> torch.Tensor:
    layer._check_input_dim(input)
    assert layer.num_batches_tracked is not None
    momentum = 1.0 / layer.num_batches_tracked.add_(1).double()
    return batch_norm(input, layer.running_mean, layer.running_var, layer.weight, layer.bias, True, momentum, layer.eps)
