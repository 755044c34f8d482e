"""Overrides of `bridge.ops.normalization` for PyTorch."""

import torch
import torch.nn.functional as F

from bridge.typing import Array

layer_norm = F.layer_norm
rms_norm = F.rms_norm
group_norm = F.group_norm
local_response_norm = F.local_response_norm


def batch_norm(
    input: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> torch.Tensor:
    if training:  # torch would move the running statistics in place
        running_mean = running_var = None
    return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


def batch_norm_training(
    input: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array | None = None,
    bias: Array | None = None,
    momentum: float | Array = 0.1,
    eps: float = 1e-5,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    output = F.batch_norm(input, running_mean, running_var, weight, bias, True, momentum, eps)
    return output, running_mean, running_var


def instance_norm(
    input: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    bias: Array | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> torch.Tensor:
    if use_input_stats:  # torch would move the running statistics in place
        running_mean = running_var = None
    return F.instance_norm(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)


def instance_norm_training(
    input: Array,
    running_mean: Array,
    running_var: Array,
    weight: Array | None = None,
    bias: Array | None = None,
    momentum: float | Array = 0.1,
    eps: float = 1e-5,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    output = F.instance_norm(input, running_mean, running_var, weight, bias, True, momentum, eps)
    return output, running_mean, running_var
