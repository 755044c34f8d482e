"""Overrides of `bridge.ops.recurrent` for JAX."""

import jax

from bridge.backends.jax.long_short_term import carry, lstm_scan
from bridge.ops.recurrent import LSTMWeights, States, Step, last_if_few


def _lstm_direction(
    input: jax.Array, states: States, weights: LSTMWeights, lasting: jax.Array | None, reverse: bool
) -> tuple[jax.Array, States]:
    return lstm_scan(reverse, input, states, weights, lasting)


def _recurrence(
    step: Step, states: States, rows: jax.Array, lasting: jax.Array | None, reverse: bool
) -> tuple[jax.Array, States]:
    return carry(step, states, rows, lasting, reverse)


def _features_axis(input: jax.Array, weights: LSTMWeights) -> int:
    return last_if_few(input, weights, 1 << 22)
