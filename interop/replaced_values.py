"""Comparisons, choices and ranges for `bridge.interop.replacements`, without a look at values or open sizes."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import torch


def equal(input: torch.Tensor, other: torch.Tensor) -> Any:
    """`torch.equal`, as a tensor."""
    return (input == other).all() if input.shape == other.shape else False


def allclose(
    input: torch.Tensor, other: torch.Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> torch.Tensor:
    """`torch.allclose`, as a tensor."""
    return torch.isclose(input, other, rtol, atol, equal_nan).all()


def combinations(input: torch.Tensor, r: int = 2, with_replacement: bool = False) -> torch.Tensor:
    """`torch.combinations`, which takes them by a mask although their number follows from the size."""
    if r == 0:
        return input.new_empty((0,))
    chosen = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    places = list(chosen(range(int(input.shape[0])), r))
    return input[torch.tensor(places, dtype=torch.int64, device=input.device).reshape(-1, r)]


def narrow(input: torch.Tensor, dim: int, start: Any, length: int) -> torch.Tensor:
    """`torch.narrow`, which reads a start that a tensor holds."""
    if not isinstance(start, torch.Tensor):
        return torch.narrow(input, dim, start, length)
    first = torch.where(start < 0, start + input.shape[dim], start)
    return input.index_select(dim, first + torch.arange(length, device=input.device))


def linspace(start: Any, end: Any, steps: Any, *, dtype: torch.dtype | None = None, **options: Any) -> torch.Tensor:
    """`torch.linspace`, which would fix a number of steps that is left open, by the formula of its kernel."""
    kind = dtype or torch.get_default_dtype()
    is_open = isinstance(steps, torch.SymInt)
    if not is_open or not kind.is_floating_point or "out" in options:
        return torch.linspace(start, end, steps, dtype=dtype, **options)
    places = torch.arange(steps, dtype=kind, **options)
    step = (end - start) / torch.sym_max(steps - 1, 1)
    up, down = start + step * places, end - step * (steps - 1 - places)
    return torch.where(places < torch.sym_max(steps // 2, 1), up, down)


def tensor(data: Any, *, dtype: torch.dtype | None = None, device: Any = None, **options: bool) -> torch.Tensor:
    """`torch.tensor`, which would fix sizes that are left open in a list."""
    if not _holds_open_sizes(data):
        return torch.tensor(data, dtype=dtype, device=device, **options)
    made = _stacked(data, dtype or _dtype_of(data), device)
    return made.requires_grad_() if options.get("requires_grad") else made


def as_tensor(data: Any, dtype: torch.dtype | None = None, device: Any = None) -> torch.Tensor:
    """`torch.as_tensor`, likewise."""
    if not _holds_open_sizes(data):
        return torch.as_tensor(data, dtype=dtype, device=device)
    return _stacked(data, dtype or _dtype_of(data), device)


def _holds_open_sizes(data: Any) -> bool:
    return isinstance(data, list | tuple) and any(
        isinstance(one, torch.SymInt | torch.SymFloat) or _holds_open_sizes(one) for one in data
    )


def _dtype_of(data: Any) -> torch.dtype:
    if isinstance(data, list | tuple):
        return functools.reduce(torch.promote_types, map(_dtype_of, data))
    if isinstance(data, torch.Tensor):
        return data.dtype
    return torch.get_default_dtype() if isinstance(data, float | torch.SymFloat) else torch.int64


def _stacked(data: Any, dtype: torch.dtype, device: Any) -> torch.Tensor:
    if isinstance(data, list | tuple):
        return torch.stack([_stacked(one, dtype, device) for one in data])
    if isinstance(data, torch.Tensor):
        return data.detach().to(dtype=dtype, device=device)
    return torch.scalar_tensor(data, dtype=dtype, device=device)
