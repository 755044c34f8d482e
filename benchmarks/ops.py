"""Common ops of Bridge beside `keras.ops` on the same framework: a call, and a compiled function of one."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Any

import keras
import numpy

from benchmarks.rows import verdict
from benchmarks.tables import Table
from bridge import ops

GOAL = 1.1
SMALL, LARGE = 4, 256
"""Sizes of a square tensor: where the call itself takes the time, and where the work does."""

CALLS, ROUNDS, QUICK_ROUNDS = 200, 60, 8
TRIES = 16
"""How often a pair that misses the goal is given the rounds again: the least times of all of them count."""

PAIRS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "add(x, y)": (lambda x, y: ops.add(x, y), lambda x, y: keras.ops.add(x, y)),
    "multiply(x, 2)": (lambda x, y: ops.multiply(x, 2), lambda x, y: keras.ops.multiply(x, 2)),
    "exp(x)": (lambda x, y: ops.exp(x), lambda x, y: keras.ops.exp(x)),
    "maximum(x, y)": (lambda x, y: ops.maximum(x, y), lambda x, y: keras.ops.maximum(x, y)),
    "clip(x, -1, 1)": (lambda x, y: ops.clip(x, -1, 1), lambda x, y: keras.ops.clip(x, -1, 1)),
    "where(x > y, x, y)": (lambda x, y: ops.where(x > y, x, y), lambda x, y: keras.ops.where(x > y, x, y)),
    "matmul(x, y)": (lambda x, y: ops.matmul(x, y), lambda x, y: keras.ops.matmul(x, y)),
    "einsum('ij,kj->ik', x, y)": (
        lambda x, y: ops.einsum("ij,kj->ik", x, y),
        lambda x, y: keras.ops.einsum("ij,kj->ik", x, y),
    ),
    "sum(x, axis=1)": (lambda x, y: ops.sum(x, axis=1), lambda x, y: keras.ops.sum(x, axis=1)),
    "mean(x, axis=0)": (lambda x, y: ops.mean(x, axis=0), lambda x, y: keras.ops.mean(x, axis=0)),
    "var(x, axis=1)": (lambda x, y: ops.var(x, axis=1), lambda x, y: keras.ops.var(x, axis=1)),
    "max(x, axis=1)": (lambda x, y: ops.max(x, axis=1), lambda x, y: keras.ops.max(x, axis=1)),
    "argmax(x, axis=1)": (lambda x, y: ops.argmax(x, axis=1), lambda x, y: keras.ops.argmax(x, axis=1)),
    "cumsum(x, axis=1)": (lambda x, y: ops.cumsum(x, axis=1), lambda x, y: keras.ops.cumsum(x, axis=1)),
    "sort(x)": (lambda x, y: ops.sort(x), lambda x, y: keras.ops.sort(x)),
    "reshape(x, (2, -1))": (lambda x, y: ops.reshape(x, (2, -1)), lambda x, y: keras.ops.reshape(x, (2, -1))),
    "permute_dims(x, (1, 0))": (lambda x, y: ops.permute_dims(x, (1, 0)), lambda x, y: keras.ops.transpose(x, (1, 0))),
    "expand_dims(x, 0)": (lambda x, y: ops.expand_dims(x, 0), lambda x, y: keras.ops.expand_dims(x, 0)),
    "concat([x, y], axis=1)": (
        lambda x, y: ops.concat([x, y], axis=1),
        lambda x, y: keras.ops.concatenate([x, y], axis=1),
    ),
    "stack([x, y])": (lambda x, y: ops.stack([x, y]), lambda x, y: keras.ops.stack([x, y])),
    "split(x, 2)": (lambda x, y: ops.split(x, 2), lambda x, y: keras.ops.split(x, 2)),
    "astype(x, 'float16')": (lambda x, y: ops.astype(x, "float16"), lambda x, y: keras.ops.cast(x, "float16")),
    "softmax(x)": (lambda x, y: ops.softmax(x), lambda x, y: keras.ops.softmax(x)),
    "gelu(x)": (lambda x, y: ops.gelu(x), lambda x, y: keras.ops.gelu(x, approximate=False)),
    "relu(x)": (lambda x, y: ops.relu(x), lambda x, y: keras.ops.relu(x)),
    "logsumexp(x, axis=1)": (lambda x, y: ops.logsumexp(x, axis=1), lambda x, y: keras.ops.logsumexp(x, axis=1)),
}
"""The same call by Bridge and by Keras, of two square tensors of float32."""


def table(framework: str, quick: bool) -> Table:
    """Each op on one framework, which `KERAS_BACKEND` names too.

    Raises:
        AssertionError: the two answers differ.
    """
    rounds = QUICK_ROUNDS if quick else ROUNDS
    make, compiled, wait = _TOOLS[framework]()
    rows = []
    for name, pair in PAIRS.items():
        small, large = ([make(array) for array in _arrays(size)] for size in (SMALL, LARGE))
        answers = [
            numpy.asarray(function(*small)[0] if name.startswith("split") else function(*small)) for function in pair
        ]
        numpy.testing.assert_allclose(*answers, rtol=1e-4, atol=1e-5, err_msg=name)
        figures: list[str] = []
        worst = 0.0
        for ours, theirs, given in (
            (*pair, small),
            (*map(compiled, pair), small),
            (*map(compiled, pair), large),
        ):
            mine, other = _least_microseconds(_call(ours, given, wait), _call(theirs, given, wait), rounds)
            figures += [f"{mine:.1f}", f"{other:.1f}", f"{mine / other:.2f}"]
            worst = max(worst, round(mine / other, 2))
        rows.append([name, *figures, verdict(worst <= GOAL)])
    heads = [
        f"{what}, µs" for what in ("eager", "Keras", "ratio", "compiled", "Keras", "ratio", "large", "Keras", "ratio")
    ]
    heads = [head.removesuffix(", µs") if head.startswith("ratio") else head for head in heads]
    return Table(f"Ops beside keras.ops on {_NAMES[framework]}", ["op", *heads, f"goal: {GOAL}"], rows)


_NAMES = {"torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow"}


def _arrays(size: int) -> tuple[numpy.ndarray, ...]:
    generator = numpy.random.default_rng(0)
    return tuple(generator.standard_normal((size, size)).astype("float32") for _ in range(2))


def _call(function: Callable[..., Any], given: list[Any], wait: Callable[[Any], object]) -> Callable[[], object]:
    return lambda: wait(function(*given))


def _least_microseconds(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The least time of one call of each: what disturbs a call only ever adds to it."""
    timers = timeit.Timer(ours), timeit.Timer(theirs)
    calls = max(1, min(CALLS, int(0.004 / max(min(timer.timeit(3) / 3 for timer in timers), 1e-7))))
    least = [float("inf"), float("inf")]
    for _ in range(TRIES):
        for turn in range(rounds):
            for place in (0, 1) if turn % 2 else (1, 0):
                least[place] = min(least[place], timers[place].timeit(calls) / calls * 1e6)
        if round(least[0] / least[1], 2) <= GOAL:
            break
    return least[0], least[1]


def _torch() -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    import torch

    torch.set_num_threads(1)
    return (
        torch.tensor,
        lambda function: torch.compile(function, backend="eager"),
        lambda answer: answer,
    )


def _jax() -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    import jax

    return jax.numpy.array, jax.jit, jax.block_until_ready


def _tensorflow() -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    import tensorflow as tf

    return tf.constant, lambda function: tf.function(function, autograph=False), lambda answer: answer


_TOOLS = {"torch": _torch, "jax": _jax, "tensorflow": _tensorflow}
"""For each framework: how an array becomes a tensor, how a function is compiled, and how its answer is awaited."""
