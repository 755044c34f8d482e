"""Images read at other places, with the names and meaning of `keras.ops.image`: channels come first."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.dispatch import op
from bridge.errors import InputShapeError
from bridge.ops.creation import arange_like, asarray_like
from bridge.ops.image_filters import gaussian_blur
from bridge.ops.image_layout import as_batch, as_given
from bridge.ops.manipulation import broadcast_to, expand_dims, reshape, shape, single_or_double
from bridge.ops.random import draw_normal
from bridge.ops.resampling import EXTENSIONS, length_of, linear_taps, nearest_taps, restored, sample
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = [
    "affine_transform",
    "elastic_transform",
    "map_coordinates",
    "perspective_transform",
]

TAPS = {"nearest": nearest_taps, "bilinear": linear_taps}


@op
def map_coordinates(
    inputs: Array,
    coordinates: Array | Sequence[Array],
    order: int,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
) -> Array:
    """A tensor read at coordinates between its elements; `scipy.ndimage.map_coordinates`, `jax.scipy.ndimage`'s.

    Args:
        inputs: with one axis at least, of any real dtype, which is kept; whole numbers are rounded.
        coordinates: one for each axis of `inputs`, of any shape: a sequence, or one tensor `(inputs.ndim, ...)`.
        order: 0 for the nearest element, 1 for linear interpolation.
        fill_mode: what lies beyond the ends: `"constant"`, `"nearest"` (the last element), `"wrap"` (the other end),
            `"mirror"` (about the last element) or `"reflect"` (about the edge). `"constant"` and `"wrap"` are SciPy's
            `"grid-constant"` and `"grid-wrap"`.
        fill_value: what lies there in the mode `"constant"`.

    Returns:
        A tensor of the shape of a coordinate.

    >>> ops.image.map_coordinates(torch.tensor([1.0, 2.0]), torch.tensor([[0.5, -0.5]]), order=1)
    tensor([1.5000, 0.5000])
    """
    rank = inputs.ndim
    _check_fill_mode(fill_mode)
    if order not in (0, 1):
        raise ValueError(f"expected an order of 0 or 1, got {order}")
    if rank < 1 or length_of(coordinates) != rank:
        raise InputShapeError(f"expected a coordinate for each axis of inputs {static_shape(inputs)}")
    sizes = shape(inputs)
    x = reshape(single_or_double(inputs), (1, 1, *sizes))
    each = [single_or_double(coordinates[axis]) for axis in range(rank)]
    found = sample(x, [expand_dims(c, 0) for c in each], (nearest_taps, linear_taps)[order], fill_mode, fill_value)
    return restored(found[0, 0], inputs.dtype)


@op
def affine_transform(
    images: Array,
    transform: Array | Sequence[float],
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0.0,
) -> Array:
    """Images read where affine or projective maps take their elements; `keras.ops.image.affine_transform`.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, of any real dtype, which is kept; whole numbers are rounded.
        transform: `(8,)`, or one for each image `(N, 8)`: of `a0, a1, a2, b0, b1, b2, c0, c1` an element of the output
            in column x and row y comes from column `(a0 x + a1 y + a2) / k` and row `(b0 x + b1 y + b2) / k`, where `k`
            is `c0 x + c1 y + 1`.
        interpolation: `"bilinear"` or `"nearest"`.
        fill_mode: what lies beyond the edges, as in `map_coordinates`.
        fill_value: what lies there in the mode `"constant"`.

    >>> ops.image.affine_transform(torch.tensor([[[1.0, 2.0, 3.0]]]), torch.tensor([1.0, 0, 1, 0, 1, 0, 0, 0]))
    tensor([[[2., 3., 0.]]])
    """
    _check_modes(interpolation, fill_mode)
    batch = as_batch(images)
    x = single_or_double(batch)
    a0, a1, a2, b0, b1, b2, c0, c1 = _numbers(asarray_like(x, transform, dtype=x.dtype), 8)
    rows, columns = _places(x)
    divisor = c0 * columns + c1 * rows + 1
    coordinates = (b0 * columns + b1 * rows + b2) / divisor, (a0 * columns + a1 * rows + a2) / divisor
    return as_given(_read(x, coordinates, batch, interpolation, fill_mode, fill_value), images)


@op
def perspective_transform(
    images: Array,
    start_points: Array | Sequence[Sequence[float]],
    end_points: Array | Sequence[Sequence[float]],
    interpolation: str = "bilinear",
    fill_value: float = 0.0,
) -> Array:
    """Images seen so that four points come to lie elsewhere; `keras.ops.image.perspective_transform`.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, of any real dtype, which is kept; whole numbers are rounded.
        start_points: the column and row of each point, `(4, 2)`, or for each image `(N, 4, 2)`; no three in a line.
        end_points: where they come to lie, of the same shape; no three in a line.
        interpolation: `"bilinear"` or `"nearest"`.
        fill_value: what lies beyond the edges.

    >>> corners = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 1.0], [2.0, 1.0]])
    >>> ops.image.perspective_transform(torch.arange(6.0).reshape(1, 2, 3), corners, corners + 1)
    tensor([[[0., 0., 0.],
             [0., 0., 1.]]])
    """
    _check_modes(interpolation, "constant")
    batch = as_batch(images)
    x = single_or_double(batch)
    starts, ends = (_points(asarray_like(x, points, dtype=x.dtype)) for points in (start_points, end_points))
    rows, columns = _places(x)
    coordinates = _through_points(starts, ends, rows, columns)
    return as_given(_read(x, coordinates, batch, interpolation, "constant", fill_value), images)


@op
def elastic_transform(
    images: Array,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    noise: Array | None = None,
) -> Array:
    """Images warped by smooth random displacements; `keras.ops.image.elastic_transform`.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, of any real dtype, which is kept; whole numbers are rounded.
        alpha: by how much the displacements are multiplied.
        sigma: the standard deviation of the noise, and of the Gaussian that smooths it, in elements.
        interpolation: `"bilinear"` or `"nearest"`.
        fill_mode: what lies beyond the edges, as in `map_coordinates`.
        fill_value: what lies there in the mode `"constant"`.
        noise: `(2, H, W)` or `(N, 2, H, W)`, along H and along W, of which displacements are made; by default it is
            drawn anew from the standard normal distribution.

    Raises:
        RuntimeError: there is no noise, and no random key to draw it from, in JAX or TensorFlow.

    Reference: Simard et al., Best Practices for Convolutional Neural Networks, 2003

    >>> ops.image.elastic_transform(torch.ones(1, 4, 4)).shape
    torch.Size([1, 4, 4])
    """
    _check_modes(interpolation, fill_mode)
    batch = as_batch(images)
    x = single_or_double(batch)
    count, _, height, width = shape(x)
    if noise is None:
        drawn = draw_normal((count, 2, height, width), (x,), dtype=x.dtype)
    else:
        drawn = single_or_double(as_batch(noise))
    window = int(6 * sigma) | 1
    displacements = gaussian_blur(drawn * sigma, window, sigma) * alpha
    rows, columns = _places(x)
    coordinates = rows + displacements[:, 0], columns + displacements[:, 1]
    return as_given(_read(x, coordinates, batch, interpolation, fill_mode, fill_value), images)


def _check_modes(interpolation: str, fill_mode: str) -> None:
    if interpolation not in TAPS:
        raise ValueError(f"expected an interpolation of 'nearest' or 'bilinear', got {interpolation!r}")
    _check_fill_mode(fill_mode)


def _check_fill_mode(fill_mode: str) -> None:
    if fill_mode not in EXTENSIONS:
        raise ValueError(f"expected a fill_mode out of {', '.join(EXTENSIONS)}, got {fill_mode!r}")


def _numbers(transform: Array, count: int) -> list[Array]:
    """Each number of a map, `(N, 1, 1)` or `(1, 1, 1)`."""
    if transform.ndim not in (1, 2) or transform.shape[-1] != count:
        raise InputShapeError(f"expected a transform ({count},) or (N, {count}), got {static_shape(transform)}")
    batched = transform if transform.ndim == 2 else expand_dims(transform, 0)
    return [reshape(batched[:, place], (-1, 1, 1)) for place in range(count)]


def _points(points: Array) -> Array:
    if points.ndim not in (2, 3) or static_shape(points)[-2:] != (4, 2):  # type: ignore[index]
        raise InputShapeError(f"expected four points (4, 2) or (N, 4, 2), got {static_shape(points)}")
    return points if points.ndim == 3 else expand_dims(points, 0)


def _places(x: Array) -> tuple[Array, Array]:
    """The rows of `(N, C, H, W)`, `(H, 1)`, and its columns, `(W,)`."""
    height, width = shape(x)[2:]
    return expand_dims(arange_like(x, height, dtype=x.dtype), -1), arange_like(x, width, dtype=x.dtype)


def _read(
    x: Array, coordinates: tuple[Array, Array], images: Array, interpolation: str, fill_mode: str, fill_value: float
) -> Array:
    batch, _, height, width = shape(x)
    each = [broadcast_to(axis, (batch, height, width)) for axis in coordinates]
    return restored(sample(x, each, TAPS[interpolation], fill_mode, fill_value), images.dtype)


def _through_points(starts: Array, ends: Array, rows: Array, columns: Array) -> tuple[Array, Array]:
    """Where the projective map that takes four `ends` to `starts` takes each row and column.

    In homogeneous coordinates it keeps how a place is made of the first three points, but for a factor at each of them,
    which the fourth point settles.
    """
    x, y = columns - _at(ends, 0, 0), rows - _at(ends, 0, 1)
    x1, y1, x2, y2 = (_at(ends, point, axis) - _at(ends, 0, axis) for point in (1, 2) for axis in (0, 1))
    area = x1 * y2 - y1 * x2
    second, third = (x * y2 - y * x2) / area, (x1 * y - y1 * x) / area
    factors = [one / other for one, other in zip(_of_fourth(starts), _of_fourth(ends), strict=True)]
    shares = [share * factor for share, factor in zip((1 - second - third, second, third), factors, strict=True)]
    total = shares[0] + shares[1] + shares[2]

    def along(axis: int) -> Array:
        first = _at(starts, 0, axis)
        moves = [share * (_at(starts, point, axis) - first) for point, share in ((1, shares[1]), (2, shares[2]))]
        return first + (moves[0] + moves[1]) / total

    return along(1), along(0)


def _of_fourth(points: Array) -> tuple[Array, Array, Array]:
    """How the fourth point is made of the first three, in all 1."""
    x1, y1, x2, y2, x3, y3 = (_at(points, point, axis) - _at(points, 0, axis) for point in (1, 2, 3) for axis in (0, 1))
    area = x1 * y2 - y1 * x2
    second, third = (x3 * y2 - y3 * x2) / area, (x1 * y3 - y1 * x3) / area
    return 1 - second - third, second, third


def _at(points: Array, point: int, axis: int) -> Array:
    return reshape(points[:, point, axis], (-1, 1, 1))
