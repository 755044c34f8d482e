"""Overrides of `bridge.ops.rounding` for PyTorch."""

import torch

from bridge.backends.torch.promotion import beside, fractional
from bridge.backends.whole_numbers import round_to_multiple
from bridge.typing import Array, Number

floor = torch.floor
ceil = torch.ceil
trunc = torch.trunc
nan_to_num = torch.nan_to_num
nextafter = fractional(torch.nextafter)


def round(x: Array, /, decimals: int = 0) -> torch.Tensor:
    if decimals == 0:
        return torch.round(x)
    if x.is_floating_point():
        return torch.round(x, decimals=decimals)
    return x if decimals > 0 else round_to_multiple(x, 10**-decimals)


def clip(x: Array, /, min: Array | Number | None = None, max: Array | Number | None = None) -> torch.Tensor:
    if min is None and max is None:
        return x
    if isinstance(min, torch.Tensor) or isinstance(max, torch.Tensor):
        min, max = (bound if bound is None else beside(bound, x) for bound in (min, max))
    return torch.clamp(x, min, max)  # type: ignore[arg-type]
