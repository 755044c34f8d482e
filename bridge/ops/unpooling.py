"""Max-pooling undone, with the names and meaning of `torch.nn.functional`: channels come before the spatial axes."""

from __future__ import annotations

from typing import Any

from bridge.dispatch import primitive
from bridge.ops.manipulation import shape
from bridge.typing import Array
from bridge.windows import Sizes, pooling_windows

__all__ = [
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]


@primitive
def max_unpool1d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> Array:
    """The maxima put back where `max_pool1d` found them, zeros elsewhere; `torch.nn.functional.max_unpool1d`.

    Where two come from one place, one of them is left.

    Args:
        input: `(N, C, L)`, or `(C, L)`.
        indices: where each stood, as `max_pool1d` gives them with `return_indices`.
        kernel_size: of the pooling; so with the next two.
        stride: the step of the window; the window's size by default.
        padding: what was added at both ends.
        output_size: the spatial sizes, or the whole shape, where pooling lost what they were.

    Returns:
        `(N, C, L_out)`, or `(C, L_out)`.

    Raises:
        ValueError: no pooling of such windows gives the input from `output_size`.

    >>> largest, indices = ops.max_pool1d(torch.ones(1, 4), 2, return_indices=True)
    >>> ops.max_unpool1d(largest, indices, 2).shape
    torch.Size([1, 4])
    """


@primitive
def max_unpool2d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> Array:
    """The maxima put back where `max_pool2d` found them, zeros elsewhere; `torch.nn.functional.max_unpool2d`.

    Where two come from one place, one of them is left.

    Args:
        input: `(N, C, H, W)`, or `(C, H, W)`.
        indices: where each stood, as `max_pool2d` gives them with `return_indices`.
        kernel_size: of the pooling; so with the next two.
        stride: the step of the window; the window's size by default.
        padding: what was added at both ends.
        output_size: the spatial sizes, or the whole shape, where pooling lost what they were.

    Returns:
        `(N, C, H_out, W_out)`, or `(C, H_out, W_out)`.

    Raises:
        ValueError: no pooling of such windows gives the input from `output_size`.

    >>> largest, indices = ops.max_pool2d(torch.ones(1, 4, 4), 2, return_indices=True)
    >>> ops.max_unpool2d(largest, indices, 2).shape
    torch.Size([1, 4, 4])
    """


@primitive
def max_unpool3d(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> Array:
    """The maxima put back where `max_pool3d` found them, zeros elsewhere; `torch.nn.functional.max_unpool3d`.

    Where two come from one place, one of them is left.

    Args:
        input: `(N, C, D, H, W)`, or `(C, D, H, W)`.
        indices: where each stood, as `max_pool3d` gives them with `return_indices`.
        kernel_size: of the pooling; so with the next two.
        stride: the step of the window; the window's size by default.
        padding: what was added at both ends.
        output_size: the spatial sizes, or the whole shape, where pooling lost what they were.

    Returns:
        `(N, C, D_out, H_out, W_out)`, or `(C, D_out, H_out, W_out)`.

    Raises:
        ValueError: no pooling of such windows gives the input from `output_size`.

    >>> largest, indices = ops.max_pool3d(torch.ones(1, 4, 4, 4), 2, return_indices=True)
    >>> ops.max_unpool3d(largest, indices, 2).shape
    torch.Size([1, 4, 4, 4])
    """


def unpooled_shape(
    input: Array,
    indices: Array,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    output_size: tuple[int, ...] | None,
    spatial: int,
) -> tuple[Any, ...]:
    """The shape of what is unpooled.

    Raises:
        ValueError: no pooling of such windows gives the input from `output_size`.
    """
    if len(indices.shape) != len(input.shape):
        raise ValueError(f"expected indices of the input's shape {tuple(input.shape)}, got {tuple(indices.shape)}")
    windows = pooling_windows(input, kernel_size, stride, padding, 1, spatial)
    lead, sizes = shape(input)[:-spatial], shape(input)[-spatial:]
    axes = zip(sizes, windows.kernel, windows.stride, windows.padding, strict=True)
    usual = tuple((size - 1) * step + window - sum(pads) for size, window, step, pads in axes)
    if output_size is None:
        return (*lead, *usual)
    given = tuple(output_size)[-spatial:]
    if len(output_size) not in (spatial, spatial + 2):
        raise ValueError(f"expected an output_size of {spatial} or {spatial + 2} sizes, got {tuple(output_size)}")
    for size, default, step in zip(given, usual, windows.stride, strict=True):
        if isinstance(size, int) and isinstance(default, int) and abs(size - default) >= step:
            raise ValueError(f"expected an output_size less than {windows.stride} away from {usual}, got {given}")
    return (*lead, *given)
