"""Sampling at the points of a grid, with the names and meaning of `torch.nn.functional`."""

from __future__ import annotations

from typing import Any

from bridge.dispatch import op
from bridge.errors import InputShapeError
from bridge.ops.creation import arange_like
from bridge.ops.manipulation import broadcast_to, reshape, shape, single_or_double
from bridge.ops.resampling import (
    as_number,
    at_least_one,
    cubic_taps,
    linear_taps,
    nearest_even_taps,
    restored,
    sample,
)
from bridge.shapes import static_shape
from bridge.typing import Array, Shape

__all__ = [
    "affine_grid",
    "grid_sample",
]

TAPS = {"bilinear": linear_taps, "nearest": nearest_even_taps, "bicubic": cubic_taps}


@op
def grid_sample(
    input: Array, grid: Array, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Array:
    """An image read at the points of a grid; `torch.nn.functional.grid_sample`.

    Args:
        input: `(N, C, H, W)` or `(N, C, D, H, W)`.
        grid: `(N, H_out, W_out, 2)` or `(N, D_out, H_out, W_out, 3)`: at each point the place along W, then H, then D,
            from -1 at one end to 1 at the other.
        mode: `"bilinear"` (of three axes too), `"nearest"`, or `"bicubic"` of two axes.
        padding_mode: what lies beyond the ends: `"zeros"`, `"border"` or `"reflection"`.
        align_corners: -1 and 1 are the centres of the outermost elements, instead of their outer edges.

    Returns:
        `(N, C, H_out, W_out)` or `(N, C, D_out, H_out, W_out)`, in the dtype of `input`.

    Reference: Jaderberg et al., Spatial Transformer Networks, https://arxiv.org/abs/1506.02025

    >>> ops.grid_sample(torch.tensor([[[[1.0, 2.0, 3.0]]]]), torch.tensor([[[[-0.5, 0.0]]]]), align_corners=True)
    tensor([[[[1.5000]]]])
    """
    _check_sampling(input, grid, mode, padding_mode)
    x, points = single_or_double(input), single_or_double(grid)
    coordinates = []
    for place, size in enumerate(reversed(shape(x)[2:])):
        count, point = as_number(size, points), points[..., place]
        coordinates.append((point + 1) * (count - 1) / 2 if align_corners else ((point + 1) * count - 1) / 2)
    extension = {"zeros": "constant", "border": "nearest", "reflection": "mirror" if align_corners else "reflect"}
    return restored(sample(x, coordinates[::-1], TAPS[mode], extension[padding_mode]), input.dtype)


def _check_sampling(input: Array, grid: Array, mode: str, padding_mode: str) -> None:
    if mode not in TAPS or (mode == "bicubic" and input.ndim == 5):
        raise ValueError(f"expected the mode 'bilinear', 'nearest', or 'bicubic' of two spatial axes, got {mode!r}")
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(f"expected the padding_mode 'zeros', 'border' or 'reflection', got {padding_mode!r}")
    images, points = static_shape(input), static_shape(grid)
    if images is None or points is None:
        return
    if len(images) not in (4, 5) or len(points) != len(images) or points[-1] != len(images) - 2:
        raise InputShapeError(
            f"expected (N, C, H, W) and (N, H_out, W_out, 2), or (N, C, D, H, W) and (N, D_out, H_out, W_out, 3), "
            f"got {images} and {points}"
        )
    if None not in (images[0], points[0]) and images[0] != points[0]:
        raise InputShapeError(f"expected one grid for each image, got {images[0]} images and {points[0]} grids")


@op
def affine_grid(theta: Array, size: Shape, align_corners: bool | None = None) -> Array:
    """The points that affine maps take an image's elements to, for `grid_sample`; `torch.nn.functional.affine_grid`.

    Args:
        theta: `(N, 2, 3)`, or `(N, 3, 4)`.
        size: of the images to make: `(N, C, H, W)`, or `(N, C, D, H, W)`.
        align_corners: -1 and 1 are the centres of the outermost elements, instead of their outer edges.

    Returns:
        `(N, H, W, 2)`, or `(N, D, H, W, 3)`.

    >>> ops.affine_grid(torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]), (1, 1, 1, 2), False)
    tensor([[[[-0.5000,  0.0000],
              [ 0.5000,  0.0000]]]])
    """
    count, *spatial = (size[0], *size[2:])
    rank = len(spatial)
    given = static_shape(theta)
    if rank not in (2, 3) or given is None or given[1:] != (rank, rank + 1) or given[0] not in (count, None):
        raise InputShapeError(
            f"expected theta (N, 2, 3) for a size (N, C, H, W), or (N, 3, 4) for (N, C, D, H, W), got {tuple(size)}"
        )
    x = single_or_double(theta)
    maps = reshape(x, (shape(x)[0], *(1,) * rank, rank, rank + 1))
    points = maps[..., rank]
    for place, length in enumerate(reversed(spatial)):
        places = _from_minus_one(x, length, bool(align_corners))
        points = points + reshape(places, (-1, *(1,) * (place + 1))) * maps[..., place]
    return restored(broadcast_to(points, (shape(x)[0], *spatial, rank)), theta.dtype)


def _from_minus_one(x: Array, length: Any, align_corners: bool) -> Array:
    """The centres of `length` elements, from -1 to 1."""
    places, count = arange_like(x, length, dtype=x.dtype), as_number(length, x)
    if not align_corners:
        return (2 * places + 1 - count) / count
    return (2 * places + 1 - count) / at_least_one(count - 1)
