"""Cases for recurrent networks; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import torch

from bridge.ops.recurrent import LSTMWeights
from tests.ops.case import Case, case, floats


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
