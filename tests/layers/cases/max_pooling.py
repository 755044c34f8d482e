"""Cases of the layers in `layers/max_pooling.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def distinct(*shape: int) -> Any:
    """Numbers in any order, far enough apart that no two are rounded to one, of which the first would be taken."""
    count = torch.Size(shape).numel()
    return lambda: (((torch.randperm(count) - count // 2) / 64).reshape(shape),)


_SHAPES = {1: (2, 3, 7), 2: (2, 3, 6, 7), 3: (2, 3, 5, 6, 7)}
for _axes, _shape in _SHAPES.items():
    add(f"MaxPool{_axes}d", (3,), {}, _shape)
    add(f"MaxPool{_axes}d", (3, 2, 1), {"ceil_mode": True, "return_indices": True}, distinct(*_shape))
    add(f"MaxPool{_axes}d", (2,), {"dilation": 2, "stride": 1}, _shape[1:])
    add(f"MaxPool{_axes}d", (2,), {"dilation": 2, "padding": 1, "return_indices": True}, distinct(*_shape[1:]))
add("MaxPool2d", ((2, 1),), {"dilation": (2, 1), "stride": (1, 2), "padding": (1, 0)}, _SHAPES[2])

_SAMPLES = {2: (2, 3, 2), 3: (2, 3, 3)}
for _axes, _drawn in _SAMPLES.items():
    _name, _samples = f"FractionalMaxPool{_axes}d", torch.linspace(0.05, 0.95, torch.Size(_drawn).numel())
    for _kwargs in (
        {"output_size": 3, "return_indices": True},
        {"output_ratio": (0.6, 0.5, 0.4)[-_axes:]},
    ):
        add(_name, (2,), {**_kwargs, "_random_samples": _samples.reshape(_drawn)}, distinct(*_SHAPES[_axes]))
    _kwargs = {"output_size": (3, 4, 2)[-_axes:], "return_indices": True}
    add(_name, (2,), {**_kwargs, "_random_samples": _samples.reshape(_drawn)[:1]}, distinct(*_SHAPES[_axes][1:]))
    # Drawn, but to windows that can lie in one way alone: what is drawn otherwise is for the tests of the layer.
    add(_name, (3,), {"output_size": 1}, distinct(*_SHAPES[_axes]), vmap="randomness")

_AXES = {1: "L", 2: "H, W", 3: "D, H, W"}
WRONG_SHAPES: dict[str, Any] = {
    **{
        f"MaxPool{axes}d": (
            lambda axes=axes: getattr(nn, f"MaxPool{axes}d")(2),
            [(4,) * axes],
            f"(N, C, {names}) or (C, {names})",
        )
        for axes, names in _AXES.items()
    },
    **{
        f"FractionalMaxPool{axes}d": (
            lambda axes=axes: getattr(nn, f"FractionalMaxPool{axes}d")(2, output_size=2),
            [(4,) * axes],
            f"(N, C, {_AXES[axes]}) or (C, {_AXES[axes]})",
        )
        for axes in (2, 3)
    },
}
