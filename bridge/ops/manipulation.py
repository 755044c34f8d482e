"""Shapes, axes and casting, with NumPy's names and meaning."""

from __future__ import annotations

import math
from typing import Any

from bridge.autograph import unconverted
from bridge.dispatch import op, primitive
from bridge.dtypes import dtype_name
from bridge.errors import InputShapeError
from bridge.shapes import normalize_axis
from bridge.typing import Array, Device, DType, Shape

__all__ = [
    "astype",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "broadcast_shapes",
    "broadcast_to",
    "cast",
    "expand_dims",
    "flatten",
    "moveaxis",
    "pad",
    "permute_dims",
    "ravel",
    "reshape",
    "shape",
    "squeeze",
    "stop_gradient",
    "swapaxes",
    "transpose",
    "tril",
    "triu",
    "view",
    "view_as_complex",
    "view_as_real",
]


@primitive
def shape(x: Array, /) -> Shape:
    """The sizes of `x`; a size not known while tracing is a scalar of the framework, which `reshape` takes.

    Use it in place of `x.shape`, whose dynamic sizes are `None` in TensorFlow.

    >>> tuple(ops.shape(torch.zeros(2, 3)))
    (2, 3)
    """


@primitive
def reshape(x: Array, /, shape: int | Shape, *, copy: bool | None = None) -> Array:
    """The same elements in another shape, in row-major order; one size may be -1; `numpy.reshape`.

    Args:
        x: of any shape.
        shape: of as many elements.
        copy: whether the memory is its own: `True` always, `False` never, `None` only where it must be. Tensors of
            JAX and TensorFlow cannot be written to, and `False` means nothing there.

    >>> ops.reshape(torch.arange(4), (2, -1))
    tensor([[0, 1],
            [2, 3]])
    """


