"""Cases of the layers in `layers/instance_norm.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_SPACE = {1: (5,), 2: (3, 4), 3: (2, 3, 2)}
for _axes, _sizes in _SPACE.items():
    for _kwargs in (
        {},
        {"affine": True, "eps": 0.1},
        {"track_running_stats": True, "momentum": 0.3},
        {"affine": True, "track_running_stats": True, "bias": False},
    ):
        add(f"InstanceNorm{_axes}d", (3,), _kwargs, (2, 3, *_sizes))
    add(f"InstanceNorm{_axes}d", (3,), {"affine": True, "track_running_stats": True}, (3, *_sizes))
    add(f"InstanceNorm{_axes}d", (3,), {"track_running_stats": True, "momentum": None}, (2, 3, *_sizes))

WRONG_SHAPES = {
    "InstanceNorm1d": (lambda: nn.InstanceNorm1d(4, affine=True), [(2, 5, 3)], "(N, 4, L) or (4, L)"),
    "InstanceNorm2d": (lambda: nn.InstanceNorm2d(4), [(4, 3)], "(N, 4, H, W) or (4, H, W)"),
    "InstanceNorm3d": (
        lambda: nn.InstanceNorm3d(4, track_running_stats=True),
        [(2, 5, 3, 3, 3)],
        "(N, 4, D, H, W) or (4, D, H, W)",
    ),
}
