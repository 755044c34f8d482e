"""Colours of images, with the names and meaning of `keras.ops.image`: channels come before the spatial axes."""

from __future__ import annotations

from bridge.dispatch import op
from bridge.dtypes import dtype_name, is_inexact
from bridge.ops.arithmetic import abs, maximum, minimum, where
from bridge.ops.comparison import equal
from bridge.ops.image_layout import require_channels, require_floating
from bridge.ops.joining import stack
from bridge.ops.manipulation import astype, expand_dims
from bridge.ops.rounding import clip, floor
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = [
    "hsv_to_rgb",
    "rgb_to_grayscale",
    "rgb_to_hsv",
]


@op
def rgb_to_grayscale(images: Array) -> Array:
    """The luma of colour images, `0.2989 R + 0.587 G + 0.114 B`; `keras.ops.image.rgb_to_grayscale`.

    Args:
        images: `(3, H, W)` or `(N, 3, H, W)`, of any dtype; of one channel they come back as they are.

    Returns:
        `(1, H, W)` or `(N, 1, H, W)`, in the dtype of `images`; for whole numbers the fraction is cut off.

    >>> ops.image.rgb_to_grayscale(torch.ones(3, 1, 1))
    tensor([[[0.9999]]])
    """
    require_channels(images, 1, 3)
    sizes = static_shape(images)
    if sizes is not None and sizes[-3] == 1:
        return images
    name = dtype_name(images.dtype)
    x = images if is_inexact(name) else astype(images, "float32")
    red, green, blue = _channels(x)
    return expand_dims(astype(0.2989 * red + 0.587 * green + 0.114 * blue, name), -3)


@op
def rgb_to_hsv(images: Array) -> Array:
    """Hue, saturation and value, from 0 to 1, of red, green and blue from 0 to 1; `keras.ops.image.rgb_to_hsv`.

    Args:
        images: `(3, H, W)` or `(N, 3, H, W)`, of floating point.

    Raises:
        TypeError: `images` are of whole numbers.

    >>> ops.image.rgb_to_hsv(torch.tensor([0.0, 0.5, 0.0]).reshape(3, 1, 1)).flatten()
    tensor([0.3333, 1.0000, 0.5000])
    """
    require_channels(images, 3)
    require_floating(images)
    red, green, blue = _channels(images)
    value = maximum(maximum(red, green), blue)
    spread = value - minimum(minimum(red, green), blue)
    colourful = spread > 0
    sixth = 1 / (6 * where(colourful, spread, 1.0))
    of_green_or_blue = where(equal(value, green), (blue - red) * sixth + 1 / 3, (red - green) * sixth + 2 / 3)
    hue = where(colourful, where(equal(value, red), (green - blue) * sixth, of_green_or_blue), 0.0)
    saturation = where(value > 0, spread / where(value > 0, value, 1.0), 0.0)
    return stack([where(hue < 0, hue + 1, hue), saturation, value], axis=-3)


@op
def hsv_to_rgb(images: Array) -> Array:
    """Red, green and blue, from 0 to 1, of hue, saturation and value from 0 to 1; `keras.ops.image.hsv_to_rgb`.

    Args:
        images: `(3, H, W)` or `(N, 3, H, W)`, of floating point.

    Raises:
        TypeError: `images` are of whole numbers.

    >>> ops.image.hsv_to_rgb(torch.tensor([0.5, 1.0, 0.5]).reshape(3, 1, 1)).flatten()
    tensor([0.0000, 0.5000, 0.5000])
    """
    require_channels(images, 3)
    require_floating(images)
    hue, saturation, value = _channels(images)
    sector = (hue - floor(hue)) * 6
    shares = (abs(sector - 3) - 1, 2 - abs(sector - 2), 2 - abs(sector - 4))
    return stack([value * (1 - saturation + saturation * clip(share, 0.0, 1.0)) for share in shares], axis=-3)


def _channels(images: Array) -> tuple[Array, Array, Array]:
    return images[..., 0, :, :], images[..., 1, :, :], images[..., 2, :, :]
