"""Overrides of `bridge.ops.recurrent` for JAX."""

from collections.abc import Callable

import jax

from bridge.backends.jax.networks import GRU, LSTM, elman
from bridge.backends.jax.recurrence import scan
from bridge.ops.recurrent import LSTMWeights, States, with_one_bias


def _lstm_direction(
    input: jax.Array, states: States, weights: LSTMWeights, lasting: jax.Array | None, reverse: bool
) -> tuple[jax.Array, States]:
    return scan(LSTM, reverse, input, states, with_one_bias(weights), lasting)


def _gru_direction(
    input: jax.Array, states: States, weights: LSTMWeights, lasting: jax.Array | None, reverse: bool
) -> tuple[jax.Array, States]:
    return scan(GRU, reverse, input, states, weights, lasting)


def _rnn_direction(
    activation: Callable[[jax.Array], jax.Array],
    input: jax.Array,
    states: States,
    weights: LSTMWeights,
    lasting: jax.Array | None,
    reverse: bool,
) -> tuple[jax.Array, States]:
    return scan(elman(activation), reverse, input, states, with_one_bias(weights), lasting)
