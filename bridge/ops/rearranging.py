"""Elements in another order, and copies of them, with NumPy's names and meaning."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.dispatch import op, primitive
from bridge.ops.manipulation import swapaxes
from bridge.shapes import normalize_axis
from bridge.typing import Array

__all__ = [
    "flip",
    "fliplr",
    "flipud",
    "repeat_interleave",
    "roll",
    "rot90",
    "tile",
]


@primitive
def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> Array:
    """The order along `axis` reversed, of all axes by default; `numpy.flip`.

    >>> ops.flip(torch.arange(3))
    tensor([2, 1, 0])
    """


@op
def fliplr(x: Array, /) -> Array:
    """The order along axis 1 reversed, from left to right; `numpy.fliplr`.

    >>> ops.fliplr(torch.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    return flip(x, axis=1)


@op
def flipud(x: Array, /) -> Array:
    """The order along axis 0 reversed, from top to bottom; `numpy.flipud`.

    >>> ops.flipud(torch.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    return flip(x, axis=0)


@primitive
def roll(x: Array, /, shift: int | tuple[int, ...], *, axis: int | tuple[int, ...] | None = None) -> Array:
    """Elements moved by `shift` places along `axis`, those beyond the end put at the start; `numpy.roll`.

    Args:
        x: of any shape.
        shift: by how much, one number for all axes or one each.
        axis: along what; `None` rolls all elements in row-major order, and restores the shape.

    >>> ops.roll(torch.arange(4), 1, axis=0)
    tensor([3, 0, 1, 2])
    """


@op
def rot90(x: Array, /, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """The plane of two axes turned by `k` right angles, from the first axis to the second; `numpy.rot90`.

    >>> ops.rot90(torch.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    first, second = (normalize_axis(axis, x.ndim) for axis in axes)
    if first == second:
        raise ValueError(f"expected two different axes, got {axes}")
    if k % 4 == 0:
        return x
    if k % 4 == 2:
        return flip(x, axis=(first, second))
    return flip(swapaxes(x, first, second), axis=first if k % 4 == 1 else second)


@primitive
def tile(x: Array, /, repetitions: int | tuple[int, ...]) -> Array:
    """`x` repeated side by side along each axis; `numpy.tile`.

    Args:
        x: of any shape.
        repetitions: how often along each of the last axes; if there are more, `x` gets axes of size 1 before its own.

    >>> ops.tile(torch.tensor([1, 2]), (2, 2))
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """


@primitive
def repeat_interleave(
    x: Array,
    /,
    repeats: int | Sequence[int] | Array,
    *,
    axis: int | None = None,
    total_repeat_length: int | None = None,
) -> Array:
    """Each element along `axis` several times in a row; `torch.repeat_interleave`, `numpy.repeat`.

    Args:
        x: of any shape.
        repeats: how often: one number, or one for each element.
        axis: along what; `None` repeats all elements in row-major order.
        total_repeat_length: the size that comes of it, which must be given where `repeats` is a tensor and `jax.jit`
            traces; it spares torch a look at the values.

    >>> ops.repeat_interleave(torch.tensor([5, 6]), torch.tensor([1, 2]))
    tensor([5, 6, 6])
    """
