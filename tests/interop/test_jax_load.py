"""Proves that what JAX has trained goes back into the module, whole or not at all."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import optax
import pytest
import torch

from bridge import layers as nn
from bridge.interop import jax as bridge_jax
from tests.helpers import assert_close, to_framework
from tests.interop.compare import assert_named_close, assert_untouched, snapshot
from tests.interop.models import MODELS, cnn


def test_round_trip_after_training() -> None:
    model = MODELS["cnn"]
    _, tested = model.pair()
    apply, params, buffers = bridge_jax.functionalize(tested)
    optimizer = optax.sgd(0.1)

    @jax.jit
    def step(params, buffers, state, x):
        def loss(params):
            output, new_buffers = apply(params, buffers, x, training=True)
            return (output**2).mean(), new_buffers

        gradients, new_buffers = jax.grad(loss, has_aux=True)(params)
        updates, state = optimizer.update(gradients, state)
        return optax.apply_updates(params, updates), new_buffers, state

    state = optimizer.init(params)
    for seed in range(3):
        params, buffers, state = step(params, buffers, state, to_framework(model.inputs(4, seed), "jax"))
    parameter, before = tested[0].weight, tested[0].weight.detach().clone()
    optimizer_of_torch = torch.optim.Adam(tested.parameters())
    bridge_jax.load(tested, params, buffers)
    assert tested[0].weight is parameter, "an optimizer would lose hold of it"
    assert optimizer_of_torch.param_groups[0]["params"][0] is parameter
    assert parameter.requires_grad
    assert not torch.equal(parameter, before)
    assert_named_close(params, dict(tested.named_parameters()), 0)
    assert_named_close(buffers, dict(tested.named_buffers()), 0)
    assert tested[1].num_batches_tracked.dtype == torch.int64
    x = model.inputs()
    fresh = cnn(torch.nn)
    fresh.load_state_dict(tested.state_dict())
    assert_close(apply(params, buffers, to_framework(x, "jax"))[0], fresh.eval()(x), 1e-5)


def test_parameters_alone_leave_the_buffers() -> None:
    tested = cnn(nn)
    tested(MODELS["cnn"].inputs())
    _, params, _ = bridge_jax.functionalize(tested)
    statistics = tested[1].running_mean.clone()
    bridge_jax.load(tested, jax.tree.map(jnp.zeros_like, params))
    assert torch.equal(tested[1].running_mean, statistics)
    assert not any(parameter.any() for parameter in tested.parameters())


def test_what_is_loaded_is_a_copy() -> None:
    tested = nn.Linear(3, 2)
    _, params, _ = bridge_jax.functionalize(tested)
    bridge_jax.load(tested, params)
    with torch.no_grad():
        tested.weight.add_(1)
    assert_close(params["weight"] + 1, tested.weight)


def test_all_faults_are_listed_and_nothing_is_written() -> None:
    tested = cnn(nn)
    _, params, buffers = bridge_jax.functionalize(tested)
    before = snapshot(tested)
    params = {name: value + 1 for name, value in params.items()}
    params["surplus"] = params.pop("0.bias")
    params["9.weight"] = params["9.weight"].T
    buffers["1.running_mean"] = jnp.zeros(5)
    del buffers["4.running_var"]
    with pytest.raises(ValueError, match="Sequential cannot take these parameters and buffers") as caught:
        bridge_jax.load(tested, params, buffers)
    assert str(caught.value).splitlines()[1:] == [
        "  unexpected parameter 'surplus'",
        "  missing parameter '0.bias' of shape (4,)",
        "  parameter '9.weight' expected shape (3, 8), got (8, 3)",
        "  buffer '1.running_mean' expected shape (4,), got (5,)",
        "  missing buffer '4.running_var' of shape (8,)",
        "Give them the names and shapes of its state_dict; nothing was changed.",
    ]
    assert_untouched(tested, before)
