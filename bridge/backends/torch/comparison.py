"""Overrides of `bridge.ops.comparison` for PyTorch."""

import torch

from bridge.backends.torch.promotion import beside, binary
from bridge.typing import Array, Number

equal = torch.eq
not_equal = torch.ne
less = torch.lt
less_equal = torch.le
greater = torch.gt
greater_equal = torch.ge

isfinite = torch.isfinite
isinf = torch.isinf
isnan = torch.isnan
isneginf = torch.isneginf
isposinf = torch.isposinf
isreal = torch.isreal
signbit = torch.signbit

logical_and = binary(torch.logical_and)
logical_or = binary(torch.logical_or)
logical_xor = binary(torch.logical_xor)
logical_not = torch.logical_not


def isclose(
    x1: Array, x2: Array | Number, /, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> torch.Tensor:
    x2 = beside(x2, x1)
    if x1.dtype is not x2.dtype:
        common = torch.promote_types(x1.dtype, x2.dtype)
        x1, x2 = x1.to(common), x2.to(common)
    return torch.isclose(x1, x2, rtol, atol, equal_nan)


def allclose(
    x1: Array, x2: Array | Number, /, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> torch.Tensor:
    return isclose(x1, x2, rtol, atol, equal_nan).all()
