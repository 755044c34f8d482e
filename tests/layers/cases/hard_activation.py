"""Cases of the layers in `layers/hard_activation.py`."""

from __future__ import annotations

from typing import Any

from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


for _name, _args in (("Hardtanh", (-0.5, 0.8)), ("Hardsigmoid", ()), ("Hardswish", ())):
    add(_name, _args, {}, (3, 4))
    add(_name, _args, {"inplace": True}, (2, 5), hooks="is a view and is being modified inplace")
for _name in ("Hardshrink", "Softshrink"):
    add(_name, (), {}, (3, 4))
    add(_name, (0.1,), {}, (5,))
add("Hardtanh", (), {}, (5,))

ANY_SHAPE = {"Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "Softshrink"}

WITHOUT_ENTRY = {"Hardsigmoid": "module_db has no entry"}
