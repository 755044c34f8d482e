"""The bits of integers, element by element, with NumPy's names and meaning."""

from __future__ import annotations

from bridge.dispatch import primitive
from bridge.typing import Array, Number

__all__ = [
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "invert",
    "left_shift",
    "right_shift",
]


@primitive
def bitwise_and(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The bits that both integers have, broadcast; of bool it is `logical_and`; `numpy.bitwise_and`.

    >>> ops.bitwise_and(torch.tensor([6, 5]), 3)
    tensor([2, 1])
    """


@primitive
def bitwise_or(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The bits that either integer has, broadcast; of bool it is `logical_or`; `numpy.bitwise_or`.

    >>> ops.bitwise_or(torch.tensor([6, 5]), 3)
    tensor([7, 7])
    """


@primitive
def bitwise_xor(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The bits that one integer has, broadcast; of bool it is `logical_xor`; `numpy.bitwise_xor`.

    >>> ops.bitwise_xor(torch.tensor([6, 5]), 3)
    tensor([5, 6])
    """


@primitive
def bitwise_invert(x: Array, /) -> Array:
    """The bits that an integer does not have; of bool it is `logical_not`; `numpy.bitwise_invert`.

    >>> ops.bitwise_invert(torch.tensor([0, 5]))
    tensor([-1, -6])
    """


@primitive
def bitwise_left_shift(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The bits of `x1` moved up by `x2` places, broadcast; `numpy.bitwise_left_shift`.

    A shift by a negative number, or by the width of the dtype or more, has no defined value.

    >>> ops.bitwise_left_shift(torch.tensor([1, 3]), 2)
    tensor([ 4, 12])
    """


@primitive
def bitwise_right_shift(x1: Array | Number, x2: Array | Number, /) -> Array:
    """The bits of `x1` moved down by `x2` places, keeping its sign, broadcast; `numpy.bitwise_right_shift`.

    A shift by a negative number, or by the width of the dtype or more, has no defined value.

    >>> ops.bitwise_right_shift(torch.tensor([-8, 12]), 2)
    tensor([-2,  3])
    """


bitwise_not = bitwise_invert
invert = bitwise_invert
left_shift = bitwise_left_shift
right_shift = bitwise_right_shift
