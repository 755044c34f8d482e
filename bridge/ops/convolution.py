"""Convolutions, with the names and meaning of `torch.nn.functional`: channels come before the spatial axes."""

from __future__ import annotations

from bridge.dispatch import primitive
from bridge.typing import Array

__all__ = [
    "conv1d",
    "conv2d",
]


@primitive
def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlation over one spatial axis; `torch.nn.functional.conv1d`.

    Args:
        input: `(N, C_in, L)`, or `(C_in, L)`.
        weight: `(C_out, C_in / groups, K)`.
        bias: `(C_out,)`, or `None`.
        stride: the step of the kernel.
        padding: zeros added at both ends, or `"valid"` (none) or `"same"` (output as long as the input).
        dilation: the distance between the kernel's elements.
        groups: into how many groups the channels are split.

    Returns:
        `(N, C_out, L_out)`, or `(C_out, L_out)`.

    >>> ops.conv1d(torch.ones(1, 2, 5), torch.ones(3, 2, 3)).shape
    torch.Size([1, 3, 3])
    """


@primitive
def conv2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlation over two spatial axes; `torch.nn.functional.conv2d`.

    Args:
        input: `(N, C_in, H, W)`, or `(C_in, H, W)`.
        weight: `(C_out, C_in / groups, K_h, K_w)`.
        bias: `(C_out,)`, or `None`.
        stride: the step of the kernel, one for all axes or one each; so with the next two.
        padding: zeros added at both ends, or `"valid"` (none) or `"same"` (output as large as the input).
        dilation: the distance between the kernel's elements.
        groups: into how many groups the channels are split.

    Returns:
        `(N, C_out, H_out, W_out)`, or `(C_out, H_out, W_out)`.

    >>> ops.conv2d(torch.ones(1, 2, 5, 5), torch.ones(3, 2, 3, 3), padding=1).shape
    torch.Size([1, 3, 5, 5])
    """
