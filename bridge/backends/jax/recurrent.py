"""Overrides of `bridge.ops.recurrent` for JAX."""

from typing import Any

import jax

from bridge.ops.recurrent import States, Step, guarded


def _recurrence(
    step: Step, states: States, rows: jax.Array, lasting: jax.Array | None, reverse: bool
) -> tuple[jax.Array, States]:
    def body(states: States, inputs: tuple[Any, Any]) -> tuple[States, Any]:
        return guarded(step, states, *inputs)

    states, outputs = jax.lax.scan(body, states, (rows, lasting), reverse=reverse)
    return outputs, states
