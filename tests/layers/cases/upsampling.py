"""Cases of the layers in `layers/upsampling.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("Upsample", (7,), {}, (2, 3, 4))
add("Upsample", (), {"scale_factor": 2}, (2, 3, 4, 5))
add("Upsample", (), {"scale_factor": (1.5, 2, 0.5), "mode": "nearest-exact"}, (1, 2, 4, 3, 4))
add("Upsample", (), {"scale_factor": 2.5, "mode": "linear"}, (2, 3, 4))
add("Upsample", (), {"scale_factor": 1.7, "mode": "bilinear", "recompute_scale_factor": True}, (2, 3, 4, 5))
add("Upsample", ((7, 3),), {"mode": "bilinear", "align_corners": True}, (2, 3, 4, 5))
add("Upsample", (), {"scale_factor": (1.5, 2), "mode": "bicubic"}, (2, 3, 4, 5))
add("Upsample", ((3, 4, 6),), {"mode": "trilinear"}, (1, 2, 2, 4, 3))
add("UpsamplingNearest2d", ((5, 7),), {}, (2, 3, 4, 5))
add("UpsamplingNearest2d", (), {"scale_factor": 2}, (2, 3, 4, 5))
add("UpsamplingBilinear2d", (7,), {}, (2, 3, 4, 5))
add("UpsamplingBilinear2d", (), {"scale_factor": (1.5, 2)}, (2, 3, 4, 5))

WRONG_SHAPES = {
    "Upsample": (lambda: nn.Upsample(4, mode="bilinear"), [(2, 3, 4)], "(N, C, H, W)"),
    "UpsamplingBilinear2d": (lambda: nn.UpsamplingBilinear2d(4), [(3, 4, 5)], "(N, C, H, W)"),
    "UpsamplingNearest2d": (
        lambda: nn.UpsamplingNearest2d(4),
        [(4, 5)],
        "(N, C, L) or (N, C, H, W) or (N, C, D, H, W)",
    ),
}

WITHOUT_ENTRY = dict.fromkeys(("Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"), "module_db has no entry")
