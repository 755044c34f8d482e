"""Overrides of `bridge.ops.recurrent` for JAX."""

import jax

from bridge.ops.recurrent import LSTMWeights, lstm_step, project_input
from bridge.typing import Array


def lstm_layer(
    input: Array, hidden: Array, cell: Array, weights: LSTMWeights
) -> tuple[jax.Array, jax.Array, jax.Array]:
    def step(state: tuple[Array, Array], projected: Array) -> tuple[tuple[Array, Array], Array]:
        state = lstm_step(projected, *state, weights)
        return state, state[0]

    (hidden, cell), output = jax.lax.scan(step, (hidden, cell), project_input(input, weights))
    return output, hidden, cell
