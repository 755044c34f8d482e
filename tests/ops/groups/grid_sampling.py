"""Cases for sampling at a grid; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import numpy
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats
from tests.ops.strategies import SEEDS, array

IMAGE, VOLUME = floats(2, 3, 5, 4), floats(1, 2, 3, 4, 2)
POINTS, POINTS_OF_VOLUME = floats(2, 3, 2, 2), floats(1, 2, 3, 2, 3)


def _sampled(x: numpy.ndarray, points: numpy.ndarray, modes: tuple[str, ...]) -> list[Case]:
    return [
        case(F.grid_sample, x, points, mode, padding, align_corners)
        for mode in modes
        for padding in ("zeros", "border", "reflection")
        for align_corners in (False, True)
    ]


CASES = {
    "affine_grid": [
        case(F.affine_grid, floats(2, 2, 3), (2, 1, 3, 4), False),
        case(F.affine_grid, floats(2, 2, 3), (2, 1, 3, 4), align_corners=True),
        case(F.affine_grid, floats(1, 2, 3), (1, 1, 1, 1), False),
        case(F.affine_grid, floats(1, 2, 3), (1, 1, 1, 5), False),
        case(F.affine_grid, floats(1, 3, 4), (1, 1, 2, 3, 4), False),
        case(F.affine_grid, floats(2, 3, 4), (2, 3, 2, 3, 4), True),
    ],
    "grid_sample": [
        *_sampled(IMAGE, POINTS, ("bilinear", "nearest", "bicubic")),
        *_sampled(VOLUME, POINTS_OF_VOLUME, ("bilinear", "nearest")),
        case(F.grid_sample, floats(1, 1, 1, 1), floats(1, 2, 2, 2), padding_mode="reflection", align_corners=True),
        case(F.grid_sample, floats(1, 1, 3, 3), floats(1, 0, 2, 2), align_corners=False),
    ],
}


@st.composite
def _samples(draw: Any) -> Case:
    dtype, size = draw(st.sampled_from(("float32", "float64"))), draw(st.sampled_from((1, 2, 5)))
    x = array((2, 2, size, 3), dtype, -4, 4, draw(SEEDS))
    points = array((2, 3, draw(st.sampled_from((1, 4))), 2), dtype, -1.5, 1.5, draw(SEEDS))
    padding = draw(st.sampled_from(("zeros", "border", "reflection")))
    return case(F.grid_sample, x, points, draw(st.sampled_from(("bilinear", "bicubic"))), padding, draw(st.booleans()))


@st.composite
def _grids(draw: Any) -> Case:
    theta = array((2, 2, 3), draw(st.sampled_from(("float32", "float64"))), -2, 2, draw(SEEDS))
    return case(F.affine_grid, theta, (2, 1, draw(st.integers(2, 4)), draw(st.integers(2, 4))), draw(st.booleans()))


GENERATED = {"affine_grid": _grids(), "grid_sample": _samples()}

OP_INFOS = {
    "grid_sampler_2d": lambda x, grid, mode, padding, align_corners: _as_named(x, grid, mode, padding, align_corners),
    "nn.functional.grid_sample": ops.grid_sample,
}


def _as_named(x: Any, grid: Any, mode: int, padding: int, align_corners: bool) -> Any:
    modes, paddings = ("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection")
    return ops.grid_sample(x, grid, modes[mode], paddings[padding], align_corners)
