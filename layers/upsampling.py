"""Upsampling: the spatial axes resized."""

from __future__ import annotations

from typing import Any

import torch

from bridge import Layer, ops
from bridge.ops.interpolation import RANKS
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"]

_AXES = {3: "(N, C, L)", 4: "(N, C, H, W)", 5: "(N, C, D, H, W)"}


class _Upsampling(Layer):
    """What they share: the forward, and the check of the input's axes."""

    size: Any
    scale_factor: Any
    mode: str
    align_corners: bool | None
    recompute_scale_factor: bool | None

    def forward(self, input: Array) -> Array:
        return ops.interpolate(
            input,
            self.size,
            self.scale_factor,
            self.mode,
            self.align_corners,
            recompute_scale_factor=self.recompute_scale_factor,
        )

    def check_shapes(self, input: Array) -> None:
        shape, ranks = static_shape(input), RANKS[self.mode]
        self.expect(
            shape is None or len(shape) in ranks,
            " or ".join(_AXES[rank] for rank in ranks),
            input,
            f"That is what the mode {self.mode!r} resizes.",
        )


class Upsample(_Upsampling, torch.nn.Upsample):
    """The spatial axes resized to `size`, or `scale_factor` times as large: `torch.nn.Upsample` for every framework.

    Shape:
        Input `(N, C, L)`, `(N, C, H, W)` or `(N, C, D, H, W)`, output likewise. The modes `"nearest"` and
        `"nearest-exact"` take each; `"linear"` the first, `"bilinear"` and `"bicubic"` the second, `"trilinear"` the
        third.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.Upsample(scale_factor=2, mode="bilinear")(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 8, 8])
    """


class UpsamplingNearest2d(_Upsampling, torch.nn.UpsamplingNearest2d):
    """Images resized, each pixel the nearest: `torch.nn.UpsamplingNearest2d` for every framework.

    Shape:
        Input `(N, C, H, W)`, output `(N, C, H_out, W_out)`; as in torch, other spatial axes do too.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.UpsamplingNearest2d(scale_factor=2)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 8, 8])
    """


class UpsamplingBilinear2d(_Upsampling, torch.nn.UpsamplingBilinear2d):
    """Images resized by bilinear interpolation: `torch.nn.UpsamplingBilinear2d` for every framework.

    The centres of the corners stay where they are.

    Shape:
        Input `(N, C, H, W)`, output `(N, C, H_out, W_out)`.

    Raises:
        InputShapeError: the input has other axes.

    >>> nn.UpsamplingBilinear2d(scale_factor=2)(torch.ones(1, 3, 4, 4)).shape
    torch.Size([1, 3, 8, 8])
    """
