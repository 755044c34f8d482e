"""Hugging Face transformers through `convert` in JAX, beside Flax by hand and torchax; and what taking them down costs.

Torchax's release does not go with PyTorch 2.13: it is a contender where its head can be imported.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy
import optax
import torch
from torch.utils._pytree import tree_flatten

from benchmarks import timing
from benchmarks.problems import LEARNING_RATE
from benchmarks.rows import CONTROL, Contest, rows_of, verdict
from benchmarks.tables import Table
from benchmarks.text_models import BATCH, LENGTH, MODELS, TABLES, VOCABULARY, bert
from bridge.interop.capture import capture
from bridge.interop.jax import functionalize

GOALS = {"Flax": 1.05}
if importlib.util.find_spec("torchax"):
    GOALS["torchax"] = 1.0
MOST_SECONDS = 10.0

Hidden = Callable[[Any, jax.Array], tuple[jax.Array, jax.Array]]
"""The hidden states of tokens, and the table that embeds them, from parameters."""


def results(quick: bool) -> list[Contest | Table]:
    """The contest, and the seconds of a capture by the number of blocks."""
    effort = timing.QUICK if quick else timing.FULL
    rows = []
    for name in MODELS:
        for work, contenders in _contests(name).items():
            rows += rows_of(f"{name}, {work}", timing.samples(contenders, effort), GOALS)
    return [Contest("Converted transformers in JAX, jit", rows), _captures()]


def _contests(name: str) -> dict[str, dict[str, Callable[[], object]]]:
    torch.manual_seed(0)
    build, by_hand = MODELS[name]
    tokens = jnp.asarray(numpy.random.default_rng(0).integers(0, VOCABULARY, (BATCH, LENGTH)), jnp.int32)
    apply, params, buffers = functionalize(build())

    def ours(params: Any, tokens: jax.Array) -> tuple[jax.Array, jax.Array]:
        return apply(params, buffers, tokens)[0].last_hidden_state, params[TABLES[name]]

    model = by_hand()
    theirs = model.init(jax.random.key(0), tokens)
    weights: dict[str, tuple[Hidden, Any]] = {"bridge": (ours, params), "Flax": (model.apply, theirs)}
    if "torchax" in GOALS:
        weights["torchax"] = _by_torchax(build(), TABLES[name])
    counts = [sum(leaf.size for leaf in jax.tree.leaves(each)) for _, each in weights.values()]
    assert len(set(counts)) == 1, counts
    forward = {peer: _forward(*each, tokens) for peer, each in weights.items()}
    step = {peer: _step(*each, tokens) for peer, each in weights.items()}
    if name == next(iter(MODELS)):
        step[CONTROL] = _step(model.apply, theirs, tokens)
    return {"forward": forward, "training step": step}


class _States(torch.nn.Module):
    """A model that answers its hidden states alone."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.model(tokens).last_hidden_state


def _by_torchax(model: torch.nn.Module, table: str) -> tuple[Hidden, Any]:
    import torchax

    names = {f"model.{name}" for name, _ in model.named_parameters()}
    held, call = torchax.extract_jax(_States(model))
    params = {name: array for name, array in held.items() if name in names}
    buffers = {name: array for name, array in held.items() if name not in names}
    return lambda params, tokens: (call(params | buffers, (tokens,)), params[f"model.{table}"]), params


def _forward(hidden: Hidden, params: Any, tokens: jax.Array) -> Callable[[], object]:
    compiled = jax.jit(lambda params, tokens: hidden(params, tokens)[0])
    return lambda: jax.block_until_ready(compiled(params, tokens))


def _step(hidden: Hidden, params: Any, tokens: jax.Array) -> Callable[[], object]:
    optimizer = optax.sgd(LEARNING_RATE)

    def loss(params: Any, tokens: jax.Array) -> jax.Array:
        states, table = hidden(params, tokens)
        return optax.softmax_cross_entropy_with_integer_labels(states @ table.T, tokens).mean()

    @jax.jit
    def step(params: Any, moments: Any, tokens: jax.Array) -> Any:
        value, gradients = jax.value_and_grad(loss)(params, tokens)
        updates, moments = optimizer.update(gradients, moments, params)
        return optax.apply_updates(params, updates), moments, value

    held = params, optimizer.init(params)

    def call() -> None:
        nonlocal held
        *held, _ = jax.block_until_ready(step(*held, tokens))

    return call


def _captures() -> Table:
    rows = []
    example = torch.zeros((BATCH, LENGTH), dtype=torch.int64)
    leaves, structure = tree_flatten(((example,), {}))
    capture(bert(1), leaves, structure, (), training=False)  # what only the first costs
    for blocks in (3, 6, 12):
        model = bert(blocks)
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            graph = capture(model, leaves, structure, (), training=False)
            seconds.append(time.perf_counter() - start)
        least = min(seconds)
        rows.append(
            [
                str(blocks),
                f"{least:.2f}",
                f"{least / blocks:.3f}",
                str(len(graph.steps)),
                verdict(least <= MOST_SECONDS),
            ]
        )
    head = ["blocks of BERT", "capture and lowering, s", "s a block", "operations", f"goal: {MOST_SECONDS:.0f} s"]
    return Table("Taking a transformer down", head, rows)
