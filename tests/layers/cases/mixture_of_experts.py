"""Cases of the layers in `layers/mixture_of_experts.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_NAME = "MixtureOfExperts"


def _with_loss(module: Any, x: Any) -> Any:
    return module(x, need_loss=True)


add(_NAME, (4, 6, 3), {}, (2, 5, 4), _with_loss)
add(_NAME, (4, 6, 3, 1), {}, (5, 4), _with_loss)
add(_NAME, (4, 6, 5, 3), {"normalize": False, "activation": "gelu"}, (1, 4), _with_loss)
add(_NAME, (4, 6, 3), {"capacity_factor": 1.0}, (2, 5, 4), _with_loss)
add(_NAME, (4, 6, 3, 1), {"capacity_factor": 0.7}, (7, 4))

WRONG_SHAPES = {
    _NAME: (lambda: nn.MixtureOfExperts(4, 6, 3), [(2, 5)], "(*, 4)"),
}
