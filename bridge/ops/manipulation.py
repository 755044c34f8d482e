"""Shapes, joining, taking and casting, with NumPy's names and meaning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bridge.dispatch import op, primitive, sequence_op, sequence_primitive
from bridge.shapes import normalize_axis
from bridge.typing import Array, DType, Shape

__all__ = [
    "astype",
    "broadcast_to",
    "concat",
    "concatenate",
    "expand_dims",
    "flatten",
    "flip",
    "pad",
    "permute_dims",
    "reshape",
    "shape",
    "split",
    "squeeze",
    "stack",
    "stop_gradient",
    "swapaxes",
    "take",
    "take_along_axis",
    "transpose",
    "tril",
    "triu",
]


@primitive
def shape(x: Array, /) -> Shape:
    """The sizes of `x`; a size not known while tracing is a scalar of the framework, which `reshape` takes.

    Use it in place of `x.shape`, whose dynamic sizes are `None` in TensorFlow.

    >>> tuple(ops.shape(torch.zeros(2, 3)))
    (2, 3)
    """


@primitive
def reshape(x: Array, /, shape: int | Shape) -> Array:
    """The same elements in another shape, in row-major order; one size may be -1; `numpy.reshape`.

    >>> ops.reshape(torch.arange(4), (2, -1))
    tensor([[0, 1],
            [2, 3]])
    """


@op
def flatten(x: Array, /, start_axis: int = 0, end_axis: int = -1) -> Array:
    """Axes `start_axis` to `end_axis` made into one; `torch.flatten`.

    >>> ops.flatten(torch.zeros(2, 3, 4), 1).shape
    torch.Size([2, 12])
    """
    sizes = shape(x)
    if not sizes:
        return reshape(x, (1,))
    start, end = normalize_axis(start_axis, len(sizes)), normalize_axis(end_axis, len(sizes))
    if start > end:
        raise ValueError(f"ops.flatten: start_axis {start_axis} comes after end_axis {end_axis}")
    merged = sizes[start : end + 1]
    size: Any = math.prod(merged) if all(isinstance(item, int) for item in merged) else -1
    return reshape(x, (*sizes[:start], size, *sizes[end + 1 :]))


@primitive
def permute_dims(x: Array, /, axes: tuple[int, ...] | None = None) -> Array:
    """The axes in another order, reversed by default; `numpy.permute_dims`, `numpy.transpose`.

    >>> ops.permute_dims(torch.zeros(2, 3, 4), (2, 0, 1)).shape
    torch.Size([4, 2, 3])
    """


@op
def swapaxes(x: Array, /, axis1: int, axis2: int) -> Array:
    """Two axes exchanged; `numpy.swapaxes`.

    >>> ops.swapaxes(torch.zeros(2, 3, 4), 0, -1).shape
    torch.Size([4, 3, 2])
    """
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return permute_dims(x, tuple(order))


@primitive
def squeeze(x: Array, /, axis: int | tuple[int, ...]) -> Array:
    """Axes of size 1 removed; `numpy.squeeze`.

    Raises:
        ValueError: an axis has another size.

    >>> ops.squeeze(torch.zeros(2, 1), 1).shape
    torch.Size([2])
    """


@primitive
def expand_dims(x: Array, /, axis: int = 0) -> Array:
    """A new axis of size 1 at `axis`; `numpy.expand_dims`.

    >>> ops.expand_dims(torch.zeros(2), -1).shape
    torch.Size([2, 1])
    """


@primitive
def broadcast_to(x: Array, /, shape: Shape) -> Array:
    """`x` repeated along axes of size 1 until it has `shape`; `numpy.broadcast_to`.

    >>> ops.broadcast_to(torch.ones(3), (2, 3)).shape
    torch.Size([2, 3])
    """


@sequence_primitive
def concat(arrays: Sequence[Array], /, *, axis: int = 0) -> Array:
    """Tensors joined along an axis that they have; dtypes promote as in PyTorch; `numpy.concat`.

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


@primitive
def split(x: Array, /, indices_or_sections: int | tuple[int, ...], *, axis: int = 0) -> tuple[Array, ...]:
    """`x` cut into that many equal parts, or before each of the indices; `numpy.split`.

    Raises:
        ValueError: the axis does not divide into that many equal parts.

    >>> ops.split(torch.arange(4), 2)
    (tensor([0, 1]), tensor([2, 3]))
    """


@primitive
def flip(x: Array, /, *, axis: int | tuple[int, ...] | None = None) -> Array:
    """The order along `axis` reversed, of all axes by default; `numpy.flip`.

    >>> ops.flip(torch.arange(3))
    tensor([2, 1, 0])
    """


@primitive
def take(x: Array, indices: Array, /, *, axis: int) -> Array:
    """The slices of `x` at integer `indices`, of any shape, along `axis`; `numpy.take`.

    An index out of range is an error in torch; JAX answers NaN for it, TensorFlow an error on the CPU.

    >>> ops.take(torch.tensor([5.0, 6.0, 7.0]), torch.tensor([2, 0]), axis=0)
    tensor([7., 5.])
    """


@primitive
def take_along_axis(x: Array, indices: Array, /, *, axis: int = -1) -> Array:
    """For each place in `indices`, the element of `x` at that index along `axis`; `numpy.take_along_axis`.

    >>> ops.take_along_axis(torch.tensor([[5.0, 6.0], [7.0, 8.0]]), torch.tensor([[1], [0]]), axis=1)
    tensor([[6.],
            [7.]])
    """


@primitive
def pad(input: Array, pad: tuple[int, ...], mode: str = "constant", value: float = 0.0) -> Array:
    """Elements added at both ends of the last axes; `torch.nn.functional.pad`.

    Args:
        input: of any shape for `"constant"`; else the first axis, or the first two, are batch and channels.
        pad: the counts before and after the last axis, then of the one before it, and so on.
        mode: `"constant"`, `"reflect"`, `"replicate"` or `"circular"`.
        value: what `"constant"` adds.

    >>> ops.pad(torch.ones(2), (1, 0))
    tensor([0., 1., 1.])
    """


@primitive
def tril(x: Array, /, *, k: int = 0) -> Array:
    """The last two axes with zeros above the `k`-th diagonal; `numpy.tril`.

    >>> ops.tril(torch.ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """


@primitive
def triu(x: Array, /, *, k: int = 0) -> Array:
    """The last two axes with zeros below the `k`-th diagonal; `numpy.triu`.

    >>> ops.triu(torch.ones(2, 2))
    tensor([[1., 1.],
            [0., 1.]])
    """


@primitive
def astype(x: Array, dtype: DType, /) -> Array:
    """`x` in another dtype: a `torch.dtype`, its name, or the framework's own; `numpy.astype`.

    JAX without x64 holds 64-bit numbers as 32-bit.

    >>> ops.astype(torch.tensor([1.5]), "int64")
    tensor([1])
    """


@primitive
def stop_gradient(x: Array, /) -> Array:
    """`x`, through which no gradient flows; `torch.Tensor.detach`, `jax.lax.stop_gradient`.

    >>> ops.stop_gradient(torch.ones(1, requires_grad=True)).requires_grad
    False
    """


concatenate = concat
transpose = permute_dims
