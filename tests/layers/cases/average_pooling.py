"""Cases of the layers in `layers/average_pooling.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_SHAPES = {1: (2, 3, 7), 2: (2, 3, 6, 7), 3: (2, 3, 5, 6, 7)}
for _axes, _shape in _SHAPES.items():
    _lacks = {"dtypes": "avg_pool3d_out_frame"} if _axes == 3 else {}
    add(f"AvgPool{_axes}d", (3,), {}, _shape, **_lacks)
    add(f"AvgPool{_axes}d", (3, 2, 1), {"ceil_mode": True, "count_include_pad": False}, _shape, **_lacks)
    add(f"AvgPool{_axes}d", (2,), {"stride": 1, "padding": 1}, _shape[1:], **_lacks)
    add(f"LPPool{_axes}d", (2, 3), {}, _shape, **_lacks)
    add(f"LPPool{_axes}d", (3.0, 2), {"stride": 1}, lambda shape=_shape[1:]: (0.1 + torch.rand(shape),), **_lacks)
    add(f"LPPool{_axes}d", (2, 2), {"stride": 2, "ceil_mode": True}, _shape, **_lacks)
add("AvgPool2d", ((2, 3),), {"divisor_override": 5}, _SHAPES[2][1:])
add("AvgPool3d", ((2, 1, 3),), {"divisor_override": 5}, _SHAPES[3], dtypes="avg_pool3d_out_frame")
add("LPPool2d", (1, (2, 3)), {"stride": (1, 2)}, _SHAPES[2])

WITHOUT_ENTRY = dict.fromkeys(
    ("LPPool1d", "LPPool2d", "LPPool3d"), "the samples raise negative sums to fractional powers, and so are NaN"
)

_AXES = {1: "L", 2: "H, W", 3: "D, H, W"}
WRONG_SHAPES: dict[str, Any] = {
    **{
        f"AvgPool{axes}d": (
            lambda axes=axes: getattr(nn, f"AvgPool{axes}d")(2),
            [(4,) * axes],
            f"(N, C, {names}) or (C, {names})",
        )
        for axes, names in _AXES.items()
    },
    **{
        f"LPPool{axes}d": (
            lambda axes=axes: getattr(nn, f"LPPool{axes}d")(2, 2),
            [(4,) * axes],
            f"(N, C, {names}) or (C, {names})",
        )
        for axes, names in _AXES.items()
    },
}
