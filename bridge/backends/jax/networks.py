"""The steps of the recurrent networks for JAX, and how they move; see `recurrence`."""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from bridge.backends.jax.recurrence import Gates, Network
from bridge.ops.recurrent import States


class LSTMSlopes(NamedTuple):
    """How the step's answers move with its gates and its cell state, each `(N, hidden)`."""

    gates: tuple[jax.Array, ...]  # of the cell state by input, forget and cell gate; of the output by the output gate
    forget: jax.Array  # of the cell state by the one before
    cell: jax.Array  # of the output by the cell state


def _lstm_step(of_input: Gates, of_hidden: Gates, states: States) -> tuple[States, LSTMSlopes]:
    by_gate = [sum(parts) for parts in zip(of_input, of_hidden, strict=True)]
    input_gate, forget, output_gate = (jax.nn.sigmoid(by_gate[place]) for place in (0, 1, 3))
    candidate = jnp.tanh(by_gate[2])
    cell = forget * states[1] + input_gate * candidate
    shown = jnp.tanh(cell)
    by_gates = (
        candidate * input_gate * (1 - input_gate),
        states[1] * forget * (1 - forget),
        input_gate * (1 - candidate * candidate),
        shown * output_gate * (1 - output_gate),
    )
    return (output_gate * shown, cell), LSTMSlopes(by_gates, forget, output_gate * (1 - shown * shown))


def _lstm_moved(slopes: LSTMSlopes, of_input: Gates, of_hidden: Gates, states: States) -> States:
    *parts, output = (slope * (a + b) for slope, a, b in zip(slopes.gates, of_input, of_hidden, strict=True))
    cell = sum(parts, slopes.forget * states[1])
    return output + slopes.cell * cell, cell


class GRUSlopes(NamedTuple):
    """How the next hidden state moves, each `(N, hidden)`."""

    reset: jax.Array  # by the reset gate
    update: jax.Array  # by the update gate
    candidate: jax.Array  # by the candidate before its tanh
    shown: jax.Array  # the reset gate itself: how that moves with the hidden state's part of it
    hidden: jax.Array  # by the hidden state, beside the gates


def _gru_step(of_input: Gates, of_hidden: Gates, states: States) -> tuple[States, GRUSlopes]:
    reset, update = (jax.nn.sigmoid(of_input[place] + of_hidden[place]) for place in (0, 1))
    candidate = jnp.tanh(of_input[2] + reset * of_hidden[2])
    left = states[0] - candidate
    by_candidate = (1 - update) * (1 - candidate * candidate)
    by_reset = by_candidate * of_hidden[2] * reset * (1 - reset)
    slopes = GRUSlopes(by_reset, left * update * (1 - update), by_candidate, reset, update)
    return (candidate + update * left,), slopes


def _gru_moved(slopes: GRUSlopes, of_input: Gates, of_hidden: Gates, states: States) -> States:
    gates = slopes.reset * (of_input[0] + of_hidden[0]) + slopes.update * (of_input[1] + of_hidden[1])
    candidate = slopes.candidate * (of_input[2] + slopes.shown * of_hidden[2])
    return (gates + candidate + slopes.hidden * states[0],)


LSTM = Network(4, _lstm_step, _lstm_moved)
GRU = Network(3, _gru_step, _gru_moved)


@functools.cache
def elman(activation: Callable[[Any], Any]) -> Network:
    """Elman's network; one for each `activation`, as JAX tells functions apart by identity."""

    def step(of_input: Gates, of_hidden: Gates, _: States) -> tuple[States, jax.Array]:
        gate = of_input[0] + of_hidden[0]
        hidden, slope = jax.jvp(activation, (gate,), (jnp.ones_like(gate),))
        return (hidden,), slope

    def moved(slope: jax.Array, of_input: Gates, of_hidden: Gates, _: States) -> States:
        return (slope * (of_input[0] + of_hidden[0]),)

    return Network(1, step, moved)
