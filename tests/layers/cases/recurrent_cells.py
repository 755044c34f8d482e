"""Cases of the layers in `layers/recurrent_cells.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from bridge import ops
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _with_states(module: Any, x: Any, *states: Any) -> Any:
    return module(x, states)


_IN_PLACE = "output with shape .* doesn't match the broadcast shape"  # torch's write into the states they begin with

for _name in ("RNNCell", "GRUCell"):
    add(_name, (3, 4), {}, (2, 3), vmap=_IN_PLACE)
    add(_name, (3, 4), {"bias": False}, [(2, 3), (2, 4)])
    add(_name, (3, 4), {}, [(3,), (4,)])
add("RNNCell", (3, 4), {"nonlinearity": "relu"}, [(1, 3), (1, 4)])
add("LSTMCell", (3, 4), {}, (2, 3), vmap=_IN_PLACE)
add("LSTMCell", (3, 4), {"bias": False}, [(2, 3), (2, 4), (2, 4)], _with_states)
add("LSTMCell", (3, 4), {}, [(3,), (4,), (4,)], _with_states)
add(
    "RNNCellBase",
    (3, 4, True, 3),
    {},
    (2, 3),
    lambda module, x: ops.linear(x, module.weight_ih, module.bias_ih) @ module.weight_hh + module.bias_hh[:4],
    hooks="no backward hook is called for a PackedSequence",  # nor for a class without a forward
)

WITHOUT_ENTRY = {"RNNCellBase": "it has no forward"}
ANY_SHAPE = {"RNNCellBase"}
WRONG_SHAPES = {
    "GRUCell": (lambda: nn.GRUCell(4, 3), [(2, 6)], "(N, 4) or (4,)"),
    "LSTMCell": (lambda: nn.LSTMCell(4, 3), [(2, 6)], "(N, 4) or (4,)"),
    "RNNCell": (lambda: nn.RNNCell(4, 3), [(2, 6)], "(N, 4) or (4,)"),
}
