"""Overrides of `bridge.ops.arithmetic` for PyTorch."""

import torch

from bridge.backends.torch.promotion import binary, fractional, unary
from bridge.typing import Array

add = torch.add
subtract = torch.subtract
multiply = torch.multiply
divide = torch.divide
floor_divide = torch.floor_divide
remainder = torch.remainder
fmod = torch.fmod
pow = torch.pow

abs = torch.abs
fabs = unary(torch.abs)
negative = torch.negative
positive = torch.positive
square = torch.square
reciprocal = torch.reciprocal
sqrt = torch.sqrt
rsqrt = torch.rsqrt

maximum = binary(torch.maximum)
minimum = binary(torch.minimum)
fmax = binary(torch.fmax)
fmin = binary(torch.fmin)
copysign = torch.copysign
hypot = fractional(torch.hypot)
gcd = binary(torch.gcd)
lcm = binary(torch.lcm)

sign = torch.sgn
conj = torch.conj_physical  # torch.conj only marks the tensor, which NumPy and DLPack refuse then
real = torch.real
angle = torch.angle
deg2rad = torch.deg2rad
rad2deg = torch.rad2deg
where = torch.where


def imag(x: Array, /) -> torch.Tensor:
    return torch.imag(x) if x.is_complex() else torch.zeros_like(x)
