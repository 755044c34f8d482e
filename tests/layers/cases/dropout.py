"""Cases of the layers in `layers/dropout.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, random=True, **kwargs))


_IN_PLACE = {"hooks": "is a view and is being modified inplace"}
for _name, _shape in (
    ("Dropout", (5, 8)),
    ("Dropout1d", (5, 8, 2)),
    ("Dropout1d", (8, 3)),
    ("Dropout2d", (4, 5, 2, 3)),
    ("Dropout3d", (4, 5, 2, 1, 3)),
    ("Dropout3d", (8, 2, 1, 3)),
    ("AlphaDropout", (5, 8)),
    ("FeatureAlphaDropout", (4, 5, 2, 3)),
):
    add(_name, (), {}, _shape)
for _name, _shape in (
    ("Dropout", (5, 8)),
    ("Dropout1d", (5, 8, 2)),
    ("Dropout2d", (4, 5, 2, 3)),
    ("Dropout3d", (4, 5, 2, 1, 3)),
):
    add(_name, (0.3,), {"inplace": True}, _shape, **_IN_PLACE)
add("AlphaDropout", (0.3,), {"inplace": True}, (5, 8))  # in torch too it makes no difference
add("FeatureAlphaDropout", (0.3,), {"inplace": True}, (5, 8))
for _name in ("Dropout", "AlphaDropout"):
    for _p in (0.0, 1.0):
        CASES.append(case(_name, (_p,), {}, (5, 8)))
CASES.append(case("Dropout2d", (1.0,), {}, (4, 5, 2, 3)))

ANY_SHAPE = {"AlphaDropout", "Dropout"}

WRONG_SHAPES = {
    "Dropout1d": (nn.Dropout1d, [(2, 3, 4, 4)], "(N, C, L) or (C, L)"),
    "Dropout2d": (nn.Dropout2d, [(3,)], "(N, C, H, W) or (N, C, L)"),
    "Dropout3d": (nn.Dropout3d, [()], "(N, C, D, H, W) or (C, D, H, W)"),
    "FeatureAlphaDropout": (nn.FeatureAlphaDropout, [(3,)], "(N, C, *)"),
}

WITHOUT_ENTRY = {
    name: f"random: tests/layers/test_torch_drop_in.py holds it to torch.nn.{name}'s own numbers"
    for name in ("AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout")
}
