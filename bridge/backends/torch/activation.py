"""Overrides of `bridge.ops.activation` for PyTorch."""

import torch
import torch.nn.functional as F

relu6 = F.relu6
leaky_relu = F.leaky_relu
prelu = F.prelu
rrelu = F.rrelu
elu = F.elu
selu = F.selu
celu = F.celu
gelu = F.gelu
silu = F.silu
mish = F.mish
sigmoid = torch.sigmoid
logsigmoid = F.logsigmoid
softplus = F.softplus
softsign = F.softsign
hardtanh = F.hardtanh
hardsigmoid = F.hardsigmoid
hardswish = F.hardswish
hardshrink = F.hardshrink
softshrink = F.softshrink
tanhshrink = F.tanhshrink
threshold = F.threshold
polar = torch.polar


def relu(input: torch.Tensor, inplace: bool = False) -> torch.Tensor:
    return torch.relu_(input) if inplace else torch.relu(input)  # F.relu asks first who overrides it


def glu(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return F.glu(input, axis)


def softmax(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.softmax(input, axis)


def softmin(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.softmax(-input, axis)


def log_softmax(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.log_softmax(input, axis)


def gumbel_softmax(
    logits: torch.Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, axis: int = -1
) -> torch.Tensor:
    return F.gumbel_softmax(logits, tau, hard, dim=axis)
