"""Cases for recurrent networks; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import numpy
import torch
from hypothesis import strategies as st
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from bridge.ops.recurrent import LSTMWeights
from tests.ops.case import Case, case, floats
from tests.ops.strategies import SEEDS, array


def _lstm_layer(input: torch.Tensor, hidden: torch.Tensor, cell: torch.Tensor, weights: Any) -> tuple[Any, ...]:
    given = [tensor for tensor in weights if tensor is not None]
    biased = weights.input_bias is not None
    state = hidden[None], cell[None]
    output, hidden, cell = torch.lstm(input, state, given, biased, 1, 0.0, False, False, False)
    return output, hidden[0], cell[0]


def _padded(name: str) -> Any:
    """torch's operation on the sequences packed by their lengths, and padded again."""

    def reference(input: torch.Tensor, hx: Any, weights: Any, *options: Any, lengths: torch.Tensor) -> tuple[Any, ...]:
        *rest, batch_first = options
        data, sizes, order, back = pack_padded_sequence(input, lengths, batch_first, enforce_sorted=False)
        states = tuple(state[:, order] for state in hx) if name == "lstm" else hx[:, order]
        output, *last = getattr(torch, name)(data, sizes, states, list(weights), *rest)
        packed, steps = PackedSequence(output, sizes, order, back), input.shape[1 if batch_first else 0]
        padded, _ = pad_packed_sequence(packed, batch_first, total_length=steps)
        return padded, *(state[:, back] for state in last)

    return reference


def _of_one_state(name: str, gates: int) -> list[Case]:
    """Two features in, three hidden."""
    function, rows = getattr(torch, name), 3 * gates
    biases, layer, second = (floats(rows), floats(rows)), (floats(rows, 2), floats(rows, 3)), floats(rows, 6)
    stacked = [*layer, *layer, second, layer[1], second, layer[1]]
    lengths = numpy.array([2, 5, 1, 3])
    return [
        case(function, floats(5, 4, 2), floats(1, 4, 3), [*layer, *biases], True, 1, 0.0, False, False, False),
        case(function, floats(1, 5, 2), floats(1, 1, 3), [*layer], False, 1, 0.0, True, False, True),
        case(function, floats(5, 4, 2), floats(4, 4, 3), stacked, False, 2, 0.5, False, True, False),
        case(
            _padded(name), floats(4, 5, 2), floats(4, 4, 3), stacked, False, 2, 0.0, False, True, True, lengths=lengths
        ),
    ]  # fmt: skip


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
            case(
                _padded("lstm"),
                x,
                states(2, 4),
                [*layer, *layer],
                False,
                1,
                0.0,
                False,
                True,
                False,
                lengths=numpy.array([2, 5, 1, 3]),
            ),
        ],
        "gru": _of_one_state("gru", 3),
        "rnn_tanh": _of_one_state("rnn_tanh", 1),
        "rnn_relu": _of_one_state("rnn_relu", 1),
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


@st.composite
def _generated_of_one_state(draw: Any, name: str, gates: int) -> Case:
    """One layer of two features in and three hidden, over some steps of some sequences."""
    steps, batch = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    dtype, biased = draw(st.sampled_from(("float32", "float64"))), draw(st.booleans())

    def make(*shape: int) -> Any:
        return array(shape, dtype, -1, 1, draw(SEEDS))

    weights = [make(3 * gates, 2), make(3 * gates, 3)] + ([make(3 * gates), make(3 * gates)] if biased else [])
    x, state = make(steps, batch, 2), make(1, batch, 3)
    return case(getattr(torch, name), x, state, weights, biased, 1, 0.0, False, False, False)


GENERATED = {
    "lstm": _generated(False),
    "lstm_layer": _generated(True),
    "gru": _generated_of_one_state("gru", 3),
    "rnn_tanh": _generated_of_one_state("rnn_tanh", 1),
    "rnn_relu": _generated_of_one_state("rnn_relu", 1),
}
