"""Pooling, unpooling and interpolation."""

from __future__ import annotations

import math
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.max_pool1d", "aten.max_pool2d", "aten.max_pool3d")
def max_pool(
    self: Array, kernel_size: Any, stride: Any = (), padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
) -> Array:
    return _max_pool(self, kernel_size, stride, padding, dilation, ceil_mode, False)


@lowers("aten.max_pool1d_with_indices", "aten.max_pool2d_with_indices", "aten.max_pool3d_with_indices")
def max_pool_with_indices(
    self: Array, kernel_size: Any, stride: Any = (), padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
) -> Any:
    return _max_pool(self, kernel_size, stride, padding, dilation, ceil_mode, True)


def _max_pool(x: Array, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, indices: bool) -> Any:
    rank = len(kernel)
    pool = getattr(ops, f"max_pool{rank}d")
    return pool(
        x,
        tuple(kernel),
        _tuple(stride) or None,
        _tuple(padding),
        _tuple(dilation),
        ceil_mode,
        indices,
    )


@lowers("aten.avg_pool1d", "aten.avg_pool2d", "aten.avg_pool3d")
def avg_pool(
    self: Array,
    kernel_size: Any,
    stride: Any = (),
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    rank = len(kernel_size)
    options = () if rank == 1 else (divisor_override,)
    pool = getattr(ops, f"avg_pool{rank}d")
    return pool(
        self, tuple(kernel_size), _tuple(stride) or None, _tuple(padding), ceil_mode, count_include_pad, *options
    )


@lowers(
    *("aten.adaptive_avg_pool1d", "aten.adaptive_avg_pool2d", "aten.adaptive_avg_pool3d"),
    *("aten._adaptive_avg_pool2d", "aten._adaptive_avg_pool3d"),
)
def adaptive_avg_pool(self: Array, output_size: Any) -> Array:
    return getattr(ops, f"adaptive_avg_pool{len(output_size)}d")(self, tuple(output_size))


@lowers("aten.avg_pool2d_backward", "aten.avg_pool3d_backward")
def avg_pool_backward(grad_output: Array, self: Array, *options: Any) -> Array:
    """What a forward runs that asks for its own gradient; see `bridge.interop.own_gradients`."""
    return ops.vjp(lambda x: avg_pool(x, *options), self)[1](grad_output)[0]


@lowers("aten._adaptive_avg_pool2d_backward", "aten._adaptive_avg_pool3d_backward")
def adaptive_avg_pool_backward(grad_output: Array, self: Array) -> Array:
    sizes = ops.shape(grad_output)[2:]
    return ops.vjp(lambda x: adaptive_avg_pool(x, sizes), self)[1](grad_output)[0]


@lowers("aten.adaptive_max_pool1d", "aten.adaptive_max_pool2d", "aten.adaptive_max_pool3d")
def adaptive_max_pool(self: Array, output_size: Any) -> Any:
    return getattr(ops, f"adaptive_max_pool{len(output_size)}d")(self, tuple(output_size), True)


@lowers("aten.fractional_max_pool2d", "aten.fractional_max_pool3d")
def fractional_max_pool(self: Array, kernel_size: Any, output_size: Any, random_samples: Array) -> Any:
    pool = getattr(ops, f"fractional_max_pool{len(kernel_size)}d")
    return pool(self, tuple(kernel_size), tuple(output_size), None, True, random_samples)


@lowers("aten.max_unpool2d")
def max_unpool2d(self: Array, indices: Array, output_size: Any) -> Array:
    return _unpooled(self, indices, tuple(output_size))


@lowers("aten.max_unpool3d")
def max_unpool3d(self: Array, indices: Array, output_size: Any, stride: Any, padding: Any) -> Array:
    return _unpooled(self, indices, tuple(output_size))


def _unpooled(x: Array, indices: Array, sizes: tuple[Any, ...]) -> Array:
    """Where windows overlapped one of the same maxima is left, but each of them has the gradient, as in torch."""
    lead = tuple(ops.shape(x)[: -len(sizes)])
    planes, size = math.prod(lead), math.prod(sizes)
    places = ops.reshape(indices, (planes, -1))

    @ops.custom_gradient
    def put(values: Array) -> Any:
        empty = ops.zeros((planes, size), dtype=values.dtype)
        filled = ops.put_along_axis(empty, places, values, axis=-1)
        return filled, lambda upstream: ops.take_along_axis(upstream, places, axis=-1)

    return ops.reshape(put(ops.reshape(x, (planes, -1))), (*lead, *sizes))


def _tuple(value: Any) -> Any:
    return value if isinstance(value, int) else tuple(value)
