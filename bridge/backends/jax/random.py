"""Overrides of `bridge.ops.random` for JAX, and the stream of keys that they draw from where none is given."""

from typing import Any

import jax
import jax.numpy as jnp

from bridge.backends.jax.promotion import default_dtype, jax_dtype
from bridge.running import running
from bridge.typing import Array, DType, Shape


class KeyStream:
    """Keys derived from one, in the order of the calls."""

    def __init__(self, key: jax.Array) -> None:
        self._key = key
        self._count = 0

    def next_key(self) -> jax.Array:
        self._count += 1
        return jax.random.fold_in(self._key, self._count)


def draw_uniform(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> jax.Array:
    return jax.random.uniform(_key(key), _sizes(shape), _known(dtype))


def draw_normal(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> jax.Array:
    return jax.random.normal(_key(key), _sizes(shape), _known(dtype))


def draw_truncated_normal(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> jax.Array:
    return jax.random.truncated_normal(_key(key), -2, 2, _sizes(shape), _known(dtype))


def exponential(shape: int | Shape, *, dtype: DType | None = None, key: Any = None) -> jax.Array:
    return jax.random.exponential(_key(key), _sizes(shape), _known(dtype))


def gumbel(shape: int | Shape, *, dtype: DType | None = None, key: Any = None) -> jax.Array:
    return jax.random.gumbel(_key(key), _sizes(shape), _known(dtype))


def draw_gamma(shape: int | Shape, alpha: float | Array, *, dtype: DType | None = None, key: Any = None) -> jax.Array:
    return jax.random.gamma(_key(key), alpha, _sizes(shape), _known(dtype))


def draw_beta(
    shape: int | Shape, alpha: float | Array, beta: float | Array, *, dtype: DType | None = None, key: Any = None
) -> jax.Array:
    return jax.random.beta(_key(key), alpha, beta, _sizes(shape), _known(dtype))


def draw_binomial(
    shape: int | Shape,
    counts: float | Array,
    probabilities: float | Array,
    *,
    dtype: DType | None = None,
    key: Any = None,
) -> jax.Array:
    counts, probabilities = jnp.asarray(counts, _known(dtype)), jnp.asarray(probabilities, _known(dtype))
    return jax.random.binomial(_key(key), counts, probabilities, _sizes(shape), _known(dtype))


def randint(shape: int | Shape, minval: int, maxval: int, *, dtype: DType | None = None, key: Any = None) -> jax.Array:
    if minval >= maxval:
        raise ValueError(f"expected a minval below maxval, got {minval} and {maxval}")
    return jax.random.randint(_key(key), _sizes(shape), minval, maxval, jax_dtype("int64" if dtype is None else dtype))


def categorical(logits: Array, num_samples: int, *, key: Any = None) -> jax.Array:
    drawn = jax.random.categorical(_key(key), logits[..., None, :], shape=(*logits.shape[:-1], num_samples))
    return drawn.astype(jax_dtype("int64"))


def draw_order(count: Any, beside: tuple[Any, ...] = (), *, key: Any = None) -> jax.Array:
    return jax.random.permutation(_key(key), jnp.arange(count, dtype=jax_dtype("int64")))


def _key(key: Any) -> jax.Array:
    if isinstance(key, int):
        return jax.random.key(key)
    if key is not None:
        if not isinstance(key, jax.Array | jax.core.Tracer):
            raise TypeError(f"expected a key of an integer or of jax.random.key, got {type(key).__name__}")
        return key
    if running.random is None:
        raise RuntimeError(
            "a random op on JAX arrays needs a key: pass rng=jax.random.key(0) to stateless_apply or to the apply "
            "of bridge.interop.jax.functionalize, or switch randomness off with training=False or module.eval()"
        )
    return running.random.next_key()


def _sizes(shape: int | Shape) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)


def _known(dtype: DType | None) -> Any:
    return default_dtype() if dtype is None else jax_dtype(dtype)
