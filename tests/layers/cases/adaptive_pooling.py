"""Cases of the layers in `layers/adaptive_pooling.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case
from tests.layers.cases.max_pooling import distinct

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_SHAPES = {1: (2, 3, 7), 2: (2, 3, 5, 7), 3: (2, 3, 4, 5, 7)}
_SIZES: dict[int, tuple[Any, ...]] = {
    1: (1, 3),
    2: (1, (2, 3), (None, 4)),
    3: (1, (2, 3, 7), (None, 4, 1)),
}
for _axes, _shape in _SHAPES.items():
    for _size in _SIZES[_axes]:
        add(f"AdaptiveAvgPool{_axes}d", (_size,), {}, _shape)
        add(f"AdaptiveMaxPool{_axes}d", (_size,), {"return_indices": True}, distinct(*_shape))
    add(f"AdaptiveAvgPool{_axes}d", (2,), {}, _shape[1:])
    add(f"AdaptiveMaxPool{_axes}d", (2,), {}, _shape[1:])

_AXES = {1: "L", 2: "H, W", 3: "D, H, W"}
WRONG_SHAPES: dict[str, Any] = {
    f"Adaptive{kind}Pool{axes}d": (
        lambda kind=kind, axes=axes: getattr(nn, f"Adaptive{kind}Pool{axes}d")(2),
        [(4,) * axes],
        f"(N, C, {names}) or (C, {names})",
    )
    for kind in ("Avg", "Max")
    for axes, names in _AXES.items()
}
