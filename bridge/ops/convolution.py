"""Convolutions, with the names and meaning of `torch.nn.functional`: channels come before the spatial axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.dispatch import op, primitive
from bridge.typing import Array
from bridge.windows import Sizes

__all__ = [
    "conv",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "depthwise_conv",
    "separable_conv",
]


@primitive
def conv1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
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
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
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


@primitive
def conv3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlation over three spatial axes; `torch.nn.functional.conv3d`.

    Args:
        input: `(N, C_in, D, H, W)`, or `(C_in, D, H, W)`.
        weight: `(C_out, C_in / groups, K_d, K_h, K_w)`.
        bias: `(C_out,)`, or `None`.
        stride: the step of the kernel, one for all axes or one each; so with the next two.
        padding: zeros added at both ends, or `"valid"` (none) or `"same"` (output as large as the input).
        dilation: the distance between the kernel's elements.
        groups: into how many groups the channels are split.

    Returns:
        `(N, C_out, D_out, H_out, W_out)`, or `(C_out, D_out, H_out, W_out)`.

    >>> ops.conv3d(torch.ones(1, 2, 5, 5, 5), torch.ones(3, 2, 3, 3, 3), padding=1).shape
    torch.Size([1, 3, 5, 5, 5])
    """


@primitive
def conv_transpose1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Array:
    """The gradient of `conv1d` with respect to its input, as an op; `torch.nn.functional.conv_transpose1d`.

    Args:
        input: `(N, C_in, L)`, or `(C_in, L)`.
        weight: `(C_in, C_out / groups, K)`.
        bias: `(C_out,)`, or `None`.
        stride: the step of the kernel in the output.
        padding: what is cut from both ends of the output.
        output_padding: what is added at one end of the output, less than the stride or the dilation.
        groups: into how many groups the channels are split.
        dilation: the distance between the kernel's elements.

    Returns:
        `(N, C_out, L_out)`, or `(C_out, L_out)`.

    >>> ops.conv_transpose1d(torch.ones(1, 2, 5), torch.ones(2, 3, 3), stride=2).shape
    torch.Size([1, 3, 11])
    """


@primitive
def conv_transpose2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Array:
    """The gradient of `conv2d` with respect to its input, as an op; `torch.nn.functional.conv_transpose2d`.

    Args:
        input: `(N, C_in, H, W)`, or `(C_in, H, W)`.
        weight: `(C_in, C_out / groups, K_h, K_w)`.
        bias: `(C_out,)`, or `None`.
        stride: the step of the kernel in the output, one for all axes or one each; so with the next two.
        padding: what is cut from both ends of the output.
        output_padding: what is added at one end of the output, less than the stride or the dilation.
        groups: into how many groups the channels are split.
        dilation: the distance between the kernel's elements.

    Returns:
        `(N, C_out, H_out, W_out)`, or `(C_out, H_out, W_out)`.

    >>> ops.conv_transpose2d(torch.ones(1, 2, 5, 5), torch.ones(2, 3, 3, 3), stride=2).shape
    torch.Size([1, 3, 11, 11])
    """


@primitive
def conv_transpose3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Array:
    """The gradient of `conv3d` with respect to its input, as an op; `torch.nn.functional.conv_transpose3d`.

    Args:
        input: `(N, C_in, D, H, W)`, or `(C_in, D, H, W)`.
        weight: `(C_in, C_out / groups, K_d, K_h, K_w)`.
        bias: `(C_out,)`, or `None`.
        stride: the step of the kernel in the output, one for all axes or one each; so with the next two.
        padding: what is cut from both ends of the output.
        output_padding: what is added at one end of the output, less than the stride or the dilation.
        groups: into how many groups the channels are split.
        dilation: the distance between the kernel's elements.

    Returns:
        `(N, C_out, D_out, H_out, W_out)`, or `(C_out, D_out, H_out, W_out)`.

    >>> ops.conv_transpose3d(torch.ones(1, 2, 5, 5, 5), torch.ones(2, 3, 3, 3, 3), stride=2).shape
    torch.Size([1, 3, 11, 11, 11])
    """


@op
def conv(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Array:
    """`conv1d`, `conv2d` or `conv3d`, as `weight` has spatial axes.

    >>> ops.conv(torch.ones(1, 2, 5), torch.ones(3, 2, 3)).shape
    torch.Size([1, 3, 3])
    """
    return _by_rank(weight, (conv1d, conv2d, conv3d))(input, weight, bias, stride, padding, dilation, groups)


@op
def conv_transpose(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Array:
    """`conv_transpose1d`, `conv_transpose2d` or `conv_transpose3d`, as `weight` has spatial axes.

    >>> ops.conv_transpose(torch.ones(1, 2, 5), torch.ones(2, 3, 3), stride=2).shape
    torch.Size([1, 3, 11])
    """
    function = _by_rank(weight, (conv_transpose1d, conv_transpose2d, conv_transpose3d))
    return function(input, weight, bias, stride, padding, output_padding, groups, dilation)


@op
def depthwise_conv(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
) -> Array:
    """A convolution of each channel alone, over one to three spatial axes: `conv` with as many groups as channels.

    Args:
        input: `(N, C, *spatial)`, or `(C, *spatial)`.
        weight: `(C * multiplier, 1, *kernel)`; the outputs of one channel stand together.
        bias: `(C * multiplier,)`, or `None`.
        stride: as in `conv`; so with the next two.
        padding: zeros added at both ends, or `"valid"` or `"same"`.
        dilation: the distance between the kernel's elements.

    Returns:
        `(N, C * multiplier, *spatial)`, or `(C * multiplier, *spatial)`.

    Reference: Chollet, Xception, https://arxiv.org/abs/1610.02357

    >>> ops.depthwise_conv(torch.ones(1, 2, 5, 5), torch.ones(4, 1, 3, 3)).shape
    torch.Size([1, 4, 3, 3])
    """
    channels = input.shape[1 - len(weight.shape)]
    return conv(input, weight, bias, stride, padding, dilation, channels)


@op
def separable_conv(
    input: Array,
    depthwise_weight: Array,
    pointwise_weight: Array,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: str | Sizes = 0,
    dilation: Sizes = 1,
) -> Array:
    """A `depthwise_conv`, then a convolution by a kernel of size 1 that mixes the channels.

    Args:
        input: `(N, C_in, *spatial)`, or `(C_in, *spatial)`.
        depthwise_weight: `(C_in * multiplier, 1, *kernel)`.
        pointwise_weight: `(C_out, C_in * multiplier, 1, ...)`.
        bias: `(C_out,)`, or `None`.
        stride: of the depthwise convolution; so with the next two.
        padding: zeros added at both ends, or `"valid"` or `"same"`.
        dilation: the distance between the kernel's elements.

    Returns:
        `(N, C_out, *spatial)`, or `(C_out, *spatial)`.

    Reference: Chollet, Xception, https://arxiv.org/abs/1610.02357

    >>> ops.separable_conv(torch.ones(1, 2, 5), torch.ones(2, 1, 3), torch.ones(4, 2, 1)).shape
    torch.Size([1, 4, 3])
    """
    return conv(depthwise_conv(input, depthwise_weight, None, stride, padding, dilation), pointwise_weight, bias)


def _by_rank(weight: Array, functions: Sequence[Callable[..., Array]]) -> Callable[..., Array]:
    spatial = len(weight.shape) - 2
    if not 1 <= spatial <= 3:
        raise ValueError(f"expected a weight of one to three spatial axes after two others, got {spatial + 2} axes")
    return functions[spatial - 1]
