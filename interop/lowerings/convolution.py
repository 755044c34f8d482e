"""Convolutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers(
    *(f"aten.conv{rank}d.{overload}" for rank in (1, 2, 3) for overload in ("default", "padding")),
)
def conv(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    kind = getattr(ops, f"conv{weight.ndim - 2}d")
    return kind(input, weight, bias, _tuple(stride), _tuple(padding), _tuple(dilation), groups)


@lowers("aten.conv_transpose1d", "aten.conv_transpose2d.input", "aten.conv_transpose3d.input")
def conv_transpose(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Array:
    kind = getattr(ops, f"conv_transpose{weight.ndim - 2}d")
    options = (_tuple(stride), _tuple(padding), _tuple(output_padding), groups, _tuple(dilation))
    return kind(input, weight, bias, *options)


@lowers("aten.convolution", "aten._convolution")
def convolution(
    input: Array,
    weight: Array,
    bias: Array | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
    *flags: bool,
) -> Array:
    if transposed:
        return conv_transpose(input, weight, bias, stride, padding, output_padding, groups, dilation)
    return conv(input, weight, bias, stride, padding, dilation, groups)


@lowers("aten.convolution_backward")
def convolution_backward(
    grad_output: Array, input: Array, weight: Array, bias_sizes: Sequence[int] | None, *options: Any
) -> tuple[Array | None, Array | None, Array | None]:
    """What a forward runs that asks for its own gradient; see `bridge.interop.own_gradients`."""
    *arguments, output_mask = options  # those of `convolution` after the bias
    _, pull = ops.vjp(lambda input, weight: convolution(input, weight, None, *arguments), input, weight)
    of_input, of_weight = pull(grad_output)
    rest = tuple(axis for axis in range(grad_output.ndim) if axis != 1)
    of_bias = ops.sum(grad_output, axis=rest) if output_mask[2] else None
    return of_input if output_mask[0] else None, of_weight if output_mask[1] else None, of_bias


def _tuple(value: int | str | Sequence[int]) -> Any:
    return value if isinstance(value, int | str) else tuple(value)
