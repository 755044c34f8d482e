"""Interpolation of spatial axes."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

Sizes = Sequence[Any] | None
Scales = Sequence[float] | None


def _nearest(mode: str, input: Array, output_size: Sizes, scale_factors: Scales) -> Array:
    return _interpolated(input, output_size, scale_factors, mode)


def _linear(
    mode: str, antialias: bool, input: Array, output_size: Sizes, align_corners: bool, scale_factors: Scales
) -> Array:
    return _interpolated(input, output_size, scale_factors, mode, align_corners, antialias)


def _interpolated(
    input: Array,
    output_size: Sizes,
    scale_factors: Scales,
    mode: str,
    align_corners: bool | None = None,
    antialias: bool = False,
) -> Array:
    """Torch has either of the two, and an empty list counts as none."""
    size = tuple(output_size) if output_size else None
    scales = None if size else tuple(scale_factors or ())
    return ops.interpolate(input, size, scales, mode, align_corners, antialias=antialias)


for _rank in (1, 2, 3):
    lowers(f"aten.upsample_nearest{_rank}d.vec")(functools.partial(_nearest, "nearest"))
    lowers(f"aten._upsample_nearest_exact{_rank}d.vec")(functools.partial(_nearest, "nearest-exact"))

for _name, _mode, _antialias in (
    *(("upsample_linear1d", "linear", False), ("upsample_trilinear3d", "trilinear", False)),
    *(("upsample_bilinear2d", "bilinear", False), ("upsample_bicubic2d", "bicubic", False)),
    *(("_upsample_bilinear2d_aa", "bilinear", True), ("_upsample_bicubic2d_aa", "bicubic", True)),
    ("_upsample_lanczos2d_aa", "lanczos", True),
):
    lowers(f"aten.{_name}.vec")(functools.partial(_linear, _mode, _antialias))


def _antialiased(
    mode: str,
    self: Array,
    output_size: Sequence[Any],
    align_corners: bool,
    scales_h: float | None = None,
    scales_w: float | None = None,
) -> Array:
    """What the vector overload comes to; a scale beside the size must be the one that the size follows from."""
    if scales_h is None and scales_w is None:
        return _interpolated(self, output_size, None, mode, align_corners, True)
    scales = (scales_h or 0.0, scales_w or 0.0)
    if [math.floor(one * by) for one, by in zip(ops.shape(self)[2:], scales, strict=True)] != list(output_size):
        raise NotImplementedError(f"an antialiased {mode} upsampling with scales that its output_size is not made by")
    return _interpolated(self, None, scales, mode, align_corners, True)


for _mode in ("bilinear", "bicubic", "lanczos"):
    lowers(f"aten._upsample_{_mode}2d_aa.default")(functools.partial(_antialiased, _mode))
