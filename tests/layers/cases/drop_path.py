"""Cases of the layers in `layers/drop_path.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("DropPath", (), {}, (4, 3, 2), random=True)
add("DropPath", (0.0,), {}, (4, 3))
add("DropPath", (1.0,), {}, (4, 3))

WRONG_SHAPES = {"DropPath": (lambda: nn.DropPath(0.2), [()], "(N, *)")}
