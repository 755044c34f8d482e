"""What PyTorch's own promotion leaves to do: numbers where it wants tensors, and integers where it wants fractions."""

import functools
from collections.abc import Callable, Sequence

import torch

from bridge.dtypes import number_tensor
from bridge.typing import Array, Number


def floating(x: torch.Tensor) -> torch.Tensor:
    """`x`, or integers and bool as the default floating dtype."""
    return x if x.is_floating_point() or x.is_complex() else x.to(torch.get_default_dtype())


def beside(x: Array | Number, other: torch.Tensor) -> torch.Tensor:
    """`x`, or a number as a tensor of no axes that promotes beside `other` as the number does."""
    return x if isinstance(x, torch.Tensor) else number_tensor(x, other)


def binary(function: Callable[..., torch.Tensor]) -> Callable[[Array, Array | Number], torch.Tensor]:
    """`function` of two tensors, made to take a number second; the dispatch makes a tensor of a number first."""

    def taking_numbers(x1: Array, x2: Array | Number, /) -> torch.Tensor:
        return function(x1, x2 if isinstance(x2, torch.Tensor) else number_tensor(x2, x1))

    return taking_numbers


def promoted(x1: Array, x2: Array) -> tuple[torch.Tensor, torch.Tensor]:
    """Both operands in one dtype; tensors without axes count like the others."""
    if x1.dtype == x2.dtype:
        return x1, x2
    dtype = torch.promote_types(x1.dtype, x2.dtype)
    return x1.to(dtype), x2.to(dtype)


def alike(tensors: Sequence[Array]) -> Sequence[torch.Tensor]:
    """All of them in one dtype."""
    dtypes = [tensor.dtype for tensor in tensors]
    if all(dtype == dtypes[0] for dtype in dtypes):
        return tensors
    dtype = functools.reduce(torch.promote_types, dtypes)
    return [tensor.to(dtype) for tensor in tensors]


def of_one_dtype(function: Callable[..., torch.Tensor]) -> Callable[[Array, Array], torch.Tensor]:
    """`function` of two tensors, made to take two dtypes."""

    def promoting(x1: Array, x2: Array, /) -> torch.Tensor:
        return function(x1, x2) if x1.dtype == x2.dtype else function(*promoted(x1, x2))

    return promoting


def unary(function: Callable[..., torch.Tensor]) -> Callable[[Array], torch.Tensor]:
    """`function` of fractions, made to take integers and bool."""

    def converting(x: Array, /) -> torch.Tensor:
        return function(floating(x))

    return converting


def fractional(function: Callable[..., torch.Tensor]) -> Callable[[Array, Array | Number], torch.Tensor]:
    """`function` of two tensors of fractions, made to take numbers, integers and bool."""

    def converting(x1: Array, x2: Array | Number, /) -> torch.Tensor:
        x2 = beside(x2, x1)
        if not (x1.is_floating_point() or x2.is_floating_point()):
            x1, x2 = floating(x1), floating(x2)
        return function(x1, x2)

    return converting
