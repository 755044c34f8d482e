"""Filters of images and their likeness: channels come before the spatial axes."""

from __future__ import annotations

from typing import Any

from bridge.dispatch import op
from bridge.errors import InputShapeError
from bridge.ops import manipulation
from bridge.ops.arithmetic import square
from bridge.ops.convolution import conv2d
from bridge.ops.creation import arange_like
from bridge.ops.image_layout import as_batch, as_given, require_floating
from bridge.ops.joining import concat, split, stack
from bridge.ops.manipulation import reshape, shape, single_or_double
from bridge.ops.mathematics import exp
from bridge.ops.reductions import mean, sum
from bridge.shapes import pair, static_shape
from bridge.typing import Array

__all__ = [
    "gaussian_blur",
    "sobel_edges",
    "ssim",
]


@op
def gaussian_blur(
    images: Array, kernel_size: int | tuple[int, int] = (3, 3), sigma: float | tuple[float, float] = (1.0, 1.0)
) -> Array:
    """Images blurred by a Gaussian, with zeros beyond the edges; `keras.ops.image.gaussian_blur`.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, of floating point.
        kernel_size: of the Gaussian along H and W; one for both, or one each.
        sigma: the standard deviations along H and W; numbers or tensors without axes, one for both or one each.

    Raises:
        TypeError: `images` are of whole numbers.

    >>> ops.image.gaussian_blur(torch.ones(1, 3, 3)).flatten()[4]
    tensor(1.)
    """
    require_floating(images)
    batch = as_batch(images)
    sigmas = sigma if isinstance(sigma, tuple | list) else (sigma, sigma)
    sizes = pair(kernel_size, 2)
    kernels = [_gaussian(batch, size, deviation) for size, deviation in zip(sizes, sigmas, strict=True)]
    (top, bottom), (left, right) = (((size - 1) // 2, size // 2) for size in sizes)
    return as_given(_filtered(manipulation.pad(batch, (left, right, top, bottom)), *kernels), images)


def _gaussian(x: Array, size: int, sigma: Any) -> Array:
    """The weights of a Gaussian, `(size,)`, in all 1."""
    distances = (arange_like(x, size, dtype=x.dtype) - (size - 1) / 2) / sigma
    weights = exp(square(distances) * -0.5)
    return weights / sum(weights)


def _filtered(images: Array, rows: Array, columns: Array) -> Array:
    """`(N, C, H, W)` weighted along H and along W, each channel by itself, where the kernels fit."""
    batch, channels, height, width = shape(images)
    single = reshape(images, (-1, 1, height, width))
    blurred = conv2d(conv2d(single, reshape(rows, (1, 1, -1, 1))), reshape(columns, (1, 1, 1, -1)))
    return reshape(blurred, (batch, channels, *shape(blurred)[2:]))


@op
def sobel_edges(images: Array) -> Array:
    """How fast images change along H and along W, by Sobel's kernels, mirrored at the edges; `tf.image.sobel_edges`.

    Keras has zeros beyond the edges.

    Args:
        images: `(C, H, W)` or `(N, C, H, W)`, at least 2 high and wide; whole numbers answer in float32.

    Returns:
        `(..., 2)` after the shape of `images`: the change along H, then along W.

    >>> ops.image.sobel_edges(torch.arange(9.0).reshape(1, 3, 3))[0, 1, 1]
    tensor([24.,  8.])
    """
    padded = manipulation.pad(as_batch(single_or_double(images)), (1, 1, 1, 1), mode="reflect")
    smooth_rows = padded[:, :, :-2] + 2 * padded[:, :, 1:-1] + padded[:, :, 2:]
    smooth_columns = padded[..., :-2] + 2 * padded[..., 1:-1] + padded[..., 2:]
    along_height = smooth_columns[:, :, 2:] - smooth_columns[:, :, :-2]
    along_width = smooth_rows[..., 2:] - smooth_rows[..., :-2]
    edges = stack([along_height, along_width], axis=-1)
    return edges if images.ndim == 4 else edges[0]


@op
def ssim(
    image1: Array,
    image2: Array,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Array:
    """The structural similarity of two images, 1 where they are equal; `keras.ops.image.ssim`.

    Args:
        image1: `(C, H, W)` or `(N, C, H, W)`; whole numbers are computed in float32.
        image2: of the shape and dtype of `image1`.
        max_val: the difference between the largest value allowed and the smallest: 1, or 255 for uint8.
        filter_size: of the Gaussian window, at most H and W.
        filter_sigma: the window's standard deviation.
        k1: steadies the comparison of brightness.
        k2: steadies the comparison of contrast.

    Returns:
        One number an image, `(N,)` or `()`.

    Raises:
        InputShapeError: the shapes differ, or the window is larger than an image.

    Reference: Wang et al., Image Quality Assessment, https://ieeexplore.ieee.org/document/1284395

    >>> ops.image.ssim(torch.ones(1, 11, 11), torch.ones(1, 11, 11))
    tensor(1.)
    """
    _check_pair(image1, image2, filter_size)
    one, two = as_batch(single_or_double(image1)), as_batch(single_or_double(image2))
    window = _gaussian(one, filter_size, filter_sigma)
    moments = _filtered(concat([one, two, square(one) + square(two), one * two]), window, window)
    mean1, mean2, squares, product = split(moments, 4)
    brightness, contrast = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    means, both = square(mean1) + square(mean2), mean1 * mean2
    likeness = (2 * both + brightness) / (means + brightness)
    likeness = likeness * (2 * (product - both) + contrast) / (squares - means + contrast)
    return as_given(mean(likeness, axis=(1, 2, 3)), image1)


def _check_pair(image1: Array, image2: Array, window: int) -> None:
    one, two = static_shape(image1), static_shape(image2)
    if one is None or two is None or None in one or None in two:
        return
    if one != two or len(one) not in (3, 4) or min(size or 0 for size in one[-2:]) < window:
        raise InputShapeError(
            f"expected two images (C, H, W) or batches (N, C, H, W) of one shape, at least {window} high and wide, "
            f"got {one} and {two}"
        )
