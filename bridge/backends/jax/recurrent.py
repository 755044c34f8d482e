"""Overrides of `bridge.ops.recurrent` for JAX."""

import jax

from bridge.backends.jax.recurrence import scan
from bridge.ops.recurrent import LSTMWeights, with_one_bias
from bridge.ops.recurrent_networks import Network, States


def _direction(
    network: Network,
    input: jax.Array,
    states: States,
    weights: LSTMWeights,
    lasting: jax.Array | None,
    reverse: bool,
) -> tuple[jax.Array, States]:
    weights = with_one_bias(weights) if network.sums else weights
    return scan(network, reverse, input, states, weights, lasting)
