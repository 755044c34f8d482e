"""Overrides of `bridge.ops.regularization` for JAX, and the stream of keys that they draw from."""

import jax

from bridge.running import running
from bridge.typing import Array


class KeyStream:
    """Keys derived from one, in the order of the calls."""

    def __init__(self, key: jax.Array) -> None:
        self._key = key
        self._count = 0

    def next_key(self) -> jax.Array:
        self._count += 1
        return jax.random.fold_in(self._key, self._count)


def bernoulli_mask(input: Array, p: float) -> jax.Array:
    if running.random is None:
        raise RuntimeError(
            "a random op on JAX arrays needs a key: pass rng=jax.random.key(0) to stateless_apply or to the apply "
            "of bridge.interop.jax.functionalize, or switch randomness off with training=False or module.eval()"
        )
    return jax.random.bernoulli(running.random.next_key(), p, input.shape)
