"""Cases of the layers in `layers/mamba.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _in_steps(module: Any, x: Any) -> Any:
    first, state = module(x[:, :3], module.empty_state(x))
    second, state = module(x[:, 3:4], state)
    third, state = module(x[:, 4:], state)
    return first, second, third, state


add("Mamba", (4,), {}, (2, 5, 4))
add("Mamba", (4, 3, 2, 3, 2), {"bias": True, "conv_bias": False, "chunk_size": 2}, (1, 5, 4))
add("Mamba", (4, 3), {"chunk_size": None, "time_step_min": 0.1, "time_step_max": 1.0}, (2, 7, 4))
add("Mamba", (4, 3), {"chunk_size": 2}, (2, 6, 4), _in_steps)
add("Mamba", (4, 3, 1), {}, (2, 5, 4), _in_steps)

WRONG_SHAPES = {
    "Mamba": (lambda: nn.Mamba(4), [(2, 3, 5)], "(N, L, 4)"),
}
