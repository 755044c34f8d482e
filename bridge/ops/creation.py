"""New tensors, with NumPy's names and meaning.

Functions that take no tensor answer in the framework of the layer that is running, and outside any layer in torch.
`device` is the framework's own: a `torch.device` or its name, a `jax.Device`, or TensorFlow's name of one; `None` is
the framework's default, or the device of the tensor that a new one is like.
"""

from __future__ import annotations

from bridge.dispatch import creation_op, op, primitive
from bridge.typing import Array, Device, DType, Number, Shape

__all__ = [
    "arange",
    "asarray",
    "convert_to_tensor",
    "copy",
    "empty",
    "empty_like",
    "from_dlpack",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


@creation_op
def full(shape: int | Shape, fill_value: Number, *, dtype: DType | None = None, device: Device = None) -> Array:
    """A tensor of `shape` that holds one value, by default of the value's own dtype; `numpy.full`.

    >>> ops.full((2,), 0.5)
    tensor([0.5000, 0.5000])
    """


@creation_op
def zeros(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> Array:
    """A tensor of `shape` that holds zeros, float32 by default; `numpy.zeros`.

    >>> ops.zeros((2,), dtype="int64")
    tensor([0, 0])
    """


@creation_op
def ones(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> Array:
    """A tensor of `shape` that holds ones, float32 by default; `numpy.ones`.

    >>> ops.ones((2,))
    tensor([1., 1.])
    """


@creation_op
def empty(shape: int | Shape, *, dtype: DType | None = None, device: Device = None) -> Array:
    """A tensor of `shape` whose values are not set, float32 by default; `numpy.empty`.

    In torch they are what the memory held; JAX and TensorFlow have no such tensors, and give zeros.

    >>> ops.empty((2, 3)).shape
    torch.Size([2, 3])
    """


@creation_op
def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: DType | None = None,
    device: Device = None,
) -> Array:
    """Numbers from `start` below `stop`, or from 0 below `start`: int64 (int32 in JAX without x64) or float32.

    There are none where `stop` lies behind `start`. It is `numpy.arange`.

    >>> ops.arange(3)
    tensor([0, 1, 2])
    """


@creation_op
def asarray(obj: object, /, *, dtype: DType | None = None, device: Device = None, copy: bool | None = None) -> Array:
    """A tensor from a number, nested lists, a NumPy array or a tensor; `numpy.asarray`.

    Python's numbers are bool, int64, float32 or complex64 by default, as in PyTorch; what has a dtype keeps it. A
    tensor stays in its framework.

    Args:
        obj: what becomes a tensor.
        dtype: the dtype of the tensor.
        device: where it lies.
        copy: whether its memory is its own: `True` always, `False` never, `None` only where it must be.

    Raises:
        ValueError: `copy=False`, and it cannot be made without a copy.

    >>> ops.asarray([1.0, 2.0])
    tensor([1., 2.])
    """


@creation_op
def from_dlpack(x: object, /, *, device: Device = None, copy: bool | None = None) -> Array:
    """A tensor of any library that speaks DLPack as one of the running framework; `numpy.from_dlpack`.

    Outside any layer that is a torch tensor.

    Args:
        x: it has `__dlpack__` and `__dlpack_device__`.
        device: where the tensor lies; by default where `x` does.
        copy: whether its memory is its own: `True` always, `False` never, `None` only where it must be.

    >>> ops.from_dlpack(numpy.arange(3))
    tensor([0, 1, 2])
    """


@primitive
def copy(x: Array, /) -> Array:
    """The same values in memory of their own; `numpy.copy`.

    >>> ops.copy(torch.ones(2))
    tensor([1., 1.])
    """


@primitive
def full_like(
    x: Array,
    /,
    fill_value: Number,
    *,
    dtype: DType | None = None,
    device: Device = None,
    shape: int | Shape | None = None,
) -> Array:
    """One value, in the shape, dtype, framework and device of `x` unless another is given; `numpy.full_like`.

    >>> ops.full_like(torch.zeros(2), 3)
    tensor([3., 3.])
    """


@op
def zeros_like(
    x: Array, /, *, dtype: DType | None = None, device: Device = None, shape: int | Shape | None = None
) -> Array:
    """Zeros, in the shape, dtype, framework and device of `x` unless another is given; `numpy.zeros_like`.

    >>> ops.zeros_like(torch.ones(2), shape=(1, 3))
    tensor([[0., 0., 0.]])
    """
    return full_like(x, 0, dtype=dtype, device=device, shape=shape)


@op
def ones_like(
    x: Array, /, *, dtype: DType | None = None, device: Device = None, shape: int | Shape | None = None
) -> Array:
    """Ones, in the shape, dtype, framework and device of `x` unless another is given; `numpy.ones_like`.

    >>> ops.ones_like(torch.zeros(2))
    tensor([1., 1.])
    """
    return full_like(x, 1, dtype=dtype, device=device, shape=shape)


@op
def empty_like(
    x: Array, /, *, dtype: DType | None = None, device: Device = None, shape: int | Shape | None = None
) -> Array:
    """A tensor like `x` whose values are not set, see `empty`; `numpy.empty_like`.

    >>> ops.empty_like(torch.ones(2, 3)).shape
    torch.Size([2, 3])
    """
    return full_like(x, 0, dtype=dtype, device=device, shape=shape)


@primitive
def arange_like(
    x: Array, /, start: float, stop: float | None = None, step: float = 1, *, dtype: DType | None = None
) -> Array:
    """`arange` in the framework and on the device of `x`; for the bodies of other ops.

    >>> from bridge.ops.creation import arange_like
    >>> arange_like(torch.zeros(2), 3)
    tensor([0, 1, 2])
    """


@primitive
def asarray_like(x: Array, obj: object, /, *, dtype: DType | None = None) -> Array:
    """`asarray` in the framework and on the device of `x`; for the bodies of other ops.

    >>> from bridge.ops.creation import asarray_like
    >>> asarray_like(torch.zeros(2), [1.0, 2.0])
    tensor([1., 2.])
    """


convert_to_tensor = asarray
