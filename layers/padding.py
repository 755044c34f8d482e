"""Padding: elements added at both ends of the spatial axes, or, where a count is negative, cut from them."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]

_AXES = {1: "(N, C, L) or (C, L)", 2: "(N, C, H, W) or (C, H, W)", 3: "(N, C, D, H, W) or (C, D, H, W)"}


class _Padding(Layer):
    """What they share: the forward, and the check of the input's axes."""

    mode: ClassVar[str]
    value: float = 0.0
    padding: Any  # two counts for each spatial axis, the last axis first

    def forward(self, input: Array) -> Array:
        return ops.pad(input, self.padding, self.mode, self.value)

    def check_shapes(self, input: Array) -> None:
        shape, spatial = static_shape(input), len(self.padding) // 2
        self.expect(
            shape is None or len(shape) in (spatial + 1, spatial + 2),
            _AXES[spatial],
            input,
            "Channels come before the spatial axes.",
        )


class _ConstantPadding(_Padding):
    mode = "constant"

    def check_shapes(self, input: Array) -> None:
        shape, spatial = static_shape(input), len(self.padding) // 2
        self.expect(
            shape is None or len(shape) >= spatial,
            f"with at least {spatial} axes",
            input,
            f"It pads the last {spatial}.",
        )


class _BoundedPadding(_Padding):
    """What adds elements of the input itself, and so only as many as there are."""

    spared: ClassVar[int]

    def check_shapes(self, input: Array) -> None:
        super().check_shapes(input)
        shape = static_shape(input) or ()
        for axis, size in zip(range(-1, -len(shape) - 1, -1), reversed(shape), strict=True):
            most = max(self.padding[-2 * axis - 2 : -2 * axis], default=0)
            self.expect(
                size is None or most <= 0 or most <= size - self.spared,
                f"with at least {most + self.spared} elements along axis {axis}",
                input,
                "Pad less, or give more.",
            )


class _ReflectionPadding(_BoundedPadding):
    mode = "reflect"
    spared = 1


class _CircularPadding(_BoundedPadding):
    mode = "circular"
    spared = 0

    def _check_input_dim(self, input: Any) -> None:
        self.check_shapes(input)


class _ReplicationPadding(_Padding):
    mode = "replicate"


class ConstantPad1d(_ConstantPadding, torch.nn.ConstantPad1d):
    """Adds `value` at both ends of the last axis: `torch.nn.ConstantPad1d` for every framework.

    Shape:
        Input `(*, L)`, output `(*, L_out)`.

    Raises:
        InputShapeError: the input is a scalar.

    >>> nn.ConstantPad1d(1, 2.0)(torch.ones(1, 1, 2)).shape
    torch.Size([1, 1, 4])
    """


class ConstantPad2d(_ConstantPadding, torch.nn.ConstantPad2d):
    """Adds `value` around height and width: `torch.nn.ConstantPad2d` for every framework.

    Shape:
        Input `(*, H, W)`, output `(*, H_out, W_out)`.

    Raises:
        InputShapeError: the input has fewer than 2 axes.

    >>> nn.ConstantPad2d(1, 2.0)(torch.ones(1, 1, 2, 2)).shape
    torch.Size([1, 1, 4, 4])
    """


class ConstantPad3d(_ConstantPadding, torch.nn.ConstantPad3d):
    """Adds `value` around depth, height and width: `torch.nn.ConstantPad3d` for every framework.

    Shape:
        Input `(*, D, H, W)`, output `(*, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has fewer than 3 axes.

    >>> nn.ConstantPad3d(1, 2.0)(torch.ones(1, 1, 2, 2, 2)).shape
    torch.Size([1, 1, 4, 4, 4])
    """


class ZeroPad1d(_ConstantPadding, torch.nn.ZeroPad1d):
    """Adds zeros at both ends of the last axis: `torch.nn.ZeroPad1d` for every framework.

    Shape:
        Input `(*, L)`, output `(*, L_out)`.

    Raises:
        InputShapeError: the input is a scalar.

    >>> nn.ZeroPad1d(1)(torch.ones(1, 1, 2)).shape
    torch.Size([1, 1, 4])
    """


class ZeroPad2d(_ConstantPadding, torch.nn.ZeroPad2d):
    """Adds zeros around height and width: `torch.nn.ZeroPad2d` for every framework.

    Shape:
        Input `(*, H, W)`, output `(*, H_out, W_out)`.

    Raises:
        InputShapeError: the input has fewer than 2 axes.

    >>> nn.ZeroPad2d(1)(torch.ones(1, 1, 2, 2)).shape
    torch.Size([1, 1, 4, 4])
    """


