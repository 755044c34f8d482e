"""The steps of the recurrent networks, and how they move, for the backends that take the weights out of the steps.

A scan's gradient adds up those of its weights step by step: for each, a product of a few rows is written over all of a
matrix. With the slopes of each step at hand, those products become one for the whole sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bridge.ops.activation import relu, sigmoid
from bridge.ops.arithmetic import where
from bridge.ops.creation import ones_like, zeros_like
from bridge.ops.joining import split
from bridge.ops.mathematics import tanh
from bridge.ops.recurrent_cells import gru_step, lstm_step
from bridge.typing import Array

Gates = Sequence[Any]
Parts = tuple[Gates, ...]
"""What the gates get from the input, and what from the hidden state; the sum alone where that is all that counts."""
States = tuple[Array, ...]


class Network(NamedTuple):
    """What a step does with its gates before their activation, and its states, elementwise: `(..., hidden)` each."""

    gates: int
    sums: bool
    """Whether a gate is the sum of what it gets from the input and from the hidden state."""
    step: Callable[[Parts, States], States]
    """The next states, of which the hidden one comes first, not yet projected."""
    slopes: Callable[[Parts, States], tuple[Array, ...]]
    """What is to be known of a step for the two below."""
    moved: Callable[[Any, Parts, States], States]
    """The tangents of the next states, from those of the gates and of the states."""
    pulled: Callable[[Any, States], tuple[Parts, tuple[Array | None, ...]]]
    """The gradients by the gates, and by the states beside the gates, if any, from those by the next states."""


def joined(network: Network, of_input: Array, of_hidden: Array) -> tuple[Array, ...]:
    """The parts as `network` wants them, all gates in one array."""
    return (of_input + of_hidden,) if network.sums else (of_input, of_hidden)


def by_gate(network: Network, parts: Sequence[Array], axis: int = -1) -> Parts:
    """Parts that are one array each, taken apart along `axis`."""
    return tuple(split(part, network.gates, axis=axis) for part in parts)


def parts_of(network: Network, of_input: Gates, of_hidden: Gates) -> Parts:
    """The parts as `network` wants them, of gates that lie apart."""
    if network.sums:
        return ([one + other for one, other in zip(of_input, of_hidden, strict=True)],)
    return of_input, of_hidden


def _lstm_step(parts: Parts, states: States) -> States:
    return lstm_step(parts[0], states[1])


def _lstm_slopes(parts: Parts, states: States) -> tuple[Array, ...]:
    """Of the cell state by the input, forget and cell gate and by the one before; of the output by its gate and it."""
    input_gate, forget, output_gate = (sigmoid(parts[0][place]) for place in (0, 1, 3))
    candidate = tanh(parts[0][2])
    shown = tanh(forget * states[1] + input_gate * candidate)
    return (
        candidate * input_gate * (1 - input_gate),
        states[1] * forget * (1 - forget),
        input_gate * (1 - candidate * candidate),
        forget,
        shown * output_gate * (1 - output_gate),
        output_gate * (1 - shown * shown),
    )


def _lstm_moved(slopes: Any, parts: Parts, states: States) -> States:
    by_input, by_forget, by_candidate, by_cell, by_output, of_output = slopes
    gates = parts[0]
    cell = by_input * gates[0] + by_forget * gates[1] + by_candidate * gates[2] + by_cell * states[1]
    return by_output * gates[3] + of_output * cell, cell


def _lstm_pulled(slopes: Any, states: States) -> tuple[Parts, tuple[Array | None, ...]]:
    by_input, by_forget, by_candidate, by_cell, by_output, of_output = slopes
    hidden, cell = states
    cell = cell + of_output * hidden
    gates = [by_input * cell, by_forget * cell, by_candidate * cell, by_output * hidden]
    return (gates,), (None, by_cell * cell)


def _gru_step(parts: Parts, states: States) -> States:
    return (gru_step(parts[0], parts[1], states[0]),)


def _gru_slopes(parts: Parts, states: States) -> tuple[Array, ...]:
    """By the reset and update gate and the candidate before its tanh; of that by the hidden part; by the state."""
    of_input, of_hidden = parts
    reset, update = (sigmoid(of_input[place] + of_hidden[place]) for place in (0, 1))
    candidate = tanh(of_input[2] + reset * of_hidden[2])
    by_candidate = (1 - update) * (1 - candidate * candidate)
    by_reset = by_candidate * of_hidden[2] * reset * (1 - reset)
    return by_reset, (states[0] - candidate) * update * (1 - update), by_candidate, reset, update


def _gru_moved(slopes: Any, parts: Parts, states: States) -> States:
    by_reset, by_update, by_candidate, reset, update = slopes
    of_input, of_hidden = parts
    gates = by_reset * (of_input[0] + of_hidden[0]) + by_update * (of_input[1] + of_hidden[1])
    return (gates + by_candidate * (of_input[2] + reset * of_hidden[2]) + update * states[0],)


def _gru_pulled(slopes: Any, states: States) -> tuple[Parts, tuple[Array | None, ...]]:
    by_reset, by_update, by_candidate, reset, update = slopes
    (hidden,) = states
    both, candidate = [by_reset * hidden, by_update * hidden], by_candidate * hidden
    return ([*both, candidate], [*both, reset * candidate]), (update * hidden,)


def _elman(activation: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Network:
    """Elman's network, with the slope of its activation by what that gives."""

    def step(parts: Parts, _: States) -> States:
        return (activation(parts[0][0]),)

    def slopes(parts: Parts, _: States) -> tuple[Array, ...]:
        return (slope(activation(parts[0][0])),)

    def moved(slopes: Any, parts: Parts, _: States) -> States:
        return (slopes[0] * parts[0][0],)

    def pulled(slopes: Any, states: States) -> tuple[Parts, tuple[Array | None, ...]]:
        return ([slopes[0] * states[0]],), (None,)

    return Network(1, True, step, slopes, moved, pulled)


LSTM = Network(4, True, _lstm_step, _lstm_slopes, _lstm_moved, _lstm_pulled)
GRU = Network(3, False, _gru_step, _gru_slopes, _gru_moved, _gru_pulled)
RNN_TANH = _elman(tanh, lambda output: 1 - output * output)
RNN_RELU = _elman(relu, lambda output: where(output > 0, ones_like(output), zeros_like(output)))
