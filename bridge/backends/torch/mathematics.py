"""Overrides of `bridge.ops.mathematics` for PyTorch."""

import torch

from bridge.backends.torch.promotion import binary, fractional

exp = torch.exp
exp2 = torch.exp2
expm1 = torch.expm1
log = torch.log
log1p = torch.log1p
log2 = torch.log2
log10 = torch.log10
logaddexp = fractional(torch.logaddexp)
logaddexp2 = fractional(torch.logaddexp2)

sin = torch.sin
cos = torch.cos
tan = torch.tan
asin = torch.asin
acos = torch.acos
atan = torch.atan
atan2 = binary(torch.atan2)
sinh = torch.sinh
cosh = torch.cosh
tanh = torch.tanh
asinh = torch.asinh
acosh = torch.acosh
atanh = torch.atanh

sinc = torch.sinc
i0 = torch.i0
erf = torch.erf
erfc = torch.erfc
erfinv = torch.erfinv
lgamma = torch.lgamma
digamma = torch.digamma
igamma = fractional(torch.igamma)
igammac = fractional(torch.igammac)
