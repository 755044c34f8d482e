"""Cases for recurrent networks; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from bridge.ops.recurrent import LSTMWeights
from tests.ops.case import Case, case, floats
from tests.ops.strategies import SEEDS, array


def _lstm_layer(input: torch.Tensor, hidden: torch.Tensor, cell: torch.Tensor, weights: Any) -> tuple[Any, ...]:
    given = [tensor for tensor in weights if tensor is not None]
    biased = weights.input_bias is not None
    state = hidden[None], cell[None]
    output, hidden, cell = torch.lstm(input, state, given, biased, 1, 0.0, False, False, False)
    return output, hidden[0], cell[0]


def _recurrent() -> dict[str, list[Case]]:
    """Two features in, three hidden, and two where the output is projected."""
    biases = (floats(12), floats(12))
    layer, projected = (floats(12, 2), floats(12, 3)), (floats(12, 2), floats(12, 2), *biases, floats(2, 3))
    second = (floats(12, 6), floats(12, 3))
    state, x = (floats(4, 2), floats(4, 3)), floats(5, 4, 2)

    def states(rows: int, batch: int, hidden: int = 3) -> tuple[Any, Any]:
        return floats(rows, batch, hidden), floats(rows, batch, 3)

    return {
        "lstm": [
            case(torch.lstm, x, states(1, 4), [*layer, *biases], True, 1, 0.0, False, False, False),
            case(torch.lstm, floats(1, 5, 2), states(1, 1), [*layer], False, 1, 0.0, False, False, True),
            case(torch.lstm, x, states(4, 4), [*layer, *layer, *second, *second], False, 2, 0.5, False, True, False),
            case(torch.lstm, x, states(1, 4, 2), [*projected], True, 1, 0.0, True, False, False),
        ],
        "lstm_layer": [
            case(_lstm_layer, x, floats(4, 3), floats(4, 3), LSTMWeights(*layer, *biases, None)),
            case(_lstm_layer, x, floats(4, 3), floats(4, 3), LSTMWeights(*layer, None, None, None)),
            case(_lstm_layer, x, *state, LSTMWeights(*projected)),
        ],
    }


CASES = _recurrent()


@st.composite
def _generated(draw: Any, layer: bool) -> Case:
    """One layer of two features in and three hidden, over some steps of some sequences."""
    steps, batch, dtype = (
        draw(st.integers(1, 4)),
        draw(st.integers(1, 3)),
        draw(st.sampled_from(("float32", "float64"))),
    )
    projected, biased = draw(st.booleans()), draw(st.booleans())
    hidden = 2 if projected else 3

    def make(*shape: int) -> Any:
        return array(shape, dtype, -1, 1, draw(SEEDS))

    x, states, weights = (
        make(steps, batch, 2),
        (make(1, batch, hidden), make(1, batch, 3)),
        [make(12, 2), make(12, hidden)],
    )
    biases, projection = [make(12), make(12)] if biased else [], [make(2, 3)] if projected else []
    if layer:
        given = LSTMWeights(*weights, *(biases or (None, None)), *(projection or (None,)))
        return case(_lstm_layer, x, states[0][0], states[1][0], given)
    return case(torch.lstm, x, states, [*weights, *biases, *projection], biased, 1, 0.0, False, False, False)


GENERATED = {"lstm": _generated(False), "lstm_layer": _generated(True)}
