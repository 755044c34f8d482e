"""Proves that a module functionalised for JAX computes, differentiates and trains as `torch.nn` does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy
import optax
import pytest
import torch
import torch.nn.functional as F

import bridge
from bridge import layers as nn
from bridge.interop import jax as bridge_jax
from tests.helpers import assert_close, to_framework
from tests.interop.compare import assert_gradients_close, assert_named_close, assert_untouched, snapshot
from tests.interop.models import MODELS, cnn

EACH_MODEL = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def loss_of(logits: jax.Array, labels: jax.Array) -> jax.Array:
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


@EACH_MODEL
@pytest.mark.parametrize(("training", "compiled"), [(False, True), (True, True), (True, False)])
def test_outputs_and_buffers_are_torchs(model: Any, training: bool, compiled: bool) -> None:
    reference, tested = model.pair()
    apply, params, buffers = bridge_jax.functionalize(tested)
    function = jax.jit(apply, static_argnames="training") if compiled else apply
    output, new_buffers = function(params, buffers, to_framework(model.inputs(), "jax"), training=training)
    assert_close(output, reference.train(training)(model.inputs()), 1e-5)
    assert isinstance(output, jax.Array)
    assert_named_close(new_buffers, dict(reference.named_buffers()), 1e-5)


@EACH_MODEL
def test_gradients_are_torchs(model: Any) -> None:
    reference, tested = model.pair()
    apply, params, buffers = bridge_jax.functionalize(tested)
    x, y = to_framework((model.inputs(), model.labels()), "jax")

    def loss(params: Any) -> jax.Array:
        return loss_of(apply(params, buffers, x, training=True)[0], y)

    gradients = jax.jit(jax.grad(loss))(params)
    F.cross_entropy(reference.train()(model.inputs()), model.labels()).backward()
    assert_gradients_close(gradients, reference)


@EACH_MODEL
def test_vmap_over_batches(model: Any) -> None:
    reference, tested = model.pair()
    apply, params, buffers = bridge_jax.functionalize(tested)
    batches = [model.inputs(4, seed) for seed in range(3)]
    stacked = to_framework(torch.stack(batches), "jax")
    outputs = jax.jit(jax.vmap(lambda x: apply(params, buffers, x)[0]))(stacked)
    assert_close(outputs, torch.stack([reference.eval()(batch) for batch in batches]), 1e-5)


@EACH_MODEL
def test_vmap_over_models(model: Any) -> None:
    pairs = [model.pair() for _ in range(3)]
    taken = [bridge_jax.functionalize(tested) for _, tested in pairs]
    params, buffers = jax.tree.map(
        lambda *arrays: jnp.stack(arrays), *[(params, buffers) for _, params, buffers in taken]
    )
    x = to_framework(model.inputs(), "jax")
    outputs = jax.jit(jax.vmap(lambda params, buffers: taken[0][0](params, buffers, x)[0]))(params, buffers)
    assert_close(outputs, torch.stack([reference.eval()(model.inputs()) for reference, _ in pairs]), 1e-5)


@pytest.mark.parametrize("name", ["mlp", "transformer"])
def test_gradients_per_example(name: str) -> None:
    model = MODELS[name]
    reference, tested = model.pair()
    apply, params, buffers = bridge_jax.functionalize(tested)

    def loss(params: Any, x: jax.Array, y: jax.Array) -> jax.Array:
        return loss_of(apply(params, buffers, x[None])[0], y[None])

    x, y = to_framework((model.inputs(), model.labels()), "jax")
    gradients = jax.jit(jax.vmap(jax.grad(loss), (None, 0, 0)))(params, x, y)
    for place in range(4):
        reference.zero_grad()
        F.cross_entropy(reference(model.inputs()[place, None]), model.labels()[place, None]).backward()
        assert_gradients_close({name: value[place] for name, value in gradients.items()}, reference)


def test_batch_norm_statistics_after_ten_steps() -> None:
    """In a `lax.scan`, which refuses a carry whose types change."""
    model = MODELS["cnn"]
    reference, tested = model.pair()
    batches = [3 * model.inputs(4, seed) + 1 for seed in range(10)]
    apply, params, buffers = bridge_jax.functionalize(tested)

    @jax.jit
    def run(buffers: Any, xs: jax.Array) -> Any:
        return jax.lax.scan(lambda buffers, x: (apply(params, buffers, x, training=True)[1], None), buffers, xs)[0]

    statistics = run(buffers, to_framework(torch.stack(batches), "jax"))
    for batch in batches:
        reference.train()(batch)
    assert_named_close(statistics, dict(reference.named_buffers()), 1e-5)
    assert int(statistics["1.num_batches_tracked"]) == 10
    assert float(abs(statistics["1.running_mean"] - buffers["1.running_mean"]).max()) > 0.1


@pytest.mark.parametrize(("name", "momentum"), [("mlp", None), ("cnn", 0.9), ("transformer", 0.9), ("lstm", None)])
def test_optax_follows_torch_optim(name: str, momentum: float | None) -> None:
    model = MODELS[name]
    reference, tested = model.pair()
    apply, params, buffers = bridge_jax.functionalize(tested)
    optimizer = optax.sgd(0.05, momentum)
    traces = []

    @jax.jit
    def step(params: Any, buffers: Any, state: Any, x: jax.Array, y: jax.Array) -> Any:
        traces.append(None)

        def loss(params: Any) -> Any:
            output, new_buffers = apply(params, buffers, x, training=True)
            return loss_of(output, y), new_buffers

        (value, new_buffers), gradients = jax.value_and_grad(loss, has_aux=True)(params)
        updates, state = optimizer.update(gradients, state)
        return optax.apply_updates(params, updates), new_buffers, state, value

    state, start = optimizer.init(params), params
    torch_optimizer = torch.optim.SGD(reference.parameters(), 0.05, momentum or 0.0)
    for seed in range(20):
        x, y = model.inputs(8, seed % 4), model.labels(8, seed % 4)
        params, buffers, state, value = step(params, buffers, state, *to_framework((x, y), "jax"))
        torch_optimizer.zero_grad()
        torch_value = F.cross_entropy(reference.train()(x), y)
        torch_value.backward()
        torch_optimizer.step()
        assert abs(float(value) - torch_value.item()) < 1e-4
    assert_named_close(params, dict(reference.named_parameters()), 1e-4)
    assert_named_close(buffers, dict(reference.named_buffers()), 1e-4)
    assert max(float(abs(params[name] - start[name]).max()) for name in params) > 0.01, "nothing was trained"
    assert len(traces) == 1, "what a step returns has other types than what it took"


class Dropouts(nn.Module):
    """What is left of ones after each of two dropouts, of which neither sees the other's zeros."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Dropout(0.3), nn.Dropout(0.3)

    def forward(self, x: Any) -> Any:
        return self.first(x), self.second(x)


