"""Axes named by a pattern, as in einops: reordering, reducing and repeating that can be read.

A pattern has the axes before and after an arrow; those in brackets are one axis. See https://einops.rocks for more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import einops

from bridge.dispatch import op
from bridge.ops import reductions
from bridge.ops.rearranging import repeat_interleave
from bridge.typing import Array

__all__ = [
    "rearrange",
    "reduce",
    "repeat",
]


@op
def rearrange(x: Array | Sequence[Array], /, pattern: str, **sizes: int) -> Array:
    """Axes in another order, split or made into one; `einops.rearrange`.

    Args:
        x: of as many axes as the pattern has before its arrow; or a list of tensors, whose first axis is the list.
        pattern: such as `"b (h d) t -> b h t d"`, with the same axes on both sides.
        sizes: the sizes of axes that do not follow from the shape.

    Raises:
        ValueError: the pattern does not fit the shape.

    Reference: Rogozhnikov, Einops: Clear and Reliable Tensor Manipulations with Einstein-like Notation, ICLR 2022.

    >>> ops.rearrange(torch.arange(6), "(h w) -> w h", h=2)
    tensor([[0, 3],
            [1, 4],
            [2, 5]])
    """
    return _fitting(einops.rearrange, x, pattern, **sizes)


@op
def reduce(x: Array | Sequence[Array], /, pattern: str, reduction: str | Callable[..., Any], **sizes: int) -> Array:
    """The reduction of the axes that a pattern has on its left alone; `einops.reduce`.

    Args:
        x: of as many axes as the pattern has before its arrow; or a list of tensors, whose first axis is the list.
        pattern: such as `"b c (h 2) (w 2) -> b c h w"`.
        reduction: `"sum"`, `"mean"`, `"prod"`, `"max"`, `"min"`, `"any"` or `"all"`, the ops of these names with their
            dtypes; or a function of the tensor and a tuple of axes.
        sizes: the sizes of axes that do not follow from the shape.

    Raises:
        ValueError: the pattern does not fit the shape, or there is no such reduction.

    >>> ops.reduce(torch.arange(4.0), "(t 2) -> t", "mean")
    tensor([0.5000, 2.5000])
    """
    if isinstance(reduction, str):
        if reduction not in _REDUCTIONS:
            raise ValueError(f"expected a reduction of {', '.join(_REDUCTIONS)} or a function, got {reduction!r}")
        reduction = _REDUCTIONS[reduction]
    return _fitting(einops.reduce, x, pattern, reduction, **sizes)


@op
def repeat(
    x: Array | Sequence[Array],
    /,
    repeats: str | int | Sequence[int] | Array,
    *,
    axis: int | None = None,
    total_repeat_length: int | None = None,
    **sizes: int,
) -> Array:
    """Copies along new axes that a pattern names, or each element several times; `einops.repeat` or `numpy.repeat`.

    Args:
        x: of any shape; or, for a pattern, a list of tensors, whose first axis is the list.
        repeats: a pattern, such as `"h w -> h w c"`; or counts, see `repeat_interleave`.
        axis: what the counts are for; `None` repeats all elements in row-major order.
        total_repeat_length: the sum of the counts, see `repeat_interleave`.
        sizes: for a pattern, the sizes of axes that do not follow from the shape.

    >>> ops.repeat(torch.arange(2), "t -> t c", c=3)
    tensor([[0, 0, 0],
            [1, 1, 1]])
    >>> ops.repeat(torch.arange(2), 3)
    tensor([0, 0, 0, 1, 1, 1])
    """
    if isinstance(repeats, str):
        if axis is not None or total_repeat_length is not None:
            raise TypeError(f"axis and total_repeat_length go with counts, got the pattern {repeats!r}")
        return _fitting(einops.repeat, x, repeats, **sizes)
    if sizes:
        raise TypeError(f"sizes of axes go with a pattern, got {', '.join(sizes)} with counts")
    return repeat_interleave(x, repeats, axis=axis, total_repeat_length=total_repeat_length)


def _fitting(function: Callable[..., Array], *args: Any, **sizes: int) -> Array:
    try:
        return function(*args, **sizes)
    except einops.EinopsError as error:
        raise ValueError(str(error).strip()) from error


def _of_axes(function: Callable[..., Array]) -> Callable[[Array, tuple[int, ...]], Array]:
    return lambda x, axes: function(x, axis=tuple(axes))


_REDUCTIONS = {
    name: _of_axes(getattr(reductions, name)) for name in ("sum", "mean", "prod", "max", "min", "any", "all")
}
