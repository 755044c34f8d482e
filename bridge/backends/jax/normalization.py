"""Overrides of `bridge.ops.normalization` for JAX."""

import jax

from bridge.backends.jax.layout import channels_first, channels_last
from bridge.ops.normalization import normalized_in_groups
from bridge.typing import Array


def group_norm(
    input: Array, num_groups: int, weight: Array | None = None, bias: Array | None = None, eps: float = 1e-5
) -> jax.Array:
    last = channels_last(input)  # as the convolutions around it have them
    return channels_first(normalized_in_groups(last, num_groups, weight, bias, eps, input.ndim - 1))
