"""Overrides of `bridge.ops.segments` for PyTorch."""

import torch

from bridge.typing import Array


def segment_sum(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> torch.Tensor:
    count = _count(segment_ids, num_segments)
    return data.new_zeros((count, *data.shape[1:])).index_add(0, segment_ids, data)


def segment_prod(
    data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False
) -> torch.Tensor:
    return _reduced(data, segment_ids, num_segments, "prod", 1)


def segment_max(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> torch.Tensor:
    lowest = -torch.inf if data.is_floating_point() else torch.iinfo(data.dtype).min
    return _reduced(data, segment_ids, num_segments, "amax", lowest)


def segment_min(data: Array, segment_ids: Array, num_segments: int | None = None, sorted: bool = False) -> torch.Tensor:
    highest = torch.inf if data.is_floating_point() else torch.iinfo(data.dtype).max
    return _reduced(data, segment_ids, num_segments, "amin", highest)


def _reduced(
    data: torch.Tensor, segment_ids: torch.Tensor, num_segments: int | None, reduction: str, start: float
) -> torch.Tensor:
    result = data.new_full((_count(segment_ids, num_segments), *data.shape[1:]), start)
    places = segment_ids.long().reshape(-1, *(1,) * (data.ndim - 1)).expand(data.shape)
    return result.scatter_reduce(0, places, data, reduction)


def _count(segment_ids: torch.Tensor, num_segments: int | None) -> int:
    if num_segments is not None:
        return num_segments
    return int(segment_ids.max()) + 1 if segment_ids.numel() else 0
