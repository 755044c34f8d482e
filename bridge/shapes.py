"""Shapes of any framework's tensors as plain tuples, and the arithmetic on axes that backends share."""

from __future__ import annotations

from typing import Any

from bridge.errors import AxisError


def static_shape(tensor: Any) -> tuple[int | None, ...] | None:
    """The sizes known without running anything: `None` for a dynamic axis, and for all of it when the rank is unknown.

    >>> import torch
    >>> static_shape(torch.zeros(2, 3))
    (2, 3)
    """
    shape = tensor.shape
    if getattr(shape, "rank", 0) is None:  # a tf.TensorShape of unknown rank
        return None
    return tuple(shape)


def normalize_axis(axis: int, rank: int) -> int:
    """A non-negative axis.

    Raises:
        AxisError: there is no such axis; it is a `ValueError` and an `IndexError`.

    >>> normalize_axis(-1, 3)
    2
    """
    if not -rank <= axis < rank:
        raise AxisError(f"expected an axis from {-rank} to {rank - 1} for a tensor of {rank} dimensions, got {axis}")
    return axis % rank


def pair(value: int | tuple[int, ...] | list[int], count: int) -> tuple[int, ...]:
    """A size for each of `count` axes, from one number for all or from one each.

    >>> pair(3, 2), pair((1, 2), 2)
    ((3, 3), (1, 2))
    """
    if isinstance(value, int):
        return (value,) * count
    values = tuple(value)
    if len(values) == 1:
        return values * count
    if len(values) != count:
        raise ValueError(f"expected one number or {count}, got {values}")
    return values


def padding_pairs(
    padding: str | int | tuple[int, ...], kernel: tuple[int, ...], dilation: tuple[int, ...]
) -> list[tuple[int, int]]:
    """The zeros before and after each spatial axis; an odd count has the larger half behind, as in PyTorch.

    >>> padding_pairs("same", (4,), (1,)), padding_pairs(1, (3, 3), (1, 1))
    ([(1, 2)], [(1, 1), (1, 1)])
    """
    if padding == "valid":
        return [(0, 0)] * len(kernel)
    if padding == "same":
        totals = [step * (size - 1) for size, step in zip(kernel, dilation, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    if isinstance(padding, str):
        raise ValueError(f"a convolution expected a padding of 'valid', 'same' or numbers, got {padding!r}")
    return [(size, size) for size in pair(padding, len(kernel))]
