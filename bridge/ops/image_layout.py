"""What the ops on images ask of an image, and one image as a batch of one."""

from __future__ import annotations

from bridge.dtypes import dtype_name, is_inexact
from bridge.errors import InputShapeError
from bridge.ops.manipulation import expand_dims, shape, squeeze
from bridge.shapes import static_shape
from bridge.typing import Array, Shape


def as_batch(images: Array) -> Array:
    """`(N, C, H, W)`, also of one image `(C, H, W)`.

    Raises:
        InputShapeError: it has another count of axes.
    """
    _require_rank(images)
    return images if images.ndim == 4 else expand_dims(images, 0)


def spatial_sizes(images: Array) -> Shape:
    """The height and the width."""
    _require_rank(images)
    return shape(images)[-2:]


def as_given(batch: Array, images: Array) -> Array:
    """What was made of `as_batch(images)`, as a batch or as one image, as `images` is."""
    return batch if images.ndim == 4 else squeeze(batch, 0)


def require_channels(images: Array, *counts: int) -> None:
    """Raises `InputShapeError` unless `images` are images of one of these counts of channels."""
    sizes = static_shape(images)
    if sizes is not None and (len(sizes) not in (3, 4) or sizes[-3] not in (*counts, None)):
        expected = " or ".join(map(str, counts))
        raise InputShapeError(f"expected (C, H, W) or (N, C, H, W) with {expected} channels, got {sizes}")


def require_floating(images: Array) -> None:
    """Raises `TypeError` unless `images` are of floating point."""
    name = dtype_name(images.dtype)
    if not is_inexact(name):
        raise TypeError(f"expected images of floating point, got {name}")


def _require_rank(images: Array) -> None:
    if images.ndim not in (3, 4):
        raise InputShapeError(f"expected an image (C, H, W) or a batch (N, C, H, W), got {static_shape(images)}")
