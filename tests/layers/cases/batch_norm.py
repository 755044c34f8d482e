"""Cases of the layers in `layers/batch_norm.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


for _kwargs, _refused in (
    ({}, {}),
    ({"affine": False}, {}),
    ({"track_running_stats": False}, {}),
    ({"momentum": None}, {"compile": "data-dependent expression"}),  # its factor is read from num_batches_tracked
    ({"eps": 0.1, "momentum": 1.0}, {}),
    ({"bias": False}, {}),
):
    add("BatchNorm1d", (3,), _kwargs, (4, 3), **_refused)
    add("BatchNorm2d", (3,), _kwargs, (4, 3, 2, 3), **_refused)
    add("BatchNorm3d", (3,), _kwargs, (2, 3, 2, 3, 2), **_refused)
for _kwargs, _shape, _refused in (
    ({}, (4, 3), {}),
    ({"affine": False}, (4, 3, 5), {}),
    ({"momentum": None}, (4, 3, 2, 3), {"compile": "data-dependent expression"}),
    ({"track_running_stats": False}, (4, 3, 2, 1, 2), {}),
):
    add("SyncBatchNorm", (3,), _kwargs, _shape, **_refused)
add("BatchNorm1d", (3,), {}, (4, 3, 5))
add("BatchNorm1d", (2,), {"affine": False, "track_running_stats": False}, (4, 3))  # torch takes any channels

WRONG_SHAPES = {
    "BatchNorm1d": (lambda: nn.BatchNorm1d(4), [(2, 5)], "(N, 4) or (N, 4, L)"),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(4), [(2, 4, 3)], "(N, 4, H, W)"),
    "BatchNorm3d": (lambda: nn.BatchNorm3d(4), [(2, 3, 2, 2, 2)], "(N, 4, D, H, W)"),
    "SyncBatchNorm": (lambda: nn.SyncBatchNorm(4), [(2, 3, 2)], "(N, 4, *)"),
}

WITHOUT_ENTRY = {"SyncBatchNorm": "module_db has no entry"}
