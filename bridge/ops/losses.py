"""What the losses share: their reduction, and the checks of their arguments."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from bridge.dtypes import dtype_name, promoted_name
from bridge.errors import InputShapeError
from bridge.ops.manipulation import astype
from bridge.ops.reductions import mean, sum
from bridge.shapes import static_shape
from bridge.typing import Array

__all__: list[str] = []


def reduced(losses: Array, reduction: str) -> Array:
    """The losses as they are, their mean, or their sum.

    Raises:
        ValueError: `reduction` is none of `"none"`, `"mean"` and `"sum"`.

    >>> reduced(torch.tensor([1.0, 2.0]), "sum")
    tensor(3.)
    """
    if reduction == "none":
        return losses
    if reduction == "mean":
        return mean(losses)
    if reduction == "sum":
        return sum(losses)
    raise ValueError(f"expected a reduction of 'none', 'mean' or 'sum', got {reduction!r}")


def of_one_dtype(*tensors: Array) -> tuple[Array, ...]:
    """The tensors in the dtype that PyTorch would compute in; for JAX and TensorFlow, since Dynamo cannot trace it."""
    if len({tensor.dtype for tensor in tensors}) == 1:
        return tensors
    operands = ((dtype_name(tensor.dtype), tensor.ndim > 0) for tensor in tensors)
    name, _ = functools.reduce(lambda first, second: (promoted_name(first, second), first[1] or second[1]), operands)
    return tuple(astype(tensor, name) for tensor in tensors)


def expect_shape(name: str, tensor: Array, expected: Sequence[int | None]) -> None:
    """Refuses a tensor of another shape; a size that is unknown while tracing fits any.

    Raises:
        InputShapeError: the shape is another.

    >>> expect_shape("target", torch.zeros(2), (3,))
    Traceback (most recent call last):
    bridge.errors.InputShapeError: expected target of shape (3,), got (2,)
    """
    found = static_shape(tensor)
    if found is not None and not _fits(found, expected):
        raise InputShapeError(f"expected {name} of shape {tuple(expected)}, got {found}")


def _fits(found: Sequence[int | None], expected: Sequence[int | None]) -> bool:
    return len(found) == len(expected) and all(
        not isinstance(size, int) or not isinstance(wanted, int) or size == wanted
        for size, wanted in zip(found, expected, strict=True)
    )


def sizes_of(tensor: Array) -> tuple[int | None, ...]:
    """The sizes known while tracing; a loss needs a rank."""
    sizes = static_shape(tensor)
    if sizes is None:
        raise InputShapeError("expected a tensor of known rank")
    return sizes
