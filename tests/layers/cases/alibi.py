"""Cases of the layers in `layers/alibi.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from bridge import ops
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _used(module: Any, x: Any, *others: Any) -> Any:
    """The biases on something that has a gradient, as they themselves have none."""
    return module(x, *others) + ops.sum(x)


add("ALiBi", (4,), {}, (2, 5, 8), _used)
add("ALiBi", (6,), {}, [(2, 3, 8), (2, 6, 5, 8)], _used)
add("ALiBi", (1,), {}, lambda: (torch.randn(1, 8), torch.randn(4, 8), torch.tensor(3)), _used)

WRONG_SHAPES = {
    "ALiBi": (lambda: nn.ALiBi(2), [(3,)], "(*, L, E) as its input"),
}
