"""Cases for single steps of recurrent networks; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from tests.ops.case import Case, case, floats
from tests.ops.strategies import SEEDS, array

GATES = {"rnn_tanh_cell": 1, "rnn_relu_cell": 1, "gru_cell": 3, "lstm_cell": 4}


def _cases(name: str, gates: int) -> list[Case]:
    """Two features in, three hidden."""
    function, rows = getattr(torch, name), 3 * gates
    state: Any = (floats(4, 3), floats(4, 3)) if name == "lstm_cell" else floats(4, 3)
    one: Any = (floats(1, 3), floats(1, 3)) if name == "lstm_cell" else floats(1, 3)
    return [
        case(function, floats(4, 2), state, floats(rows, 2), floats(rows, 3), floats(rows), floats(rows)),
        case(function, floats(1, 2), one, floats(rows, 2), floats(rows, 3)),
    ]


CASES = {name: _cases(name, gates) for name, gates in GATES.items()}


@st.composite
def _generated(draw: Any, name: str, gates: int) -> Case:
    batch, dtype = draw(st.integers(1, 3)), draw(st.sampled_from(("float32", "float64")))

    def make(*shape: int) -> Any:
        return array(shape, dtype, -1, 1, draw(SEEDS))

    state = (make(batch, 3), make(batch, 3)) if name == "lstm_cell" else make(batch, 3)
    biases = (make(3 * gates), make(3 * gates)) if draw(st.booleans()) else ()
    return case(getattr(torch, name), make(batch, 2), state, make(3 * gates, 2), make(3 * gates, 3), *biases)


GENERATED = {name: _generated(name, gates) for name, gates in GATES.items()}