def test_dropout_follows_the_key() -> None:
    apply, params, buffers = bridge_jax.functionalize(Dropouts())
    ones = jnp.ones((100, 100))

    @jax.jit
    def run(key: jax.Array) -> Any:
        return apply(params, buffers, ones, rng=key, training=True)[0]

    first, second = run(jax.random.key(0))
    again, _ = run(jax.random.key(0))
    other, _ = run(jax.random.key(1))
    eager = apply(params, buffers, ones, rng=jax.random.key(0), training=True)[0]
    assert (first == again).all()
    assert (first == eager[0]).all()
    for different in (second, other):
        assert 0.35 < float((first != different).mean()) < 0.49  # 2 * 0.3 * 0.7 where they are independent
    for mask in (first, second, other):
        assert abs(float((mask == 0).mean()) - 0.3) < 0.03
        numpy.testing.assert_allclose(mask[mask != 0], 1 / 0.7, rtol=1e-6)


def test_dropout_rests_outside_training_and_under_vmap_follows_each_key() -> None:
    apply, params, buffers = bridge_jax.functionalize(Dropouts())
    ones = jnp.ones((50, 50))
    assert (apply(params, buffers, ones, rng=jax.random.key(0))[0][0] == 1).all()
    keys = jax.random.split(jax.random.key(0), 2)
    masks = jax.vmap(lambda key: apply(params, buffers, ones, rng=key, training=True)[0][0])(keys)
    assert 0.3 < float((masks[0] != masks[1]).mean()) < 0.54


def test_dropout_without_a_key_is_refused() -> None:
    apply, params, buffers = bridge_jax.functionalize(cnn(nn, dropout=0.5))
    with pytest.raises(RuntimeError, match=r"a random op on JAX arrays needs a key: pass rng=jax\.random\.key\(0\)"):
        apply(params, buffers, to_framework(MODELS["cnn"].inputs(), "jax"), training=True)


