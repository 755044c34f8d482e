"""Sampling at the points of a grid."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

MODES = ("bilinear", "nearest", "bicubic")
PADDINGS = ("zeros", "border", "reflection")


@lowers("aten.grid_sampler", "aten.grid_sampler_2d", "aten.grid_sampler_3d")
def grid_sampler(input: Array, grid: Array, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Array:
    return ops.grid_sample(input, grid, MODES[interpolation_mode], PADDINGS[padding_mode], align_corners)


@lowers("aten.affine_grid_generator")
def affine_grid_generator(theta: Array, size: tuple[int, ...], align_corners: bool) -> Array:
    return ops.affine_grid(theta, tuple(size), align_corners)
