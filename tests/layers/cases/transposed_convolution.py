"""Cases of the layers in `layers/transposed_convolution.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _of_size(*sizes: int) -> Callable[..., Any]:
    return lambda module, x: module(x, output_size=list(sizes))


_SPACE = {1: (4,), 2: (4, 3), 3: (3, 4, 3)}
for _axes, _sizes in _SPACE.items():
    _name = f"ConvTranspose{_axes}d"
    for _kwargs in (
        {},
        {"bias": False, "stride": 2, "padding": 1, "output_padding": 1},
        {"groups": 2, "dilation": 2, "padding": 2},
    ):
        add(_name, (2, 4, 3), _kwargs, (2, 2, *_sizes))
    add(_name, (2, 4, 3), {"stride": 2}, (2, *_sizes))
    _larger = [2 * size + 2 for size in _sizes]  # one more than the smallest size at stride 2
    add(_name, (2, 4, 3), {"stride": 2}, (2, 2, *_sizes), _of_size(*_larger))
    add(_name, (2, 4, 3), {"stride": 2, "padding": 1}, (2, *_sizes), _of_size(4, *(size - 2 for size in _larger)))

WRONG_SHAPES = {
    "ConvTranspose1d": (lambda: nn.ConvTranspose1d(4, 3, 2), [(2, 5, 6)], "(N, 4, L) or (4, L)"),
    "ConvTranspose2d": (lambda: nn.ConvTranspose2d(4, 3, 2), [(5, 6, 6)], "(N, 4, H, W) or (4, H, W)"),
    "ConvTranspose3d": (lambda: nn.ConvTranspose3d(4, 3, 2), [(2, 5, 6, 6, 6)], "(N, 4, D, H, W) or (4, D, H, W)"),
}
