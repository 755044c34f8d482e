"""Numbers spaced evenly or by a factor, and grids of them, with NumPy's names and meaning."""

from __future__ import annotations

from typing import Any, Literal

from bridge.autograph import unconverted
from bridge.dispatch import creation_op, op
from bridge.dtypes import dtype_name
from bridge.ops.arithmetic import multiply, pow
from bridge.ops.manipulation import astype, broadcast_to, reshape, shape
from bridge.typing import Array, Device, DType

__all__ = [
    "geomspace",
    "linspace",
    "logspace",
    "meshgrid",
]


@creation_op
def linspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    *,
    dtype: DType | None = None,
    device: Device = None,
    endpoint: bool = True,
) -> Array:
    """`num` numbers from `start` to `stop` at equal distances; `numpy.linspace`.

    Args:
        start: the first.
        stop: the last, or the one after the last.
        num: how many.
        dtype: float32 by default, complex64 where an end is complex; an integer dtype rounds down.
        device: where the tensor lies.
        endpoint: whether `stop` is one of them.

    >>> ops.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """


@unconverted
def logspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    *,
    endpoint: bool = True,
    base: float = 10.0,
    dtype: DType | None = None,
    device: Device = None,
) -> Array:
    """`base` to the power of `num` numbers from `start` to `stop`; `numpy.logspace`.

    Args:
        start: the exponent of the first.
        stop: the exponent of the last, or of the one after the last.
        num: how many.
        endpoint: whether the one of `stop` is one of them.
        base: what the powers are of.
        dtype: float32 by default, complex64 where an end is complex.
        device: where the tensor lies.

    >>> ops.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    exponents = linspace(start, stop, num, dtype=_computed_in(dtype), device=device, endpoint=endpoint)
    powers = pow(base, exponents)
    return powers if dtype is None else astype(powers, dtype)


@unconverted
def geomspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    *,
    endpoint: bool = True,
    dtype: DType | None = None,
    device: Device = None,
) -> Array:
    """`num` numbers from `start` to `stop`, each the same multiple of the one before; `numpy.geomspace`.

    Args:
        start: the first.
        stop: the last, or the one after the last.
        num: how many.
        endpoint: whether `stop` is one of them.
        dtype: float32 by default, complex64 where an end is complex.
        device: where the tensor lies.

    Raises:
        ValueError: an end is zero, or they are real and of different signs.

    >>> ops.geomspace(1, 4, 3)
    tensor([1., 2., 4.])
    """
    ratio = 0 if start == 0 else stop / start
    if ratio == 0 or (not isinstance(ratio, complex) and ratio < 0):
        raise ValueError(f"ops.geomspace expected ends of one sign that are not zero, got {start} and {stop}")
    exponents = linspace(0, 1, num, dtype=_computed_in(dtype), device=device, endpoint=endpoint)
    powers = multiply(start, pow(ratio, exponents))
    return powers if dtype is None else astype(powers, dtype)


def _computed_in(dtype: DType | None) -> str | None:
    """What powers are computed in before they are cast: the default dtype would not do for double precision."""
    return "float64" if dtype is not None and dtype_name(dtype) in ("float64", "complex128") else None


@op
def meshgrid(*arrays: Array, indexing: Literal["xy", "ij"] = "xy") -> list[Array]:
    """For each tensor of one axis its values spread over a grid of them all; `numpy.meshgrid`.

    Args:
        arrays: tensors of one axis, or of none, which count as one number.
        indexing: `"ij"` gives the tensor at each place its own axis, in order; `"xy"` exchanges the first two.

    >>> ops.meshgrid(torch.tensor([1, 2, 3]), torch.tensor([4, 5]))
    [tensor([[1, 2, 3],
            [1, 2, 3]]), tensor([[4, 4, 4],
            [5, 5, 5]])]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"expected an indexing of 'xy' or 'ij', got {indexing!r}")
    if any(array.ndim > 1 for array in arrays):
        raise ValueError(f"expected tensors of one axis, got {[array.ndim for array in arrays]} axes")
    count = len(arrays)
    axes = list(range(count))
    if indexing == "xy" and count > 1:
        axes[:2] = 1, 0
    sizes: list[Any] = [1] * count
    for array, axis in zip(arrays, axes, strict=True):
        sizes[axis] = shape(array)[0] if array.ndim else 1
    apart = (
        reshape(array, (1,) * axis + (-1,) + (1,) * (count - axis - 1))
        for array, axis in zip(arrays, axes, strict=True)
    )
    return [broadcast_to(array, tuple(sizes)) for array in apart]
