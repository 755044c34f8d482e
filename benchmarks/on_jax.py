"""Contenders in JAX under `jit`: Bridge by `functionalize`, Flax by hand, Keras 3 with `KERAS_BACKEND=jax`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax

import bridge
from benchmarks import models, models_flax, models_keras
from benchmarks.problems import LEARNING_RATE, batch
from bridge.interop.jax import functionalize

TITLE = "JAX, jit"
GOALS = {"Flax": 1.05, "Keras 3": 1.0}

Arrays = Any
Forward = Callable[[Arrays, Arrays, jax.Array], jax.Array]
Loss = Callable[[Arrays, Arrays, jax.Array, jax.Array], tuple[jax.Array, Arrays]]
Contender = tuple[Forward, Loss, Arrays, Arrays]
"""Its forward, its loss with the new state, its weights, and the state that no gradient goes to."""


def contests(problem: str) -> dict[str, dict[str, Callable[[], object]]]:
    """For each kind of work, one call of each contender.

    Raises:
        AssertionError: the contenders differ in the number of weights.
    """
    first, last = (jnp.asarray(batch(problem, channels_last)[0]) for channels_last in (False, True))
    labels = jnp.asarray(batch(problem)[1], jnp.int32)
    contenders = {"bridge": _bridge(problem), "Flax": _flax(problem, last), "Keras 3": _keras(problem)}
    counts = [sum(leaf.size for leaf in jax.tree.leaves(weights)) for _, _, weights, _ in contenders.values()]
    assert len(set(counts)) == 1, counts
    seen = {"bridge": first, "Flax": last, "Keras 3": last}
    return {
        "forward": {name: _forward(each, seen[name]) for name, each in contenders.items()},
        "training step": {name: _step(each, seen[name], labels) for name, each in contenders.items()},
    }


def _forward(contender: Contender, inputs: jax.Array) -> Callable[[], object]:
    forward, _, weights, state = contender
    compiled = jax.jit(forward)
    return lambda: jax.block_until_ready(compiled(weights, state, inputs))


def _step(contender: Contender, inputs: jax.Array, labels: jax.Array) -> Callable[[], object]:
    _, loss, weights, state = contender
    optimizer = optax.sgd(LEARNING_RATE)

    @jax.jit
    def step(weights: Arrays, state: Arrays, moments: Arrays, inputs: jax.Array, labels: jax.Array) -> Arrays:
        (value, state), gradients = jax.value_and_grad(loss, has_aux=True)(weights, state, inputs, labels)
        updates, moments = optimizer.update(gradients, moments, weights)
        return optax.apply_updates(weights, updates), state, moments, value

    held = weights, state, optimizer.init(weights)

    def call() -> None:
        nonlocal held
        *held, _ = jax.block_until_ready(step(*held, inputs, labels))

    return call


def _bridge(problem: str) -> Contender:
    model = models.build(problem, bridge.layers, bridge.ops)
    apply, params, buffers = functionalize(model)
    frozen = {name: params.pop(name) for name, tensor in model.named_parameters() if not tensor.requires_grad}
    key = jax.random.key(0)

    def forward(params: Arrays, buffers: Arrays, inputs: jax.Array) -> jax.Array:
        return apply(params | frozen, buffers, inputs)[0]

    def loss(params: Arrays, buffers: Arrays, inputs: jax.Array, labels: jax.Array) -> tuple[jax.Array, Arrays]:
        logits, buffers = apply(params | frozen, buffers, inputs, rng=key, training=True)
        return bridge.ops.cross_entropy(logits, labels), buffers

    return forward, loss, params, buffers


def _flax(problem: str, inputs: jax.Array) -> Contender:
    model = models_flax.MODELS[problem]()
    variables = dict(model.init(jax.random.key(0), inputs, training=False))
    params, key = variables.pop("params"), jax.random.key(0)

    def forward(params: Arrays, state: Arrays, inputs: jax.Array) -> jax.Array:
        return model.apply({"params": params, **state}, inputs, training=False)

    def loss(params: Arrays, state: Arrays, inputs: jax.Array, labels: jax.Array) -> tuple[jax.Array, Arrays]:
        logits, state = model.apply(
            {"params": params, **state}, inputs, training=True, rngs={"dropout": key}, mutable=list(state)
        )
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean(), state

    return forward, loss, params, variables


def _keras(problem: str) -> Contender:
    model, criterion = models_keras.build(problem), models_keras.loss()

    def forward(weights: Arrays, state: Arrays, inputs: jax.Array) -> jax.Array:
        return model.stateless_call(weights, state, inputs, training=False)[0]

    def loss(weights: Arrays, state: Arrays, inputs: jax.Array, labels: jax.Array) -> tuple[jax.Array, Arrays]:
        logits, state = model.stateless_call(weights, state, inputs, training=True)
        return criterion(labels, logits), state

    weights, state = ([v.value for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables))
    return forward, loss, weights, state
