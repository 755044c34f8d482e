"""Shapes of any framework's tensors as plain tuples, and the arithmetic on axes that backends share."""

from __future__ import annotations

from collections.abc import Sequence
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


def only_axis(axis: int | None, rank: int) -> int:
    """`axis` as it is, or the one axis of a vector where none is given.

    Raises:
        ValueError: none is given for a tensor that has not just one.

    >>> only_axis(-1, 3), only_axis(None, 1)
    (-1, 0)
    """
    if axis is not None:
        return axis
    if rank != 1:
        raise ValueError(f"expected an axis for a tensor of {rank} dimensions, got None")
    return 0


def normalize_axes(axis: int | tuple[int, ...] | list[int] | None, rank: int) -> tuple[int, ...]:
    """The axes to reduce, non-negative and in the order given; `None` is all of them.

    Raises:
        AxisError: there is no such axis.
        ValueError: one axis stands twice.

    >>> normalize_axes((-1, 0), 3), normalize_axes(None, 2)
    ((2, 0), (0, 1))
    """
    if axis is None:
        return tuple(range(rank))
    axes = tuple(normalize_axis(position, rank) for position in (axis if isinstance(axis, tuple | list) else (axis,)))
    if len(set(axes)) != len(axes):
        raise ValueError(f"expected each axis once, got {axis}")
    return axes


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


def forward_stop(start: Any, stop: Any, step: Any) -> Any:
    """Where a range really stops: at once, where `stop` lies behind `start`; sizes of a traced graph are left alone.

    >>> forward_stop(0, 3, 1), forward_stop(3, 0, 1), forward_stop(3, 0, -1)
    (3, 3, 0)
    """
    plain = all(isinstance(value, int | float) for value in (start, stop, step))
    return start if plain and (stop - start) * step < 0 else stop


def inserted_axes(axis: int | tuple[int, ...] | list[int], rank: int) -> list[int]:
    """Where new axes stand in the result, in order; `rank` counts the axes that there are.

    Raises:
        AxisError: there is no such place.
        ValueError: two are the same.

    >>> inserted_axes((-1, 0), 2)
    [0, 3]
    """
    given = axis if isinstance(axis, tuple | list) else (axis,)
    places = sorted(normalize_axis(place, rank + len(given)) for place in given)
    if len(set(places)) < len(places):
        raise ValueError(f"expected each new axis once, got {axis}")
    return places


def padding_widths(sizes: Sequence[Any], pad: Sequence[int], mode: str) -> list[tuple[int, int]]:
    """The counts before and after each axis for the `pad` of `torch.nn.functional.pad`, which starts at the last.

    Raises:
        ValueError: the mode is unknown, there are more counts than ends, or a mirror or a circle goes round twice.

    >>> padding_widths((2, 4), (1, 2), "reflect")
    [(0, 0), (1, 2)]
    """
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise ValueError(f"expected a mode of 'constant', 'reflect', 'replicate' or 'circular', got {mode!r}")
    if len(pad) % 2 or len(pad) > 2 * len(sizes):
        raise ValueError(f"expected two counts for each of at most {len(sizes)} axes, got {pad}")
    widths = [(0, 0)] * (len(sizes) - len(pad) // 2) + list(zip(pad[-2::-2], pad[-1::-2], strict=True))
    room = {"reflect": -1, "circular": 0}.get(mode)
    for size, width in zip(sizes, widths, strict=True):
        if room is not None and isinstance(size, int) and any(width) and max(width) > size + room:
            raise ValueError(f"expected at most {size + room} elements beyond an axis of {size} to {mode}, got {width}")
    return widths


def check_block(sizes: Sequence[Any], starts: Any, block: Sequence[Any]) -> None:
    """Refuses a block that does not fit, as far as its place and the sizes are known as numbers.

    Raises:
        ValueError: it does not fit, or has not as many axes.

    >>> check_block((4,), [1], (3,))
    """
    if len(block) != len(sizes):
        raise ValueError(f"expected a block of {len(sizes)} axes, got {tuple(block)}")
    if not isinstance(starts, list | tuple):
        return
    if len(starts) != len(sizes):
        raise ValueError(f"expected {len(sizes)} places to start at, got {len(starts)}")
    for size, start, length in zip(sizes, starts, block, strict=True):
        known = all(isinstance(value, int) for value in (size, start, length))
        if known and not 0 <= start <= size - length:
            raise ValueError(f"expected a block of {tuple(block)} to fit in {tuple(sizes)}, got one from {starts}")
