"""Patches of images and volumes, with the names and meaning of `keras.ops.image`: channels come first."""

from __future__ import annotations

import math
from typing import Any

from bridge.dispatch import op
from bridge.errors import InputShapeError, UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.ops import manipulation
from bridge.ops.creation import arange_like
from bridge.ops.indexing import take
from bridge.ops.manipulation import expand_dims, permute_dims, reshape, shape, squeeze
from bridge.shapes import pair, static_shape
from bridge.typing import Array

__all__ = [
    "extract_patches",
    "extract_patches_3d",
]


@op
def extract_patches(
    images: Array,
    size: int | tuple[int, ...],
    strides: int | tuple[int, ...] | None = None,
    dilation_rate: int | tuple[int, ...] = 1,
    padding: str = "valid",
) -> Array:
    """Patches of images, each laid out as channels; `keras.ops.image.extract_patches`.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, of any dtype; or volumes, if `size` has three numbers.
        size: the height and width of a patch, one for both or one each.
        strides: from one patch to the next, one for both or one each; the patch's size by default.
        dilation_rate: the distance between a patch's elements, one for both or one each.
        padding: `"valid"`, or `"same"`: as many patches as strides begin, with zeros beyond the edges.

    Returns:
        `(size[0] * size[1] * C, H_out, W_out)`, with a batch before it if there is one: row by row of a patch, and the
        channels of each element, which vary fastest.

    >>> ops.image.extract_patches(torch.arange(4).reshape(1, 2, 2), 2).flatten()
    tensor([0, 1, 2, 3])
    """
    rank = 2 if isinstance(size, int) else len(size)
    return _patches(images, rank, size, strides, dilation_rate, padding)


@op
def extract_patches_3d(
    volumes: Array,
    size: int | tuple[int, ...],
    strides: int | tuple[int, ...] | None = None,
    dilation_rate: int | tuple[int, ...] = 1,
    padding: str = "valid",
) -> Array:
    """Patches of volumes, each laid out as channels; `keras.ops.image.extract_patches_3d`.

    Args:
        volumes: `(C, D, H, W)` or `(N, C, D, H, W)`, of any dtype.
        size: the depth, height and width of a patch, one for all or one each; so with the next two.
        strides: from one patch to the next; the patch's size by default.
        dilation_rate: the distance between a patch's elements.
        padding: `"valid"`, or `"same"`: as many patches as strides begin, with zeros beyond the edges.

    Returns:
        `(size[0] * size[1] * size[2] * C, D_out, H_out, W_out)`, with a batch before it if there is one.

    >>> ops.image.extract_patches_3d(torch.zeros(1, 4, 4, 4), 2).shape
    torch.Size([8, 2, 2, 2])
    """
    return _patches(volumes, 3, size, strides, dilation_rate, padding)


def _patches(images: Array, rank: int, size: Any, strides: Any, dilation_rate: Any, padding: str) -> Array:
    if padding not in ("valid", "same"):
        raise ValueError(f"expected a padding of 'valid' or 'same', got {padding!r}")
    if rank not in (2, 3) or images.ndim not in (rank + 1, rank + 2):
        raise InputShapeError(
            f"expected (C, H, W) or (N, C, H, W) with a size of two, or (C, D, H, W) or (N, C, D, H, W) with one of "
            f"three, got {static_shape(images)} with {rank}"
        )
    windows, dilations = pair(size, rank), pair(dilation_rate, rank)
    steps = windows if strides is None else pair(strides, rank)
    x = images if images.ndim == rank + 2 else expand_dims(images, 0)
    if padding == "same":
        x = _padded(x, windows, steps, dilations)
    for axis, (window, step, dilation) in enumerate(zip(windows, steps, dilations, strict=True)):
        x = _windows(x, 2 + 2 * axis, window, step, dilation)
    places, inside = range(2, 2 + 2 * rank, 2), range(3, 3 + 2 * rank, 2)
    x = permute_dims(x, (0, *inside, 1, *places))
    sizes = shape(x)
    x = reshape(x, (sizes[0], math.prod(windows) * sizes[rank + 1], *sizes[rank + 2 :]))
    return x if images.ndim == rank + 2 else squeeze(x, 0)


def _windows(x: Array, axis: int, window: int, step: int, dilation: int) -> Array:
    """`axis` made into two: the windows, and the elements in each."""
    sizes = shape(x)
    count = (sizes[axis] - dilation * (window - 1) - 1) // step + 1
    if isinstance(count, int) and count < 1:
        raise InputShapeError(
            f"expected at least {dilation * (window - 1) + 1} elements for a patch of {window}, got {sizes[axis]}"
        )
    if step == window and dilation == 1:
        whole = x[(slice(None),) * axis + (slice(0, count * window),)]
        return reshape(whole, (*sizes[:axis], count, window, *sizes[axis + 1 :]))
    starts = expand_dims(arange_like(x, 0, count, dtype="int32") * step, -1)
    return take(x, starts + arange_like(x, window, dtype="int32") * dilation, axis=axis)


def _padded(x: Array, windows: tuple[int, ...], steps: tuple[int, ...], dilations: tuple[int, ...]) -> Array:
    """Zeros for as many windows as steps begin, the larger half of them behind."""
    widths: list[int] = []
    for length, window, step, dilation in zip(shape(x)[2:], windows, steps, dilations, strict=True):
        if not isinstance(length, int):
            raise UnsupportedOpError(
                "extract_patches with padding='same' of a dynamic size", str(framework_of(x)), "Pad the images first."
            )
        total = max(0, (-(-length // step) - 1) * step + dilation * (window - 1) + 1 - length)
        widths = [total // 2, total - total // 2, *widths]
    return manipulation.pad(x, tuple(widths))
