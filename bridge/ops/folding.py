"""Images cut into blocks and put together, channels exchanged for space: channels come before height and width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bridge.dispatch import op, primitive
from bridge.ops.creation import arange_like
from bridge.ops.indexing import take
from bridge.ops.manipulation import expand_dims, flatten, pad, permute_dims, reshape, shape, swapaxes
from bridge.ops.max_pooling import whole_sizes
from bridge.shapes import pair
from bridge.typing import Array
from bridge.windows import Sizes, Windows, block_windows, check_spatial

__all__ = [
    "channel_shuffle",
    "depth_to_space",
    "fold",
    "pixel_shuffle",
    "pixel_unshuffle",
    "space_to_depth",
    "unfold",
]


@op
def unfold(input: Array, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> Array:
    """The blocks of an image that a window slides over, as columns: im2col; `torch.nn.functional.unfold`.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        kernel_size: the block, one size for both axes or one each; so with the next three.
        dilation: the distance between a block's elements.
        padding: zeros added at both ends.
        stride: the step of the window.

    Returns:
        `(N, C * K_h * K_w, blocks)`, or without `N`.

    >>> ops.unfold(torch.arange(4.0).reshape(1, 1, 2, 2), (1, 2))
    tensor([[[0., 2.],
             [1., 3.]]])
    """
    check_spatial(input, 2)
    windows = block_windows(kernel_size, dilation, padding, stride)
    (rows, _), (columns, _) = windows.padding
    padded = pad(input, (columns, columns, rows, rows)) if rows or columns else input
    sizes = shape(padded)
    places = block_places(input, whole_sizes(padded, 2), windows)
    elements = take(flatten(padded, -2), places, axis=-1)
    return reshape(elements, (*sizes[:-3], sizes[-3] * math.prod(windows.kernel), shape(elements)[-1]))


@primitive
def fold(
    input: Array,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Array:
    """The image whose blocks are the columns, summed where they overlap: col2im; `torch.nn.functional.fold`.

    Args:
        input: `(N, C * K_h * K_w, blocks)`, or without `N`.
        output_size: `(H, W)`, or one size for both.
        kernel_size: the block, one size for both axes or one each; so with the next three.
        dilation: the distance between a block's elements.
        padding: what is cut from both ends.
        stride: the step of the window.

    Returns:
        `(N, C, H, W)`, or `(C, H, W)`.

    >>> ops.fold(torch.ones(1, 2, 2), (1, 3), (1, 2))
    tensor([[[[1., 2., 1.]]]])
    """


@op
def pixel_shuffle(input: Array, upscale_factor: int) -> Array:
    """`(..., C * r**2, H, W)` to `(..., C, H * r, W * r)`, `r` being `upscale_factor`.

    It is `torch.nn.functional.pixel_shuffle`.

    Reference: Shi et al., sub-pixel convolution, https://arxiv.org/abs/1609.05158

    >>> ops.pixel_shuffle(torch.arange(4.0).reshape(1, 4, 1, 1), 2)
    tensor([[[[0., 1.],
              [2., 3.]]]])
    """
    *lead, channels, height, width = _sizes(input)
    blocks = (*lead, _part(channels, upscale_factor**2, "channels"), upscale_factor, upscale_factor, height, width)
    apart = _permuted_end(reshape(input, blocks), (0, 3, 1, 4, 2))
    return reshape(apart, (*lead, blocks[-5], height * upscale_factor, width * upscale_factor))


@op
def pixel_unshuffle(input: Array, downscale_factor: int) -> Array:
    """`(..., C, H * r, W * r)` to `(..., C * r**2, H, W)`: the inverse of `pixel_shuffle`.

    It is `torch.nn.functional.pixel_unshuffle`.

    >>> ops.pixel_unshuffle(torch.arange(4.0).reshape(1, 1, 2, 2), 2).flatten()
    tensor([0., 1., 2., 3.])
    """
    *lead, channels, height, width = _sizes(input)
    rows, columns = _part(height, downscale_factor, "rows"), _part(width, downscale_factor, "columns")
    blocks = (*lead, channels, rows, downscale_factor, columns, downscale_factor)
    together = _permuted_end(reshape(input, blocks), (0, 2, 4, 1, 3))
    return reshape(together, (*lead, channels * downscale_factor**2, rows, columns))


@op
def channel_shuffle(input: Array, groups: int) -> Array:
    """The channels of `(N, C, *spatial)` dealt out anew, one from each group in turn.

    It is `torch.nn.functional.channel_shuffle`.

    Reference: Zhang et al., ShuffleNet, https://arxiv.org/abs/1707.01083

    >>> ops.channel_shuffle(torch.arange(4.0).reshape(1, 4, 1), 2).flatten()
    tensor([0., 2., 1., 3.])
    """
    batch, channels, *spatial = _sizes(input)
    by_group = reshape(input, (batch, groups, _part(channels, groups, "channels"), *spatial))
    return reshape(swapaxes(by_group, 1, 2), (batch, channels, *spatial))


@op
def depth_to_space(input: Array, block_size: int) -> Array:
    """`(..., C * b**2, H, W)` to `(..., C, H * b, W * b)`, `b` being `block_size`; `tf.nn.depth_to_space`.

    The channels are those of TensorFlow, and of ONNX's mode DCR: all `C` of a block's first place come first, where in
    `pixel_shuffle` all places of the first channel do. They stand before height and width, as everywhere here.

    >>> ops.depth_to_space(torch.arange(4.0).reshape(1, 4, 1, 1), 2)
    tensor([[[[0., 1.],
              [2., 3.]]]])
    """
    *lead, channels, height, width = _sizes(input)
    blocks = (*lead, block_size, block_size, _part(channels, block_size**2, "channels"), height, width)
    apart = _permuted_end(reshape(input, blocks), (2, 3, 0, 4, 1))
    return reshape(apart, (*lead, blocks[-3], height * block_size, width * block_size))


@op
def space_to_depth(input: Array, block_size: int) -> Array:
    """`(..., C, H * b, W * b)` to `(..., C * b**2, H, W)`: the inverse of `depth_to_space`; `tf.nn.space_to_depth`.

    >>> ops.space_to_depth(torch.arange(4.0).reshape(1, 1, 2, 2), 2).flatten()
    tensor([0., 1., 2., 3.])
    """
    *lead, channels, height, width = _sizes(input)
    rows, columns = _part(height, block_size, "rows"), _part(width, block_size, "columns")
    blocks = (*lead, channels, rows, block_size, columns, block_size)
    together = _permuted_end(reshape(input, blocks), (2, 4, 0, 1, 3))
    return reshape(together, (*lead, channels * block_size**2, rows, columns))


def block_places(input: Array, sizes: Sequence[Any], windows: Windows) -> Array:
    """`(K_h * K_w, blocks)`: the elements of each block, as indices into the padded axes made one."""
    axes = zip(sizes, windows.kernel, windows.stride, windows.dilation, windows.spans, strict=True)
    rows, columns = (_places(input, *axis) for axis in axes)
    places = rows[:, None, :, None] * sizes[1] + columns[None, :, None, :]
    return flatten(flatten(places, -2), 0, 1)


def _places(input: Array, size: Any, kernel: int, stride: int, dilation: int, span: int) -> Array:
    """`(kernel, count)`: what each block holds of one axis."""
    if isinstance(size, int) and size < span:
        raise ValueError(f"a block that spans {span} does not fit in {size} elements, padding included")
    starts = arange_like(input, (size - span) // stride + 1) * stride
    return expand_dims(arange_like(input, kernel) * dilation, 1) + starts


def folded_arguments(
    input: Array, output_size: Sizes, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes
) -> tuple[Array, Array, tuple[int, int], tuple[int, ...]]:
    """What `fold` sums where.

    Returns:
        The elements as `(..., C, K_h * K_w, blocks)`, their places in a padded plane as `block_places` gives them,
        the sizes of that plane, and what to cut from its ends, as `pad` takes it.

    Raises:
        ValueError: the input is not made of such blocks.
    """
    if len(input.shape) not in (2, 3):
        raise ValueError(f"expected an input of 2 or 3 dimensions, got {len(input.shape)}")
    windows = block_windows(kernel_size, dilation, padding, stride)
    (rows, _), (columns, _) = windows.padding
    height, width = pair(output_size, 2)
    plane = height + 2 * rows, width + 2 * columns
    places = block_places(input, plane, windows)
    *lead, depth, blocks = shape(input)
    if isinstance(blocks, int) and blocks != places.shape[1]:
        raise ValueError(f"expected {places.shape[1]} blocks for an output of {(height, width)}, got {blocks}")
    size = math.prod(windows.kernel)
    elements = reshape(input, (*lead, _part(depth, size, "channels"), size, blocks))
    return elements, places, plane, (-columns, -columns, -rows, -rows)


def _sizes(input: Array) -> list[Any]:
    if len(input.shape) < 3:
        raise ValueError(f"expected an input of at least 3 dimensions, got {len(input.shape)}")
    return list(shape(input))


def _part(size: Any, parts: int, what: str) -> Any:
    if parts < 1 or (isinstance(size, int) and size % parts):
        raise ValueError(f"expected {what} that divide into {parts} equal parts, got {size}")
    return size // parts


def _permuted_end(x: Array, order: tuple[int, ...]) -> Array:
    """The last axes in another order."""
    before = len(x.shape) - len(order)
    return permute_dims(x, (*range(before), *(before + axis for axis in order)))
