"""Cases of the layers in `layers/padding.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_SIZES = (4, 3, 5)
_COUNTS = (1, 2, 0, 2, 3, 1)  # from the last axis on
_CUT = (2, -1, -1, 1, -2, 0)
_AXES = ("(N, C, L) or (C, L)", "(N, C, H, W) or (C, H, W)", "(N, C, D, H, W) or (C, D, H, W)")

WRONG_SHAPES: dict[str, Any] = {}

for _spatial in (1, 2, 3):
    _sizes, _ends = _SIZES[-_spatial:], 2 * _spatial
    for _kind in ("ReflectionPad", "ReplicationPad", "CircularPad"):
        _name = f"{_kind}{_spatial}d"
        add(_name, (1,), {}, (2, 3, *_sizes))
        add(_name, (_COUNTS[:_ends],), {}, (2, *_sizes))
        add(_name, (_CUT[:_ends],), {}, (2, 3, *_sizes))
        _layer = getattr(nn, _name)
        WRONG_SHAPES[_name] = (lambda layer=_layer: layer(1), [(4,) * _spatial], _AXES[_spatial - 1])
    for _kind, _value in (("ConstantPad", (2.5,)), ("ZeroPad", ())):
        _name = f"{_kind}{_spatial}d"
        add(_name, (1, *_value), {}, (2, 3, *_sizes))
        add(_name, (_COUNTS[:_ends], *_value), {}, _sizes)
        add(_name, (_CUT[:_ends], *_value), {}, (2, 3, *_sizes))
        _layer = getattr(nn, _name)
        WRONG_SHAPES[_name] = (
            lambda layer=_layer, value=_value: layer(1, *value),
            [(4,) * (_spatial - 1)],
            f"with at least {_spatial} axes",
        )
