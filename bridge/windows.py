"""Sliding windows: the arithmetic, and the checks of arguments, that convolutions and poolings share across frameworks.

Sizes may be a framework's own scalars where an axis is dynamic; what depends on such a size is left unchecked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from bridge.shapes import pair, static_shape
from bridge.typing import Array

Sizes: TypeAlias = int | tuple[int, ...]
"""One number for all spatial axes, or one each."""


class Windows(NamedTuple):
    """How the windows of a convolution or a pooling lie, one entry for each spatial axis."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]

    @property
    def spans(self) -> tuple[int, ...]:
        """From the first to the last element of a window, both counted."""
        return tuple(step * (size - 1) + 1 for size, step in zip(self.kernel, self.dilation, strict=True))

    def over(self, axes: slice) -> Windows:
        """The same windows over some of the spatial axes."""
        return Windows(self.kernel[axes], self.stride[axes], self.dilation[axes], self.padding[axes])

    @property
    def keep_size(self) -> bool:
        """Whether the output is as large as the input, with the odd zero behind."""
        return set(self.stride) == {1} and self.padding == same_padding(self.kernel, self.dilation)


def same_padding(kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """What keeps the size of each axis at stride 1; an odd count has the larger half behind, as in PyTorch.

    >>> same_padding((4, 3), (1, 2))
    ((1, 2), (2, 2))
    """
    totals = (step * (size - 1) for size, step in zip(kernel, dilation, strict=True))
    return tuple((total // 2, total - total // 2) for total in totals)


def convolution_windows(
    input: Array,
    weight: Array,
    bias: Array | None,
    stride: Sizes,
    padding: str | Sizes,
    dilation: Sizes,
    groups: int,
    spatial: int,
) -> Windows:
    """The windows of a convolution with `weight` of shape `(C_out, C_in / groups, *kernel)`.

    Raises:
        ValueError: the arguments do not fit together.
    """
    _check_ranks(input, weight, spatial)
    kernel = tuple(weight.shape[2:])
    strides, dilations = _positive("stride", stride, spatial), _positive("dilation", dilation, spatial)
    pads = _pads_by_name(padding, kernel, strides, dilations) if isinstance(padding, str) else _pads(padding, spatial)
    windows = Windows(kernel, strides, dilations, pads)
    channels, (outputs, inputs) = static_shape(input)[-spatial - 1], weight.shape[:2]  # type: ignore[index]
    if channels not in (None, inputs * groups) or outputs % groups:
        raise ValueError(
            f"a convolution of {groups} groups expected an input of {inputs * groups} channels and a weight of a "
            f"multiple of {groups} outputs, got {channels} channels and {outputs} outputs"
        )
    _check_bias(bias, outputs)
    for size, span, both in zip(input.shape[-spatial:], windows.spans, windows.padding, strict=True):
        if isinstance(size, int) and size + sum(both) < span:
            raise ValueError(f"a kernel that spans {span} does not fit in {size} elements padded by {sum(both)}")
    return windows


def transposed_windows(
    input: Array,
    weight: Array,
    bias: Array | None,
    stride: Sizes,
    padding: Sizes,
    output_padding: Sizes,
    groups: int,
    dilation: Sizes,
    spatial: int,
) -> tuple[Windows, tuple[int, ...]]:
    """The windows of a transposed convolution with `weight` of shape `(C_in, C_out / groups, *kernel)`.

    Returns:
        The windows, and the output's padding for each axis.

    Raises:
        ValueError: the arguments do not fit together.
    """
    _check_ranks(input, weight, spatial)
    strides, dilations = _positive("stride", stride, spatial), _positive("dilation", dilation, spatial)
    windows = Windows(tuple(weight.shape[2:]), strides, dilations, _pads(padding, spatial))
    extra = pair(output_padding, spatial)
    if any(not 0 <= size < max(steps) for size, *steps in zip(extra, strides, dilations, strict=True)):
        raise ValueError(f"expected an output_padding below the stride {strides} or the dilation, got {extra}")
    channels, (inputs, outputs) = static_shape(input)[-spatial - 1], weight.shape[:2]  # type: ignore[index]
    if channels not in (None, inputs) or inputs % groups:
        raise ValueError(
            f"a transposed convolution of {groups} groups expected an input of {inputs} channels, a multiple of "
            f"{groups}, got {channels}"
        )
    _check_bias(bias, outputs * groups)
    return windows, extra


def pooling_windows(
    input: Array, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, dilation: Sizes, spatial: int
) -> Windows:
    """The windows of a pooling, whose stride is its kernel unless another is given.

    Raises:
        ValueError: the input has other axes, the padding is more than half of the window, or a size is not positive.
    """
    check_spatial(input, spatial)
    kernel, paddings = _positive("kernel_size", kernel_size, spatial), pair(padding, spatial)
    if any(not 0 <= 2 * padding <= window for padding, window in zip(paddings, kernel, strict=True)):
        raise ValueError(f"pooling expected a padding of at most half the window {kernel}, got {paddings}")
    strides = kernel if stride is None or stride in ((), []) else _positive("stride", stride, spatial)
    return Windows(kernel, strides, _positive("dilation", dilation, spatial), _pads(padding, spatial))


def block_windows(kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes) -> Windows:
    """The windows that cut an image into blocks.

    Raises:
        ValueError: a size is not positive, or a padding negative.
    """
    kernel, steps = _positive("kernel_size", kernel_size, 2), _positive("stride", stride, 2)
    return Windows(kernel, steps, _positive("dilation", dilation, 2), _pads(padding, 2))


def window_count(size: Any, span: int, stride: int, padding: int, ceil_mode: bool) -> Any:
    """How many pooling windows PyTorch lays over an axis.

    With `ceil_mode` a last window counts if it starts within the input or the padding before it.

    >>> window_count(6, 3, 2, 1, False), window_count(6, 3, 2, 1, True), window_count(4, 5, 5, 0, True)
    (3, 4, 1)

    Raises:
        ValueError: not one fits in a fixed size.
    """
    last = size + 2 * padding - span
    if ceil_mode:
        last = size + padding - 1 + min(0, padding - span + stride)
    count = last // stride + 1
    if isinstance(size, int) and count < 1:
        raise ValueError(f"a pooling window of {span} does not fit in {size} elements padded by {padding}")
    return count


def overhang(size: Any, span: int, stride: int, padding: int, ceil_mode: bool) -> Any:
    """What must be added at an axis's end, beyond `padding`, for PyTorch's count of pooling windows."""
    return (window_count(size, span, stride, padding, ceil_mode) - 1) * stride - (size + 2 * padding - span)


def within(sizes: Sequence[Any], windows: Windows) -> Windows:
    """Pooling windows without what can only overhang in `ceil_mode`, which a framework would pad and go over.

    Raises:
        ValueError: not one window starts within an axis.
    """
    axes = list(zip(windows.kernel, windows.stride, sizes, windows.padding, strict=True))
    for kernel, step, size, (before, _) in axes:
        window_count(size, kernel, step, before, ceil_mode=True)
    if set(windows.dilation) != {1}:
        return windows
    fitting = (
        min(kernel, size + before + after) if isinstance(size, int) else kernel
        for kernel, _, size, (before, after) in axes
    )
    return windows._replace(kernel=tuple(fitting))


def target_sizes(output_size: int | tuple[int | None, ...] | None, sizes: Sequence[Any]) -> tuple[Any, ...]:
    """The spatial sizes that adaptive pooling is to give, where `None` is the input's.

    >>> target_sizes((None, 3), (5, 6)), target_sizes(2, (5, 6))
    ((5, 3), (2, 2))
    """
    given = output_size if isinstance(output_size, tuple | list) else (output_size,) * len(sizes)
    if len(given) != len(sizes):
        raise ValueError(f"expected one output size or {len(sizes)}, got {tuple(given)}")
    return tuple(size if target is None else target for size, target in zip(sizes, given, strict=True))


def check_spatial(input: Array, spatial: int) -> None:
    """Checks that `input` has channels before its spatial axes, and perhaps a batch before these.

    Raises:
        ValueError: it has other axes.
    """
    if len(input.shape) not in (spatial + 1, spatial + 2):
        raise ValueError(f"expected an input of {spatial + 1} or {spatial + 2} dimensions, got {len(input.shape)}")


def _check_ranks(input: Array, weight: Array, spatial: int) -> None:
    check_spatial(input, spatial)
    if len(weight.shape) != spatial + 2:
        raise ValueError(f"expected a weight of {spatial + 2} dimensions, got {len(weight.shape)}")


def _check_bias(bias: Array | None, channels: int) -> None:
    if bias is not None and tuple(bias.shape) != (channels,):
        raise ValueError(f"expected a bias of shape {(channels,)}, got {tuple(bias.shape)}")


def _positive(name: str, value: Any, spatial: int) -> tuple[int, ...]:
    sizes = pair(value, spatial)
    if min(sizes) < 1:
        raise ValueError(f"expected a positive {name}, got {value}")
    return sizes


def _pads(padding: Sizes, spatial: int) -> tuple[tuple[int, int], ...]:
    sizes = pair(padding, spatial)
    if min(sizes) < 0:
        raise ValueError(f"expected a padding of at least 0, got {padding}")
    return tuple((size, size) for size in sizes)


def _pads_by_name(
    padding: str, kernel: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if padding != "same":
        raise ValueError(f"a convolution expected a padding of 'valid', 'same' or numbers, got {padding!r}")
    if max(strides) > 1:
        raise ValueError(f"a padding of 'same' needs a stride of 1, got {strides}")
    return same_padding(kernel, dilations)
