"""Overrides of `bridge.ops.rearranging` for PyTorch."""

from collections.abc import Sequence
from typing import Any

import torch

from bridge.typing import Array

fliplr = torch.fliplr
flipud = torch.flipud


def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> torch.Tensor:
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return torch.flip(x, axes)


def roll(x: Array, /, shift: int | tuple[int, ...], *, axis: int | tuple[int, ...] | None = None) -> torch.Tensor:
    if axis is None:
        return torch.roll(x, shift if isinstance(shift, int) else sum(shift))
    if isinstance(axis, tuple) and isinstance(shift, int):
        shift = (shift,) * len(axis)
    elif isinstance(axis, int) and isinstance(shift, tuple):
        shift = sum(shift)
    return torch.roll(x, shift, axis)


def rot90(x: Array, /, k: int = 1, axes: tuple[int, int] = (0, 1)) -> torch.Tensor:
    return torch.rot90(x, k, axes)


def tile(x: Array, /, repetitions: int | tuple[int, ...]) -> torch.Tensor:
    return torch.tile(x, (repetitions,) if isinstance(repetitions, int) else repetitions)


def repeat_interleave(
    x: Array,
    /,
    repeats: int | Sequence[int] | Array,
    *,
    axis: int | None = None,
    total_repeat_length: int | None = None,
) -> torch.Tensor:
    counts: Any = torch.tensor(repeats, device=x.device) if isinstance(repeats, list | tuple) else repeats
    if isinstance(counts, torch.Tensor) and not counts.is_floating_point():
        counts = counts.to(torch.int64)  # torch counts in 32 and 64 bits only
    return torch.repeat_interleave(x, counts, axis, output_size=total_repeat_length)