def test_the_module_is_untouched() -> None:
    tested = cnn(nn, dropout=0.5).train()
    tested[0].eval()
    before = snapshot(tested)
    apply, params, buffers = bridge_jax.functionalize(tested)
    x = to_framework(MODELS["cnn"].inputs(), "jax")
    jax.grad(lambda params: apply(params, buffers, x, rng=jax.random.key(0), training=True)[0].sum())(params)
    with pytest.raises(bridge.InputShapeError):
        apply(params, buffers, x[0, 0])
    assert_untouched(tested, before)


class Tied(torch.nn.Module):
    """A model whose output layer is its embedding."""

    def __init__(self, layers: Any) -> None:
        super().__init__()
        self.embedding = layers.Embedding(7, 4)
        self.head = layers.Linear(4, 7, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, ids: Any) -> Any:
        return self.head(self.embedding(ids))


def test_tied_parameters_stay_tied() -> None:
    reference, tested = Tied(torch.nn), Tied(nn)
    tested.load_state_dict(reference.state_dict())
    apply, params, buffers = bridge_jax.functionalize(tested)
    assert list(params) == ["embedding.weight"]
    ids = torch.tensor([[1, 2], [3, 1]])
    gradients = jax.jit(jax.grad(lambda params: (apply(params, buffers, jnp.asarray(ids.numpy()))[0] ** 2).sum()))(
        params
    )
    (reference(ids) ** 2).sum().backward()
    assert_gradients_close(gradients, reference)
    bridge_jax.load(tested, {"embedding.weight": params["embedding.weight"] + 1})
    assert tested.head.weight is tested.embedding.weight
    assert_close(tested.head.weight, reference.embedding.weight + 1)


def test_an_unbuilt_layer_is_refused() -> None:
    class Scale(nn.Module):
        def build(self, shape: tuple[int, ...]) -> None:
            self.add_weight("scale", shape[-1:], init=2.0)

        def forward(self, x: Any) -> Any:
            return x * self.scale

    model = nn.Sequential(nn.Linear(3, 2), Scale())
    with pytest.raises(
        ValueError, match="functionalize expected a Sequential whose weights exist.*wait to be built: 1$"
    ):
        bridge_jax.functionalize(model)
    model(torch.ones(1, 3))
    apply, params, buffers = bridge_jax.functionalize(model)
    assert_close(apply(params, buffers, jnp.ones((1, 3)))[0], model(torch.ones(1, 3)))


def test_wrong_parameters_are_all_listed() -> None:
    apply, params, _ = bridge_jax.functionalize(cnn(nn))
    wrong = {name: value for name, value in params.items() if name != "0.weight"} | {
        "extra": params["0.bias"],
        "9.bias": jnp.zeros(5),
    }
    with pytest.raises(ValueError, match="Sequential cannot take these parameters and buffers") as caught:
        apply(wrong, {}, to_framework(MODELS["cnn"].inputs(), "jax"))
    for fault in (
        "unexpected parameter 'extra'",
        "missing parameter '0.weight' of shape (4, 1, 3, 3)",
        "parameter '9.bias' expected shape (3,), got (5,)",
        "missing buffer '1.running_mean' of shape (4,)",
    ):
        assert fault in str(caught.value)


SHARDED = """
import jax, numpy, torch
from bridge.interop import jax as bridge_jax
from tests.helpers import to_framework
from tests.interop.compare import assert_gradients_close, assert_named_close
from tests.interop.models import MODELS
from tests.interop.test_jax_functionalize import loss_of

model = MODELS["cnn"]
reference, tested = model.pair()
apply, params, buffers = bridge_jax.functionalize(tested)
mesh = jax.sharding.Mesh(numpy.array(jax.devices()), ("data",))
everywhere = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())
by_example = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("data"))
params, buffers = jax.device_put((params, buffers), everywhere)
x, y = jax.device_put(to_framework((model.inputs(), model.labels()), "jax"), by_example)

def loss(params, buffers, x, y):
    logits, buffers = apply(params, buffers, x, training=True)
    return loss_of(logits, y), (logits, buffers)

gradients, (logits, buffers) = jax.jit(jax.grad(loss, has_aux=True))(params, buffers, x, y)
expected = reference.train()(model.inputs())
torch.nn.functional.cross_entropy(expected, model.labels()).backward()
assert_gradients_close(gradients, reference)
assert_named_close(buffers, dict(reference.named_buffers()), 1e-5)
print(len(logits.sharding.device_set), logits.sharding.is_equivalent_to(by_example, 2))
"""


def test_sharded_over_two_devices() -> None:
    """In a process of its own, where JAX takes the processor for two."""
    done = subprocess.run(
        [sys.executable, "-c", SHARDED],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "True"]
