"""Overrides of `bridge.ops.ranges` for PyTorch."""

import torch

from bridge.dtypes import torch_dtype
from bridge.typing import Device, DType


def linspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    *,
    dtype: DType | None = None,
    device: Device = None,
    endpoint: bool = True,
) -> torch.Tensor:
    wanted = None if dtype is None else torch_dtype(dtype)
    rounded = wanted is not None and not wanted.is_floating_point and not wanted.is_complex
    # torch spaces integers by a rounded step: they are rounded after spacing instead.
    values = torch.linspace(start, stop, num + (not endpoint), dtype=None if rounded else wanted, device=device)
    values = values if endpoint else values[:num]
    return values.floor().to(wanted) if rounded else values
