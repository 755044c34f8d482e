"""Cases of the layers in `layers/unpooling.py`."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _pooled(axes: int, shape: tuple[int, ...], *args: int) -> Any:
    pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[axes - 1]
    return lambda: pool(torch.randn(shape), *args, return_indices=True)


def _to(*size: int) -> Any:
    return lambda layer, input, indices: layer(input, indices, list(size))


_SHAPES = {1: (2, 3, 7), 2: (2, 3, 6, 7), 3: (2, 3, 4, 6, 7)}
_EVEN = {1: (2, 3, 8), 2: (2, 3, 6, 8), 3: (2, 3, 4, 6, 8)}
for _axes, _shape in _SHAPES.items():
    add(f"MaxUnpool{_axes}d", (2,), {}, _pooled(_axes, _EVEN[_axes], 2))
    add(f"MaxUnpool{_axes}d", (3, 3, 1), {}, _pooled(_axes, _shape[1:], 3, 3, 1), _to(*_shape[2:]))
    add(f"MaxUnpool{_axes}d", (2,), {"stride": 2}, _pooled(_axes, _shape, 2), _to(*_shape))

WITHOUT_ENTRY = {f"MaxUnpool{axes}d": "module_db has none" for axes in (1, 2, 3)}
WRONG_SHAPES: dict[str, Any] = {
    "MaxUnpool1d": (lambda: nn.MaxUnpool1d(2), [(4,), (4,)], "(N, C, L) or (C, L)"),
    "MaxUnpool2d": (lambda: nn.MaxUnpool2d(2), [(2, 4, 4), (2, 4, 5)], "(2, 4, 5), that of its indices"),
    "MaxUnpool3d": (lambda: nn.MaxUnpool3d(2), [(4, 4), (4, 4)], "(N, C, D, H, W) or (C, D, H, W)"),
}
