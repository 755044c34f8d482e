"""Cases of the layers in `layers/merging.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_PAIR = [(2, 3), (2, 3)]
for _name in ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"):
    add(_name, (), {}, _PAIR)
    add(_name, (), {}, [(2, 3), (2, 1)], run=lambda layer, *inputs: layer(list(inputs)))
for _name in ("Add", "Average", "Maximum", "Minimum", "Multiply"):
    add(_name, (), {}, [(2, 3), (3,), (2, 1)])
add("Concatenate", (), {}, [(2, 3), (2, 1), (2, 2)])
add("Concatenate", (1,), {}, [(2, 3, 4), (2, 1, 4)], run=lambda layer, *inputs: layer(inputs))

WRONG_SHAPES = {
    **{
        _name: (getattr(nn, _name), [(2, 3), (2, 4)], "that broadcasts with (2, 4)")
        for _name in ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")
    },
    "Concatenate": (nn.Concatenate, [(2, 3), (3, 3)], "like (3, 3) but for axis -1"),
}
