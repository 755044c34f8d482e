"""Cases of the layers in `layers/smooth_activation.py`."""

from __future__ import annotations

from typing import Any

from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


for _name in ("GELU", "LogSigmoid", "Mish", "SiLU", "Sigmoid", "Softplus", "Softsign", "Tanh", "Tanhshrink"):
    add(_name, (), {}, (3, 4))
for _name in ("Mish", "SiLU"):
    add(_name, (), {"inplace": True}, (3, 4), hooks="is a view and is being modified inplace")
add("GELU", (), {"approximate": "tanh"}, (3, 4))
add("Softplus", (2.0, 1.0), {}, (3, 4))

ANY_SHAPE = {"GELU", "LogSigmoid", "Mish", "SiLU", "Sigmoid", "Softplus", "Softsign", "Tanh", "Tanhshrink"}
