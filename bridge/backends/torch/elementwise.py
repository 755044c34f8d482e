"""Overrides of `bridge.ops.elementwise` for PyTorch."""

import torch

from bridge.dtypes import number_tensor
from bridge.typing import Array, Number

abs = torch.abs
negative = torch.negative
sign = torch.sign
floor = torch.floor
exp = torch.exp
log = torch.log
sin = torch.sin
cos = torch.cos
tanh = torch.tanh
erf = torch.erf
sqrt = torch.sqrt
rsqrt = torch.rsqrt
square = torch.square
reciprocal = torch.reciprocal
isnan = torch.isnan
isfinite = torch.isfinite
logical_not = torch.logical_not

add = torch.add
subtract = torch.subtract
multiply = torch.multiply
divide = torch.divide
pow = torch.pow
equal = torch.eq
not_equal = torch.ne
less = torch.lt
less_equal = torch.le
greater = torch.gt
greater_equal = torch.ge
where = torch.where


def maximum(x1: Array, x2: Array | Number, /) -> torch.Tensor:
    return torch.maximum(x1, x2 if isinstance(x2, torch.Tensor) else number_tensor(x2, x1))


def minimum(x1: Array, x2: Array | Number, /) -> torch.Tensor:
    return torch.minimum(x1, x2 if isinstance(x2, torch.Tensor) else number_tensor(x2, x1))


def logical_and(x1: Array, x2: Array | Number, /) -> torch.Tensor:
    return torch.logical_and(x1, x2 if isinstance(x2, torch.Tensor) else number_tensor(x2, x1))


def logical_or(x1: Array, x2: Array | Number, /) -> torch.Tensor:
    return torch.logical_or(x1, x2 if isinstance(x2, torch.Tensor) else number_tensor(x2, x1))
