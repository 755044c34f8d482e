"""Overrides of `bridge.ops.random` for TensorFlow, and the stream of seeds that they draw from where none is given."""

from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.promotion import as_dtype, default_dtype, tf_dtype
from bridge.ops.manipulation import shape as sizes_of
from bridge.running import running
from bridge.typing import Array, DType, Shape


class SeedStream:
    """Seeds for TensorFlow's stateless random operations, derived from one in the order of the calls."""

    def __init__(self, seed: tf.Tensor) -> None:
        self._seed = seed
        self._count = 0

    def next_key(self) -> tf.Tensor:
        self._count += 1
        return tf.random.experimental.stateless_fold_in(self._seed, self._count)


def draw_uniform(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> tf.Tensor:
    return tf.random.stateless_uniform(_sizes(shape), _seed(key), dtype=_known(dtype))


def draw_normal(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> tf.Tensor:
    return tf.random.stateless_normal(_sizes(shape), _seed(key), dtype=_known(dtype))


def draw_truncated_normal(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> tf.Tensor:
    return tf.random.stateless_truncated_normal(_sizes(shape), _seed(key), dtype=_known(dtype))


def exponential(shape: int | Shape, *, dtype: DType | None = None, key: Any = None) -> tf.Tensor:
    return -tf.math.log1p(-draw_uniform(shape, dtype=dtype, key=key))


def gumbel(shape: int | Shape, *, dtype: DType | None = None, key: Any = None) -> tf.Tensor:
    computed = _computed(dtype)
    smallest = computed.as_numpy_dtype(1e-30)  # 0 has no logarithm
    uniform = tf.random.stateless_uniform(_sizes(shape), _seed(key), smallest, 1, computed)
    noise = -tf.math.log(-tf.math.log(uniform))
    return tf.cast(noise, _known(dtype))


def draw_gamma(shape: int | Shape, alpha: float | Array, *, dtype: DType | None = None, key: Any = None) -> tf.Tensor:
    alpha = tf.broadcast_to(as_dtype(alpha, _computed(dtype)), _sizes(shape))
    return tf.cast(tf.random.stateless_gamma(tf.shape(alpha), _seed(key), alpha, dtype=alpha.dtype), _known(dtype))


def draw_beta(
    shape: int | Shape, alpha: float | Array, beta: float | Array, *, dtype: DType | None = None, key: Any = None
) -> tf.Tensor:
    keys = tf.unstack(tf.random.experimental.stateless_split(_seed(key), 2))
    first, second = (
        draw_gamma(shape, parameter, dtype=_computed(dtype), key=key)
        for parameter, key in zip((alpha, beta), keys, strict=True)
    )
    return tf.cast(first / (first + second), _known(dtype))


def draw_binomial(
    shape: int | Shape,
    counts: float | Array,
    probabilities: float | Array,
    *,
    dtype: DType | None = None,
    key: Any = None,
) -> tf.Tensor:
    counts, probabilities = as_dtype(counts, _computed(dtype)), as_dtype(probabilities, _computed(dtype))
    drawn = tf.random.stateless_binomial(_sizes(shape), _seed(key), counts, probabilities, _computed(dtype))
    return tf.cast(drawn, _known(dtype))


def randint(shape: int | Shape, minval: int, maxval: int, *, dtype: DType | None = None, key: Any = None) -> tf.Tensor:
    drawn = tf.random.stateless_uniform(_sizes(shape), _seed(key), minval, maxval, tf.int64)
    return drawn if dtype is None else tf.cast(drawn, tf_dtype(dtype))


def categorical(logits: Array, num_samples: int, *, key: Any = None) -> tf.Tensor:
    *batch, classes = sizes_of(logits)
    rows = tf.reshape(logits, (-1, classes))
    drawn = tf.random.stateless_categorical(rows, num_samples, _seed(key))
    return tf.reshape(drawn, (*batch, num_samples))


def draw_order(count: Any, beside: tuple[Any, ...] = (), *, key: Any = None) -> tf.Tensor:
    return tf.random.experimental.stateless_shuffle(tf.range(tf.cast(count, tf.int64)), _seed(key))


def _seed(key: Any) -> tf.Tensor:
    if isinstance(key, int):
        return tf.constant([key, 0], tf.int64)
    if key is not None:
        if not tf.is_tensor(key):
            raise TypeError(f"expected a key of an integer or a tensor of two integers, got {type(key).__name__}")
        return key
    if running.random is None:
        raise RuntimeError(
            "a random op on TensorFlow tensors needs a seed: pass rng=tf.constant([1, 2]) to stateless_apply, or "
            "switch randomness off with training=False or module.eval()"
        )
    return running.random.next_key()


def _sizes(shape: int | Shape) -> list[Any]:
    return list(shape) if isinstance(shape, tuple | list) else [shape]


def _known(dtype: DType | None) -> tf.DType:
    return default_dtype() if dtype is None else tf_dtype(dtype)


def _computed(dtype: DType | None) -> tf.DType:
    """What to compute in: single precision at least."""
    return _known(dtype) if _known(dtype).size >= 4 else tf.float32
