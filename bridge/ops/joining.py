"""Tensors joined and cut apart, with NumPy's names and meaning."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.dispatch import op, primitive, sequence_op, sequence_primitive
from bridge.ops.manipulation import atleast_1d, atleast_2d, atleast_3d, expand_dims
from bridge.typing import Array

__all__ = [
    "append",
    "array_split",
    "column_stack",
    "concat",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "split",
    "stack",
    "unstack",
    "vsplit",
    "vstack",
]


@sequence_primitive
def concat(arrays: Sequence[Array], /, *, axis: int | None = 0) -> Array:
    """Tensors joined along an axis that they have; dtypes promote as in PyTorch; `numpy.concat`.

    Args:
        arrays: tensors that differ in size along `axis` alone.
        axis: along what; `None` joins all their elements in row-major order.

    >>> ops.concat([torch.zeros(1), torch.ones(2)])
    tensor([0., 1., 1.])
    """


@sequence_op
def stack(arrays: Sequence[Array], /, *, axis: int = 0) -> Array:
    """Tensors of one shape joined along a new axis; dtypes promote as in PyTorch; `numpy.stack`.

    >>> ops.stack([torch.zeros(2), torch.ones(2)])
    tensor([[0., 0.],
            [1., 1.]])
    """
    position = axis if axis >= 0 else arrays[0].ndim + 1 + axis
    return concat([expand_dims(array, position) for array in arrays], axis=position)


@sequence_op
def hstack(arrays: Sequence[Array], /) -> Array:
    """Tensors joined along axis 1, or along axis 0 if they have no other; `numpy.hstack`.

    >>> ops.hstack([torch.tensor([1, 2]), torch.tensor([3])])
    tensor([1, 2, 3])
    """
    arrays = [atleast_1d(array) for array in arrays]
    return concat(arrays, axis=0 if arrays[0].ndim == 1 else 1)


@sequence_op
def vstack(arrays: Sequence[Array], /) -> Array:
    """Tensors joined along axis 0, as rows if they have one axis; `numpy.vstack`.

    >>> ops.vstack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    return concat([atleast_2d(array) for array in arrays], axis=0)


@sequence_op
def dstack(arrays: Sequence[Array], /) -> Array:
    """Tensors with three axes or more, see `atleast_3d`, joined along axis 2; `numpy.dstack`.

    >>> ops.dstack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
    return concat([atleast_3d(array) for array in arrays], axis=2)


@sequence_op
def column_stack(arrays: Sequence[Array], /) -> Array:
    """Tensors joined along axis 1, as columns if they have one axis; `numpy.column_stack`.

    >>> ops.column_stack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    columns = [array if array.ndim > 1 else expand_dims(atleast_1d(array), 1) for array in arrays]
    return concat(columns, axis=1)


@op
def append(x: Array, values: Array, /, *, axis: int | None = None) -> Array:
    """`values` joined to the end of `x`; `numpy.append`.

    Args:
        x: of any shape.
        values: of that shape but for the size along `axis`.
        axis: along what; `None` joins all their elements in row-major order.

    >>> ops.append(torch.tensor([1, 2]), torch.tensor([[3], [4]]))
    tensor([1, 2, 3, 4])
    """
    return concat([x, values], axis=axis)


@primitive
def split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[Array, ...]:
    """`x` cut into that many equal parts, or before each of the indices; `numpy.split`.

    Raises:
        ValueError: the axis does not divide into that many equal parts.

    >>> ops.split(torch.arange(4), 2)
    (tensor([0, 1]), tensor([2, 3]))
    """


@primitive
def array_split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[Array, ...]:
    """`x` cut into that many parts, the first of which may be longer by one, or at indices; `numpy.array_split`.

    >>> ops.array_split(torch.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """


@op
def hsplit(x: Array, /, indices_or_sections: int | tuple[int, ...]) -> tuple[Array, ...]:
    """`split` along axis 1, or along axis 0 if there is no other; `numpy.hsplit`.

    >>> ops.hsplit(torch.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1],
            [3]]), tensor([[2],
            [4]]))
    """
    return split(x, indices_or_sections, axis=0 if x.ndim == 1 else 1)


@op
def vsplit(x: Array, /, indices_or_sections: int | tuple[int, ...]) -> tuple[Array, ...]:
    """`split` along axis 0 of a tensor with two axes or more; `numpy.vsplit`.

    >>> ops.vsplit(torch.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
    if x.ndim < 2:
        raise ValueError(f"expected a tensor of two axes or more, got {x.ndim}")
    return split(x, indices_or_sections, axis=0)


@op
def dsplit(x: Array, /, indices_or_sections: int | tuple[int, ...]) -> tuple[Array, ...]:
    """`split` along axis 2 of a tensor with three axes or more; `numpy.dsplit`.

    >>> ops.dsplit(torch.zeros(1, 2, 4), (1, 2))[2].shape
    torch.Size([1, 2, 2])
    """
    return split(x, indices_or_sections, axis=2)


@primitive
def unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    """The slices of `x` along an axis of known size, without that axis; `numpy.unstack`.

    >>> ops.unstack(torch.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """


concatenate = concat
