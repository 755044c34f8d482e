"""Products of matrices and tensors, with NumPy's names and meaning."""

from __future__ import annotations

from bridge.dispatch import op, primitive
from bridge.ops.manipulation import swapaxes
from bridge.typing import Array

__all__ = [
    "matmul",
    "matrix_transpose",
]


@primitive
def matmul(x1: Array, x2: Array, /) -> Array:
    """Matrix product over the last two axes, the others broadcast; vectors as in `numpy.matmul`.

    >>> ops.matmul(torch.ones(2, 3), torch.ones(3, 4)).shape
    torch.Size([2, 4])
    """


@op
def matrix_transpose(x: Array, /) -> Array:
    """The last two axes exchanged; `numpy.matrix_transpose`.

    >>> ops.matrix_transpose(torch.zeros(2, 3, 4)).shape
    torch.Size([2, 4, 3])
    """
    return swapaxes(x, -1, -2)
