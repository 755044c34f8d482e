"""Cases of the layers in `layers/shaping.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("Identity", (1, "ignored"), {"ignored": True}, (3, 4))
add("Flatten", (), {}, (2, 3, 4))
add("Flatten", (0, -2), {}, (2, 3, 4))
add("Unflatten", (1, (3, 2)), {}, (2, 6, 4))
add("Unflatten", (-1, [2, -1, 1]), {}, (3, 4))
add("Unflatten", (0, (-1,)), {}, (4,))
add("PixelShuffle", (2,), {}, (2, 8, 3, 1))
add("PixelShuffle", (3,), {}, (9, 1, 2))
add("PixelUnshuffle", (2,), {}, (2, 3, 4, 2))
add("PixelUnshuffle", (3,), {}, (2, 3, 6))
add("ChannelShuffle", (2,), {}, (2, 6, 3, 4))
add("ChannelShuffle", (3,), {}, (1, 6, 2))

WRONG_SHAPES = {
    "ChannelShuffle": (lambda: nn.ChannelShuffle(2), [(1, 5, 2)], "(N, C * 2, *)"),
    "Flatten": (lambda: nn.Flatten(2, 3), [(2, 3)], "with axes 2 to 3"),
    "PixelShuffle": (lambda: nn.PixelShuffle(2), [(1, 6, 2, 2)], "(*, C * 4, H, W)"),
    "PixelUnshuffle": (lambda: nn.PixelUnshuffle(2), [(1, 6, 2, 3)], "(*, C, H * 2, W * 2)"),
    "Unflatten": (lambda: nn.Unflatten(1, (3, 2)), [(2, 5)], "with 6 elements along axis 1"),
}

ANY_SHAPE = {"Identity"}

WITHOUT_ENTRY = dict.fromkeys(
    ("ChannelShuffle", "Flatten", "Identity", "PixelShuffle", "PixelUnshuffle", "Unflatten"), "module_db has no entry"
)
