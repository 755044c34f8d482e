"""Overrides of `bridge.ops.normalization` for JAX."""

import jax

from bridge.backends.jax.layout import channels_first, channels_last
from bridge.ops.normalization import moments_along, normalized_in_groups, scaled_along
from bridge.typing import Array


def channel_moments(input: Array) -> tuple[jax.Array, jax.Array]:
    if not isinstance(input, jax.core.Tracer):  # eagerly each move would be made
        return moments_along(input, 1)
    # As the convolutions around it have them: what XLA gives to its library to add up, it moves before.
    return moments_along(channels_last(input), input.ndim - 1)


def scale_channels(
    input: Array, center: Array, variance: Array, weight: Array | None, bias: Array | None, eps: float
) -> jax.Array:
    options = (center, variance, weight, bias, eps)
    if not isinstance(input, jax.core.Tracer):
        return scaled_along(input, *options, 1)
    return channels_first(scaled_along(channels_last(input), *options, input.ndim - 1))


def group_norm(
    input: Array, num_groups: int, weight: Array | None = None, bias: Array | None = None, eps: float = 1e-5
) -> jax.Array:
    last = channels_last(input)  # as the convolutions around it have them
    return channels_first(normalized_in_groups(last, num_groups, weight, bias, eps, input.ndim - 1))
