"""Products of matrices and tensors, with NumPy's names and meaning; dtypes promote as in PyTorch.

The product of integers has the dtype of the operands, and wraps around where that overflows, as in NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.dispatch import op, primitive, second_primitive
from bridge.ops.arithmetic import multiply
from bridge.ops.manipulation import reshape, shape, swapaxes
from bridge.ops.reductions import sum
from bridge.typing import Array

__all__ = [
    "cross",
    "diagonal",
    "dot",
    "einsum",
    "inner",
    "kron",
    "matmul",
    "matrix_transpose",
    "outer",
    "tensordot",
    "trace",
    "vdot",
    "vecdot",
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


@primitive
def tensordot(x1: Array, x2: Array, /, axes: int | tuple[Sequence[int], Sequence[int]] = 2) -> Array:
    """The sum of products over several axes of both; `numpy.tensordot`.

    Args:
        x1: of any shape.
        x2: of any shape.
        axes: how many of the last axes of `x1` and the first of `x2` are summed over, or those of each.

    Returns:
        The axes that `x1` has left, then those of `x2`.

    >>> ops.tensordot(torch.ones(2, 3, 4), torch.ones(3, 4, 5)).shape
    torch.Size([2, 5])
    >>> ops.tensordot(torch.ones(2, 3), torch.ones(5, 2), axes=([0], [1])).shape
    torch.Size([3, 5])
    """


@primitive
def vecdot(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    """The sum of `conj(x1) * x2` along `axis`, the other axes broadcast; `numpy.vecdot`.

    >>> ops.vecdot(torch.ones(2, 3), torch.tensor([1.0, 2.0, 3.0]))
    tensor([6., 6.])
    """


@op
def dot(x1: Array, x2: Array, /) -> Array:
    """The sum of products over the last axis of `x1` and the last but one of `x2`; `numpy.dot`.

    For vectors and matrices that is `matmul`; an operand without axes multiplies.

    >>> ops.dot(torch.ones(2, 3), torch.ones(4, 3, 5)).shape
    torch.Size([2, 4, 5])
    """
    if x1.ndim == 0 or x2.ndim == 0:
        return multiply(x1, x2)
    if x2.ndim <= 2:
        return matmul(x1, x2)
    return tensordot(x1, x2, axes=((-1,), (-2,)))


@op
def vdot(x1: Array, x2: Array, /) -> Array:
    """The sum of `conj(x1) * x2` over all elements in row-major order; `numpy.vdot`.

    >>> ops.vdot(torch.tensor([1j]), torch.tensor([1j]))
    tensor(1.+0.j)
    """
    return vecdot(reshape(x1, -1), reshape(x2, -1))


@op
def inner(x1: Array, x2: Array, /) -> Array:
    """The sum of products over the last axis of both; an operand without axes multiplies; `numpy.inner`.

    >>> ops.inner(torch.ones(2, 3), torch.ones(4, 3)).shape
    torch.Size([2, 4])
    """
    if x1.ndim == 0 or x2.ndim == 0:
        return multiply(x1, x2)
    return tensordot(x1, x2, axes=((-1,), (-1,)))


@op
def outer(x1: Array, x2: Array, /) -> Array:
    """Each element of `x1` times each of `x2`, both in row-major order; `numpy.outer`.

    >>> ops.outer(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    return multiply(reshape(x1, (-1, 1)), reshape(x2, (1, -1)))


@op
def kron(x1: Array, x2: Array, /) -> Array:
    """Kronecker's product: each element of `x1` times the whole of `x2`, as blocks; `numpy.kron`.

    >>> ops.kron(torch.tensor([1.0, 10.0]), torch.tensor([1.0, 2.0]))
    tensor([ 1.,  2., 10., 20.])
    """
    rank = max(x1.ndim, x2.ndim)
    sizes1, sizes2 = ((1,) * (rank - x.ndim) + tuple(shape(x)) for x in (x1, x2))
    spread1 = [size for pair in zip(sizes1, (1,) * rank, strict=True) for size in pair]
    spread2 = [size for pair in zip((1,) * rank, sizes2, strict=True) for size in pair]
    blocks = multiply(reshape(x1, tuple(spread1)), reshape(x2, tuple(spread2)))
    return reshape(blocks, tuple(size1 * size2 for size1, size2 in zip(sizes1, sizes2, strict=True)))


@primitive
def cross(x1: Array, x2: Array, /, *, axis: int = -1) -> Array:
    """The vector product of vectors of three elements along `axis`; `numpy.cross`, the Array API's `linalg.cross`.

    Raises:
        ValueError: an operand does not have three elements along `axis`; in torch a `RuntimeError`.

    >>> ops.cross(torch.tensor([1.0, 0.0, 0.0]), torch.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """


@second_primitive
def einsum(subscripts: str, *operands: Array) -> Array:
    """Einstein's sum of products, one letter an axis; `numpy.einsum`.

    Args:
        subscripts: the letters of each operand's axes, such as `"bij,bjk->bik"`; an ellipsis stands for axes that
            broadcast, a letter twice in one operand for its diagonal. Without an arrow, the letters that occur once
            are left, in alphabetical order.
        operands: as many tensors.

    >>> ops.einsum("ij,kj->ik", torch.ones(2, 3), torch.ones(4, 3)).shape
    torch.Size([2, 4])
    >>> ops.einsum("ii", torch.eye(3))
    tensor(3.)
    """


@primitive
def diagonal(x: Array, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonals of the matrices that two axes form, as the last axis; `numpy.diagonal`.

    `linalg.diagonal` takes the last two axes.

    >>> ops.diagonal(torch.arange(6).reshape(2, 3), 1)
    tensor([1, 5])
    """


@op
def trace(x: Array, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum of `diagonal`; of bool and integers it is int64 (int32 in JAX without x64); `numpy.trace`.

    `linalg.trace` takes the last two axes.

    >>> ops.trace(torch.eye(3))
    tensor(3.)
    """
    return sum(diagonal(x, offset, axis1, axis2), axis=-1)
