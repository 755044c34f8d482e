"""Sizes of images, with the names and meaning of `keras.ops.image`: channels come before the spatial axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.dispatch import op
from bridge.errors import UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops import manipulation
from bridge.ops.arithmetic import maximum, where
from bridge.ops.comparison import logical_and
from bridge.ops.creation import arange_like, asarray_like
from bridge.ops.image_layout import as_batch, as_given, spatial_sizes
from bridge.ops.interpolation import interpolate
from bridge.ops.manipulation import expand_dims, shape, single_or_double
from bridge.ops.resampling import (
    KERNELS,
    as_number,
    at_least_one,
    length_of,
    resample,
    restored,
    weigh_axis,
    window_taps,
    window_weights,
)
from bridge.shapes import normalize_axis
from bridge.typing import Array

__all__ = [
    "crop",
    "crop_images",
    "pad",
    "pad_images",
    "resize",
    "scale_and_translate",
]

METHODS = {
    "linear": "linear",
    "bilinear": "linear",
    "trilinear": "linear",
    "triangle": "linear",
    "cubic": "cubic",
    "bicubic": "cubic",
    "tricubic": "cubic",
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
}
"""The names of the kernels."""


@op
def resize(
    images: Array,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
) -> Array:
    """Images made `size` high and wide; `keras.ops.image.resize`, `jax.image.resize`.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, of any real dtype, which is kept; whole numbers are rounded.
        size: the new height and width.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"lanczos3"` or `"lanczos5"`. Bicubic is that of JAX and
            TensorFlow; `ops.interpolate` has PyTorch's, which is sharper.
        antialias: when it shrinks, all but `"nearest"` average.
        crop_to_aspect_ratio: what does not fit the new shape is cut off first, at the centre's both sides.
        pad_to_aspect_ratio: `fill_value` is added first, at both sides, until the images have the new shape.
        fill_mode: `"constant"`.
        fill_value: what is added.

    Raises:
        ValueError: an unknown mode, or both of cropping and padding.
        UnsupportedOpError: cropping or padding of a dynamic height or width.

    >>> ops.image.resize(torch.tensor([[[1.0, 3.0]]]), (1, 4))
    tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    if interpolation not in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
        raise ValueError(
            f"expected an interpolation of 'nearest', 'bilinear', 'bicubic', 'lanczos3' or 'lanczos5', "
            f"got {interpolation!r}"
        )
    if fill_mode != "constant" or len(size) != 2:
        raise ValueError(f"expected a size (height, width) and the fill_mode 'constant', got {size} and {fill_mode!r}")
    x = as_batch(images)
    if crop_to_aspect_ratio or pad_to_aspect_ratio:
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ValueError("expected at most one of crop_to_aspect_ratio and pad_to_aspect_ratio")
        x = _to_aspect_ratio(x, size, crop_to_aspect_ratio, fill_value)
    x = single_or_double(x) if interpolation != "nearest" else x
    if interpolation == "nearest":
        x = interpolate(x, tuple(size), mode="nearest-exact")
    elif interpolation == "bilinear":
        x = interpolate(x, tuple(size), mode="bilinear", antialias=antialias)
    else:
        for axis, target in zip((2, 3), size, strict=True):
            x = _resized(x, axis, target, METHODS[interpolation], antialias)
    return as_given(restored(x, images.dtype), images)


def _resized(x: Array, axis: int, target: int, method: str, antialias: bool) -> Array:
    kernel, radius = KERNELS[method]
    before = shape(x)[axis]
    if isinstance(before, int) and before == target:
        return x
    step = as_number(before, x) / target
    centres = (arange_like(x, target, dtype=x.dtype) + 0.5) * step - 0.5
    if antialias and not (isinstance(before, int) and before < target):
        return weigh_axis(x, window_weights(centres, before, kernel, at_least_one(step)), axis)
    return resample(x, window_taps(centres, before, kernel, radius), axis)


def _to_aspect_ratio(x: Array, size: tuple[int, int], crop: bool, fill_value: float) -> Array:
    height, width = shape(x)[2:]
    if not isinstance(height, int) or not isinstance(width, int):
        raise UnsupportedOpError(
            "resize to an aspect ratio from a dynamic size", str(framework_of(x)), "Crop or pad the images first."
        )
    in_ratio = int(width * size[0] / size[1]), int(height * size[1] / size[0])
    if crop:
        rows, columns = max(min(height, in_ratio[0]), 1), max(min(width, in_ratio[1]), 1)
        top, left = (height - rows) // 2, (width - columns) // 2
        return x[:, :, top : top + rows, left : left + columns]
    top, left = (max(height, in_ratio[0]) - height) // 2, (max(width, in_ratio[1]) - width) // 2
    return manipulation.pad(x, (left, left, top, top), value=fill_value)


@op
def scale_and_translate(
    images: Array,
    output_shape: tuple[int, ...],
    scale: Array | Sequence[float],
    translation: Array | Sequence[float],
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Array:
    """Axes scaled and then moved, zero where nothing comes to lie; `jax.image.scale_and_translate`.

    Args:
        images: of any shape and real dtype, which is kept; whole numbers are rounded.
        output_shape: the new shape; sizes of other axes than `spatial_dims` are the old ones.
        scale: by what each of `spatial_dims` is multiplied; above 0.
        translation: by how many elements of the output each is moved.
        spatial_dims: the axes.
        method: `"linear"`, `"cubic"`, `"lanczos3"` or `"lanczos5"`, with `"bilinear"` and the like as other names.
        antialias: where it shrinks, elements are averaged.

    >>> ops.image.scale_and_translate(torch.tensor([1.0, 2.0]), (3,), [1.0], [1.0], [0], "linear")
    tensor([0., 1., 2.])
    """
    if method not in METHODS:
        raise ValueError(f"expected a method out of {', '.join(METHODS)}, got {method!r}")
    counts = length_of(scale), length_of(translation)
    if counts != (len(spatial_dims),) * 2 or len(output_shape) != images.ndim:
        raise ValueError(
            f"expected a scale and a translation for each of spatial_dims {tuple(spatial_dims)}, and {images.ndim} "
            f"sizes of output_shape, got {counts[0]}, {counts[1]} and {tuple(output_shape)}"
        )
    x = single_or_double(images)
    kernel, _ = KERNELS[METHODS[method]]
    scales, moves = (asarray_like(x, numbers, dtype=x.dtype) for numbers in (scale, translation))
    for place, dim in enumerate(spatial_dims):
        axis = normalize_axis(dim, x.ndim)
        before, step = shape(x)[axis], 1 / scales[place]
        centres = (arange_like(x, output_shape[axis], dtype=x.dtype) + 0.5 - moves[place]) * step - 0.5
        weights = window_weights(centres, before, kernel, maximum(step, 1.0) if antialias else 1.0)
        inside = logical_and(centres >= -0.5, centres <= as_number(before, x) - 0.5)
        x = weigh_axis(x, where(expand_dims(inside, -1), weights, 0.0), axis)
    return restored(x, images.dtype)


@op
def crop(
    images: Array,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
) -> Array:
    """Images without rows and columns at their edges; `keras.ops.image.crop_images`.

    Of the top, the bottom and the target height two are given, and of the left, the right and the target width.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, of any dtype.
        top_cropping: how many rows to cut off at the top.
        left_cropping: how many columns to cut off on the left.
        bottom_cropping: how many rows to cut off at the bottom.
        right_cropping: how many columns to cut off on the right.
        target_height: how many rows to keep.
        target_width: how many columns to keep.

    Raises:
        ValueError: a number is missing, one too many, or below 0.

    >>> ops.image.crop(torch.arange(9).reshape(1, 3, 3), 1, 1, target_height=1, target_width=2)
    tensor([[[4, 5]]])
    """
    height, width = spatial_sizes(images)
    top, rows = _kept(("top", "bottom", "height"), top_cropping, bottom_cropping, target_height, height)
    left, columns = _kept(("left", "right", "width"), left_cropping, right_cropping, target_width, width)
    return images[..., top : top + rows, left : left + columns]


def _kept(names: tuple[str, str, str], before: Any, after: Any, target: Any, size: Any) -> tuple[Any, Any]:
    """Where what is kept begins, and how much it is."""
    _require_two(names, before, after, target)
    if before is None:
        before = size - after - target
    elif target is None:
        target = size - before - after
    else:
        after = size - before - target
    _require_positive(names, before, after, target)
    return before, target


def _require_two(names: tuple[str, str, str], *numbers: Any) -> None:
    if numbers.count(None) != 1:
        raise ValueError(f"expected two of {names[0]}, {names[1]} and target {names[2]}, got {numbers}")


def _require_positive(names: tuple[str, str, str], *numbers: Any) -> None:
    if any(isinstance(number, int) and number < 0 for number in numbers):
        raise ValueError(f"expected no number below 0 for {names[0]}, {names[1]} and target {names[2]}, got {numbers}")


@op
def pad(
    images: Array,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
) -> Array:
    """Images with rows and columns of zeros around them; `keras.ops.image.pad_images`.

    Of the top, the bottom and the target height two are given, and of the left, the right and the target width.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, of any dtype.
        top_padding: how many rows to add at the top.
        left_padding: how many columns to add on the left.
        bottom_padding: how many rows to add at the bottom.
        right_padding: how many columns to add on the right.
        target_height: how many rows there shall be.
        target_width: how many columns there shall be.

    Raises:
        ValueError: a number is missing, one too many, or below 0.
        UnsupportedOpError: a target is given for a dynamic size.

    >>> ops.image.pad(torch.ones(1, 1, 1), 0, 1, 0, target_width=3)
    tensor([[[0., 1., 0.]]])
    """
    height, width = spatial_sizes(images)
    top, bottom = _added(images, ("top", "bottom", "height"), top_padding, bottom_padding, target_height, height)
    left, right = _added(images, ("left", "right", "width"), left_padding, right_padding, target_width, width)
    return manipulation.pad(images, (left, right, top, bottom))


def _added(
    images: Array, names: tuple[str, str, str], before: Any, after: Any, target: Any, size: Any
) -> tuple[int, int]:
    """How much is added at both ends."""
    _require_two(names, before, after, target)
    if target is not None and not isinstance(size, int):
        raise UnsupportedOpError(
            "padding of a dynamic size to a target", str(framework_of(images)), "Give what to add at each edge."
        )
    if before is None:
        before = target - size - after
    elif after is None:
        after = target - size - before
    _require_positive(names, before, after, target)
    return before, after


crop_images = crop
pad_images = pad
