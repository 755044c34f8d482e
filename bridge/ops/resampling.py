"""What resizing, warping and sampling share: weights along an axis, and reading between the elements of a tensor.

None of it is public. Coordinates count elements from 0, so that 0.5 lies between the first and the second.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy

from bridge.dispatch import op, primitive
from bridge.dtypes import DType, dtype_name, is_inexact
from bridge.ops.arithmetic import abs, maximum, minimum, where
from bridge.ops.comparison import equal, logical_and
from bridge.ops.creation import arange_like
from bridge.ops.indexing import take
from bridge.ops.manipulation import astype, expand_dims, reshape, shape
from bridge.ops.mathematics import sin
from bridge.ops.products import matmul, matrix_transpose
from bridge.ops.reductions import sum
from bridge.ops.rounding import clip, floor, round
from bridge.typing import Array

__all__: list[str] = []

Taps: TypeAlias = list[tuple[Array, Array]]
"""Which elements a value is made of: for each of them its index, of floating point, and its weight."""

Kernel: TypeAlias = Callable[[Array], Array]
"""The weight of an element at a distance of 0 or more."""

LARGEST_MATRIX = 2**18
"""Up to this many weights, an axis is multiplied by a matrix; beyond it, each tap is taken by its index.

Taking costs less for a long axis, but its gradient adds one element at a time.
"""


@op
def weigh_axis(x: Array, weights: Array, axis: int) -> Array:
    """Each slice of the answer along `axis` is a weighted sum of the slices of `x`.

    Args:
        x: floating point, of any shape.
        weights: `(out, in)`, of the dtype of `x`.
        axis: not negative; of size `in` before, `out` after.
    """
    if axis == x.ndim - 1:
        return matmul(x, matrix_transpose(weights))
    if axis == x.ndim - 2:
        return matmul(weights, x)
    sizes = shape(x)
    flat = reshape(x, (*sizes[: axis + 1], -1))
    return reshape(matmul(weights, flat), (*sizes[:axis], shape(weights)[0], *sizes[axis + 1 :]))


@primitive
def gather_places(x: Array, index: Array) -> Array:
    """The elements of `x`, `(N, C, L)`, at the places `index`, `(N, P)`, of int32: `(N, C, P)`."""


def restored(x: Array, dtype: DType) -> Array:
    """What was computed by fractions in `dtype` again: rounded if that is whole, in the range of up to 16 bits."""
    name = dtype_name(dtype)
    if dtype_name(x.dtype) == name:
        return x
    if is_inexact(name) or name == "bool":
        return astype(x, name)
    limits = numpy.iinfo(name)
    whole = round(x)
    return astype(clip(whole, float(limits.min), float(limits.max)) if limits.bits <= 16 else whole, name)


def length_of(values: Any) -> Any:
    """How many a sequence or the first axis of a tensor holds."""
    return shape(values)[0] if hasattr(values, "shape") else len(values)


def as_number(size: Any, x: Array) -> Any:
    """A size to calculate with beside `x`: as it is, or a dynamic one in the dtype of `x`."""
    return astype(size, x.dtype) if hasattr(size, "dtype") else size


def at_least_one(size: Any) -> Any:
    """What `as_number` gave, as a divisor."""
    return maximum(size, 1.0) if hasattr(size, "dtype") else max(size, 1)


def triangle(distance: Array) -> Array:
    """The kernel of linear interpolation."""
    return clip(1 - distance, 0.0)


def cubic(a: float) -> Kernel:
    """The kernel of cubic convolution: `a` is -0.75 in PyTorch, and -0.5 in its antialiasing, in JAX and TensorFlow.

    Reference: Keys, Cubic Convolution Interpolation for Digital Image Processing, 1981
    """

    def kernel(distance: Array) -> Array:
        near = ((a + 2) * distance - (a + 3)) * distance * distance + 1
        far = ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
        return where(distance < 1, near, where(distance < 2, far, 0.0))

    return kernel


def lanczos(radius: int) -> Kernel:
    """The kernel of Lanczos: a sinc in the window of a wider sinc.

    Reference: Duchon, Lanczos Filtering in One and Two Dimensions, 1979
    """

    def kernel(distance: Array) -> Array:
        safe = where(distance > 1e-3, distance, 1.0) * math.pi  # so that the gradient at 0 is finite
        product = radius * sin(safe) * sin(safe / radius) / (safe * safe)
        return where(distance > radius, 0.0, where(distance > 1e-3, product, 1.0))

    return kernel


KERNELS: dict[str, tuple[Kernel, int]] = {
    "linear": (triangle, 1),
    "cubic": (cubic(-0.5), 2),
    "lanczos3": (lanczos(3), 3),
    "lanczos5": (lanczos(5), 5),
}
"""Each kernel, and the distance at which it ends."""


def window_weights(centres: Array, size: Any, kernel: Kernel, widening: Any = 1.0) -> Array:
    """`(out, in)`: the weight of each element about each of `centres`, in all 1, or all 0 where none is near.

    Args:
        centres: `(out,)`, the coordinates.
        size: the count of elements.
        kernel: of the distance.
        widening: by how much the kernel is stretched, to average when an image shrinks.
    """
    places = arange_like(centres, size, dtype=centres.dtype)
    weights = kernel(abs(expand_dims(centres, -1) - places) / widening)
    total = sum(weights, axis=-1, keepdims=True)
    some = abs(total) > 1e-4
    return where(some, weights / where(some, total, 1.0), 0.0)


def window_taps(centres: Array, size: Any, kernel: Kernel, radius: int) -> Taps:
    """The same as taps, for a kernel that is not stretched."""
    lower = floor(centres)
    indices = [lower + offset for offset in range(1 - radius, radius + 1)]
    inside = [_inside(index, size) for index in indices]
    weights = [where(held, kernel(abs(centres - i)), 0.0) for i, held in zip(indices, inside, strict=True)]
    total = functools.reduce(operator.add, weights)
    return [(index, weight / total) for index, weight in zip(indices, weights, strict=True)]


def linear_taps(coordinates: Array) -> Taps:
    """The two elements about each coordinate."""
    lower = floor(coordinates)
    part = coordinates - lower
    return [(lower, 1 - part), (lower + 1, part)]


def cubic_taps(coordinates: Array) -> Taps:
    """The four elements about each coordinate, weighted as PyTorch does."""
    lower = floor(coordinates)
    part = coordinates - lower
    kernel = cubic(-0.75)
    weights = [kernel(part + 1), kernel(part), kernel(1 - part), kernel(2 - part)]
    return [(lower + offset, weight) for offset, weight in zip((-1, 0, 1, 2), weights, strict=True)]


def nearest_taps(coordinates: Array) -> Taps:
    """The nearest element, the later one of two, as in SciPy."""
    return [(floor(coordinates + 0.5), 1.0)]


def nearest_even_taps(coordinates: Array) -> Taps:
    """The nearest element, the even one of two, as in PyTorch."""
    return [(round(coordinates), 1.0)]


def resample(x: Array, taps: Taps, axis: int) -> Array:
    """`axis` made anew out of taps; an index beyond an end stands for the last element there."""
    size = shape(x)[axis]
    count = shape(taps[0][0])[0]
    held = [(clip(index, 0.0, as_number(size - 1, index)), weight) for index, weight in taps]
    if isinstance(size, int) and isinstance(count, int) and size * count <= LARGEST_MATRIX:
        places = arange_like(x, size, dtype=x.dtype)
        rows = [astype(equal(expand_dims(i, -1), places), x.dtype) * expand_dims(w, -1) for i, w in held]
        return weigh_axis(x, functools.reduce(operator.add, rows), axis)
    along = (-1,) + (1,) * (x.ndim - 1 - axis)
    terms = [take(x, astype(index, "int32"), axis=axis) * reshape(weight, along) for index, weight in held]
    return functools.reduce(operator.add, terms)


def sample(
    x: Array, coordinates: Sequence[Array], taps: Callable[[Array], Taps], mode: str, fill_value: float = 0.0
) -> Array:
    """`x` read at coordinates between its elements.

    Args:
        x: `(N, C, ...)`, float32 or float64.
        coordinates: one for each spatial axis, `(N, ...)`.
        taps: which elements a value is made of, along one axis.
        mode: what lies beyond the ends: a key of `EXTENSIONS`.
        fill_value: what lies there in the mode `"constant"`.

    Returns:
        `(N, C)` and the further sizes of a coordinate.
    """
    batch, channels, *sizes = shape(x)
    target = shape(coordinates[0])[1:]
    flat = reshape(x, (batch, channels, -1))
    axes = [taps(reshape(axis, (batch, -1))) for axis in coordinates]
    terms = []
    for corner in itertools.product(*axes):
        held = [EXTENSIONS[mode](index, size) for (index, _), size in zip(corner, sizes, strict=True)]
        place = functools.reduce(lambda before, axis: before * axis[1] + axis[0], zip(held, sizes, strict=True), 0)
        value = gather_places(flat, place)
        if mode == "constant":
            inside = [_inside(index, size) for (index, _), size in zip(corner, sizes, strict=True)]
            value = where(expand_dims(functools.reduce(logical_and, inside), 1), value, fill_value)
        weight = functools.reduce(operator.mul, [weight for _, weight in corner])
        terms.append(value if isinstance(weight, float) else value * astype(expand_dims(weight, 1), x.dtype))
    return reshape(functools.reduce(operator.add, terms), (batch, channels, *target))


def _inside(index: Array, size: Any) -> Array:
    return logical_and(index >= 0, index < as_number(size, index))


def _held(index: Array, size: Any) -> Array:
    return astype(clip(index, 0.0, as_number(size - 1, index)), "int32")


def _wrapped(index: Array, size: Any) -> Array:
    return astype(index, "int32") % size


def _mirrored(index: Array, size: Any) -> Array:
    period = (2 * (size - 1) or 1) if isinstance(size, int) else 2 * (size - 1)
    place = astype(index, "int32") % period
    return minimum(place, period - place)


def _reflected(index: Array, size: Any) -> Array:
    place = astype(index, "int32") % (2 * size)
    return minimum(place, 2 * size - 1 - place)


EXTENSIONS: dict[str, Callable[[Array, Any], Array]] = {
    "constant": _held,
    "nearest": _held,
    "wrap": _wrapped,
    "mirror": _mirrored,
    "reflect": _reflected,
}
"""What an index beyond an axis stands for: by the names of `scipy.ndimage`, with `grid-` left off where it has it."""
