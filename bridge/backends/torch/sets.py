"""Overrides of `bridge.ops.sets` for PyTorch."""

from collections.abc import Sequence

import torch

from bridge.typing import Array, Number


def argwhere(x: Array, /, *, size: int | None = None, fill_value: int = 0) -> torch.Tensor:
    return torch.nonzero(x) if size is None else torch.nonzero_static(x, size=size, fill_value=fill_value)


def isin(x1: Array, x2: Array | Sequence[Number] | Number, /, *, invert: bool = False) -> torch.Tensor:
    x2 = torch.asarray(x2, device=x1.device)
    # torch looks for no bool.
    x1, x2 = (x.to(torch.uint8) if x.dtype is torch.bool else x for x in (x1, x2))
    return torch.isin(x1, x2, invert=invert)
