"""Second life: the same model in a training loop of JAX and optax."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy
import optax
import torch

from bridge import ops
from bridge.interop import jax as bridge_jax

Batches = list[tuple[numpy.ndarray, numpy.ndarray]]


def train(
    model: torch.nn.Module, batches: Batches, optimizer: optax.GradientTransformation
) -> tuple[list[float], dict[str, jax.Array], dict[str, jax.Array]]:
    """Trains copies of the model's weights; returns the loss of every step, the parameters and the buffers."""
    apply, params, buffers = bridge_jax.functionalize(model)

    @jax.jit
    def step(params: Any, buffers: Any, state: Any, images: jax.Array, labels: jax.Array, rng: jax.Array) -> Any:
        def loss_of(params: Any) -> tuple[jax.Array, Any]:
            logits, new_buffers = apply(params, buffers, images, rng=rng, training=True)
            return ops.cross_entropy(logits, labels), new_buffers

        (loss, new_buffers), gradients = jax.value_and_grad(loss_of, has_aux=True)(params)
        updates, state = optimizer.update(gradients, state, params)
        return optax.apply_updates(params, updates), new_buffers, state, loss

    state = optimizer.init(params)
    keys = jax.random.split(jax.random.key(0), len(batches))
    losses = []
    for key, (images, labels) in zip(keys, batches, strict=True):
        params, buffers, state, loss = step(params, buffers, state, jnp.asarray(images), jnp.asarray(labels), key)
        losses.append(loss)
    return [float(loss) for loss in losses], params, buffers


def logits(model: torch.nn.Module, params: Any, buffers: Any, images: numpy.ndarray) -> numpy.ndarray:
    """What the model answers in eval mode with these weights."""
    apply, _, _ = bridge_jax.functionalize(model)
    return numpy.asarray(jax.jit(apply)(params, buffers, jnp.asarray(images))[0])