@op
def ravel(x: Array, /) -> Array:
    """All elements in one axis, in row-major order; `numpy.ravel`.

    >>> ops.ravel(torch.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    return reshape(x, (-1,))


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


@op
def moveaxis(x: Array, /, source: int | tuple[int, ...], destination: int | tuple[int, ...]) -> Array:
    """Axes put to other places, the rest in their order; `numpy.moveaxis`.

    >>> ops.moveaxis(torch.zeros(2, 3, 4), 0, -1).shape
    torch.Size([3, 4, 2])
    """
    sources, places = (
        tuple(normalize_axis(axis, x.ndim) for axis in (axes if isinstance(axes, tuple | list) else (axes,)))
        for axes in (source, destination)
    )
    if len(sources) != len(places) or len(set(sources)) < len(sources) or len(set(places)) < len(places):
        raise ValueError(f"expected as many places as axes, each once, got source={source}, destination={destination}")
    order = [axis for axis in range(x.ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
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
def expand_dims(x: Array, /, axis: int | tuple[int, ...] = 0) -> Array:
    """A new axis of size 1 at `axis`, or one at each of several, counted in the result; `numpy.expand_dims`.

    >>> ops.expand_dims(torch.zeros(2), -1).shape
    torch.Size([2, 1])
    >>> ops.expand_dims(torch.zeros(2), (0, 2)).shape
    torch.Size([1, 2, 1])
    """


@op
def atleast_1d(x: Array, /) -> Array:
    """`x`, or a number as a tensor of one element; `numpy.atleast_1d`.

    >>> ops.atleast_1d(torch.tensor(3))
    tensor([3])
    """
    return reshape(x, (1,)) if x.ndim == 0 else x


@op
def atleast_2d(x: Array, /) -> Array:
    """`x`, with axes of size 1 before its own until it has two; `numpy.atleast_2d`.

    >>> ops.atleast_2d(torch.tensor([1, 2]))
    tensor([[1, 2]])
    """
    return expand_dims(x, tuple(range(2 - x.ndim))) if x.ndim < 2 else x


@op
def atleast_3d(x: Array, /) -> Array:
    """`x` with three axes or more: `(n,)` becomes `(1, n, 1)`, `(m, n)` becomes `(m, n, 1)`; `numpy.atleast_3d`.

    >>> ops.atleast_3d(torch.zeros(2)).shape
    torch.Size([1, 2, 1])
    """
    missing = {0: (0, 1, 2), 1: (0, 2), 2: (2,)}
    return expand_dims(x, missing[x.ndim]) if x.ndim < 3 else x


@primitive
def broadcast_to(x: Array, /, shape: Shape) -> Array:
    """`x` repeated along axes of size 1 until it has `shape`; `numpy.broadcast_to`.

    >>> ops.broadcast_to(torch.ones(3), (2, 3)).shape
    torch.Size([2, 3])
    """


@primitive
def broadcast_arrays(*arrays: Array) -> list[Array]:
    """Tensors repeated along axes of size 1 until all have one shape; `numpy.broadcast_arrays`.

    >>> ops.broadcast_arrays(torch.tensor([1, 2]), torch.tensor([[3]]))
    [tensor([[1, 2]]), tensor([[3, 3]])]
    """


@unconverted
def broadcast_shapes(*shapes: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """The shape that tensors of these shapes broadcast to; `numpy.broadcast_shapes`.

    A size that is not known is `None`, here and in the answer, unless another size settles it.

    Raises:
        InputShapeError: the shapes do not broadcast; it is a `ValueError`.

    >>> ops.broadcast_shapes((2, 1), (3,))
    (2, 3)
    """
    rank = max([0, *map(len, shapes)])
    common: list[int | None] = []
    for sizes in zip(*((1,) * (rank - len(shape)) + tuple(shape) for shape in shapes), strict=True):
        known = {size for size in sizes if size not in (1, None)}
        if len(known) > 1:
            raise InputShapeError(f"ops.broadcast_shapes: sizes of one axis must be equal or 1, got {shapes}")
        common.append(known.pop() if known else None if None in sizes else 1)
    return tuple(common)


@primitive
def pad(
    input: Array,
    pad: tuple[int, ...],
    mode: str = "constant",
    value: float = 0.0,
) -> Array:
    """Elements added at both ends of the last axes; `torch.nn.functional.pad`.

    Args:
        input: of any shape. For other modes than `"constant"` torch takes two to five axes, the first one or two of
            which are batch and channels; JAX and TensorFlow take any.
        pad: the counts before and after the last axis, then of the one before it, and so on; negative ones cut.
        mode: what is added: `value`; what lies beyond the edge in a mirror on the edge's element (`"reflect"`); the
            edge's element (`"replicate"`); the other end (`"circular"`).
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
def astype(x: Array, dtype: DType, /, *, copy: bool = False, device: Device = None) -> Array:
    """`x` in another dtype: a `torch.dtype`, its name, or the framework's own; `numpy.astype`.

    JAX without x64 holds 64-bit numbers as 32-bit.

    Args:
        x: of any shape.
        dtype: the dtype of the result.
        copy: whether the memory is its own even where `x` has the dtype already, as it is in NumPy by default.
        device: where the result lies; by default where `x` does.

    >>> ops.astype(torch.tensor([1.5]), "int64")
    tensor([1])
    """


@primitive
def view(x: Array, /, dtype: DType) -> Array:
    """The bits of `x` read as another dtype; `torch.Tensor.view`.

    Where the dtypes differ in width the last axis becomes shorter or longer. Bool is read as a byte.

    Raises:
        UnsupportedOpError: a 64-bit dtype in JAX without x64.

    >>> ops.view(torch.tensor([1.0]), "int32")
    tensor([1065353216], dtype=torch.int32)
    """


@primitive
def view_as_complex(x: Array, /) -> Array:
    """Pairs of real and imaginary part in the last axis as complex numbers; `torch.view_as_complex`.

    Args:
        x: `(*, 2)`, float32 or float64.

    >>> ops.view_as_complex(torch.tensor([[1.0, 2.0]]))
    tensor([1.+2.j])
    """


@primitive
def view_as_real(x: Array, /) -> Array:
    """Complex numbers as pairs of real and imaginary part in a new last axis; `torch.view_as_real`.

    >>> ops.view_as_real(torch.tensor([1 + 2j]))
    tensor([[1., 2.]])
    """


@primitive
def stop_gradient(x: Array, /) -> Array:
    """`x`, through which no gradient flows; `torch.Tensor.detach`, `jax.lax.stop_gradient`.

    >>> ops.stop_gradient(torch.ones(1, requires_grad=True)).requires_grad
    False
    """


cast = astype
transpose = permute_dims


def single_or_double(x: Array) -> Array:
    """`x` in the dtype to compute in: float64 as it is, all else in float32."""
    return x if dtype_name(x.dtype) in ("float32", "float64") else astype(x, "float32")
