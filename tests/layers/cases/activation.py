"""Cases of the layers in `layers/activation.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_IN_PLACE = {"hooks": "is a view and is being modified inplace"}
_RANDOM: dict[str, Any] = {"random": True, "vmap": "do not yet support aten::rrelu_with_noise"}
for _name, _args in (
    ("ReLU", ()),
    ("ReLU6", ()),
    ("LeakyReLU", (0.2,)),
    ("RReLU", (0.1, 0.4)),
    ("ELU", (0.5,)),
    ("CELU", (2.0,)),
    ("SELU", ()),
    ("Threshold", (0.1, 20.0)),
):
    _words = _RANDOM if _name == "RReLU" else {}
    add(_name, _args, {}, (3, 4), **_words)
    add(_name, _args, {"inplace": True}, (2, 5), **_words, **_IN_PLACE)
for _name in ("LeakyReLU", "ELU", "CELU"):
    add(_name, (), {}, (5,))
add("RReLU", (), {}, (5,), **_RANDOM)
add("PReLU", (), {}, (3, 4))
add("PReLU", (), {}, (4,))
add("PReLU", (3,), {"init": 0.1}, (2, 3, 4))

WRONG_SHAPES = {"PReLU": (lambda: nn.PReLU(3), [(2, 4)], "(N, 3, *)")}

ANY_SHAPE = {"CELU", "ELU", "LeakyReLU", "RReLU", "ReLU", "ReLU6", "SELU", "Threshold"}

WITHOUT_ENTRY = {"RReLU": "module_db has no entry"}
