"""Overrides of `bridge.ops.alignments` for JAX."""

import jax

from bridge.ops.alignments import next_alphas
from bridge.typing import Array


def last_alphas(emissions: Array, running: Array, skips: Array, start: Array) -> jax.Array:
    def step(alphas: Array, frame: tuple[Array, Array]) -> tuple[Array, None]:
        return next_alphas(alphas, *frame, skips), None

    return jax.lax.scan(step, start, (emissions, running))[0]