class ZeroPad3d(_ConstantPadding, torch.nn.ZeroPad3d):
    """Adds zeros around depth, height and width: `torch.nn.ZeroPad3d` for every framework.

    Shape:
        Input `(*, D, H, W)`, output `(*, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has fewer than 3 axes.

    >>> nn.ZeroPad3d(1)(torch.ones(1, 1, 2, 2, 2)).shape
    torch.Size([1, 1, 4, 4, 4])
    """


class ReflectionPad1d(_ReflectionPadding, torch.nn.ReflectionPad1d):
    """Adds the input's mirror image at both ends of the last axis, without the edge itself.

    `torch.nn.ReflectionPad1d` for every framework.

    Shape:
        Input `(N, C, L)` or `(C, L)`, output `(N, C, L_out)` or `(C, L_out)`.

    Raises:
        InputShapeError: the input has other axes, or too few elements along one.

    >>> nn.ReflectionPad1d(1)(torch.ones(1, 1, 2)).shape
    torch.Size([1, 1, 4])
    """


class ReflectionPad2d(_ReflectionPadding, torch.nn.ReflectionPad2d):
    """Adds the input's mirror image around height and width, without the edge itself.

    `torch.nn.ReflectionPad2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes, or too few elements along one.

    >>> nn.ReflectionPad2d(1)(torch.ones(1, 1, 2, 2)).shape
    torch.Size([1, 1, 4, 4])
    """


class ReflectionPad3d(_ReflectionPadding, torch.nn.ReflectionPad3d):
    """Adds the input's mirror image around depth, height and width, without the edge itself.

    `torch.nn.ReflectionPad3d` for every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, D_out, H_out, W_out)` or `(C, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes, or too few elements along one.

    >>> nn.ReflectionPad3d(1)(torch.ones(1, 1, 2, 2, 2)).shape
    torch.Size([1, 1, 4, 4, 4])
    """


class ReplicationPad1d(_ReplicationPadding, torch.nn.ReplicationPad1d):
    """Repeats the edge's elements at both ends of the last axis: `torch.nn.ReplicationPad1d` for every framework.

    Shape:
        Input `(N, C, L)` or `(C, L)`, output `(N, C, L_out)` or `(C, L_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.ReplicationPad1d(1)(torch.ones(1, 1, 2)).shape
    torch.Size([1, 1, 4])
    """


class ReplicationPad2d(_ReplicationPadding, torch.nn.ReplicationPad2d):
    """Repeats the edge's elements around height and width: `torch.nn.ReplicationPad2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.ReplicationPad2d(1)(torch.ones(1, 1, 2, 2)).shape
    torch.Size([1, 1, 4, 4])
    """


class ReplicationPad3d(_ReplicationPadding, torch.nn.ReplicationPad3d):
    """Repeats the edge's elements around depth, height and width: `torch.nn.ReplicationPad3d` for every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, D_out, H_out, W_out)` or `(C, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.ReplicationPad3d(1)(torch.ones(1, 1, 2, 2, 2)).shape
    torch.Size([1, 1, 4, 4, 4])
    """


class CircularPad1d(_CircularPadding, torch.nn.CircularPad1d):
    """Adds what stands at the other end at both ends of the last axis: `torch.nn.CircularPad1d` for every framework.

    Shape:
        Input `(N, C, L)` or `(C, L)`, output `(N, C, L_out)` or `(C, L_out)`.

    Raises:
        InputShapeError: the input has other axes, or too few elements along one.

    >>> nn.CircularPad1d(1)(torch.ones(1, 1, 2)).shape
    torch.Size([1, 1, 4])
    """


class CircularPad2d(_CircularPadding, torch.nn.CircularPad2d):
    """Adds what stands at the other end around height and width: `torch.nn.CircularPad2d` for every framework.

    Shape:
        Input `(N, C, H, W)` or `(C, H, W)`, output `(N, C, H_out, W_out)` or `(C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes, or too few elements along one.

    >>> nn.CircularPad2d(1)(torch.ones(1, 1, 2, 2)).shape
    torch.Size([1, 1, 4, 4])
    """


class CircularPad3d(_CircularPadding, torch.nn.CircularPad3d):
    """Adds what stands at the other end around depth, height and width: `torch.nn.CircularPad3d` for every framework.

    Shape:
        Input `(N, C, D, H, W)` or `(C, D, H, W)`, output `(N, C, D_out, H_out, W_out)` or `(C, D_out, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes, or too few elements along one.

    >>> nn.CircularPad3d(1)(torch.ones(1, 1, 2, 2, 2)).shape
    torch.Size([1, 1, 4, 4, 4])
    """
