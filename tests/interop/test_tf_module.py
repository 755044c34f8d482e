"""Proves that a module made a `tf.Module` computes, trains, saves and serves as TensorFlow users expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F

from bridge import layers as nn
from bridge.interop import tf as bridge_tf
from tests.helpers import assert_close, to_framework
from tests.interop.compare import assert_gradients_close, assert_named_close, assert_untouched, snapshot
from tests.interop.models import MODELS, Model, cnn

EACH_MODEL = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def signature_of(model: Model) -> list[tf.TensorSpec]:
    return [tf.TensorSpec((None, *model.shape), "float32" if model.dtype == torch.float32 else "int64")]


def test_it_is_a_tf_module_with_nested_names() -> None:
    module = bridge_tf.as_module(nn.ModuleDict({"block": nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))}), "Net")
    assert isinstance(module, tf.Module)
    assert all(isinstance(child, tf.Module) for child in (module.block, getattr(module.block, "0")))
    assert [variable.name for variable in module.variables] == [
        "Net/block/_0/bias:0",
        "Net/block/_0/weight:0",
        "Net/block/_1/bias:0",
        "Net/block/_1/num_batches_tracked:0",
        "Net/block/_1/running_mean:0",
        "Net/block/_1/running_var:0",
        "Net/block/_1/weight:0",
    ]
    assert [variable.name for variable in module.trainable_variables] == [
        f"Net/block/_{child}/{name}:0" for child in (0, 1) for name in ("bias", "weight")
    ]
    assert list(module.parameters) == ["block.0.weight", "block.0.bias", "block.1.weight", "block.1.bias"]
    assert module.parameters["block.0.weight"] is getattr(module.block, "0").weight
    assert {child.name for child in module.submodules} == {"block", "_0", "_1"}


def test_frozen_parameters_and_buffers_are_not_trainable() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    model[0].requires_grad_(False)
    module = bridge_tf.as_module(model)
    assert [variable.trainable for variable in module.parameters.values()] == [False, False, True, True]
    assert not any(variable.trainable for variable in module.buffers.values())
    assert len(module.trainable_variables) == 2
    assert len(module.variables) == 7
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(module(tf.ones((4, 3)), training=True) ** 2)
    assert tape.gradient(loss, module.parameters["0.weight"]) is None


@EACH_MODEL
def test_outputs_are_torchs_eager_and_at_dynamic_batches_of_one_trace(model: Model) -> None:
    reference, tested = model.pair()
    module = bridge_tf.as_module(tested)
    function = tf.function(module, input_signature=signature_of(model))
    for batch in (2, 5, 1):
        x = model.inputs(batch)
        expected = reference.eval()(x)
        assert_close(function(to_framework(x, "tensorflow")), expected, 1e-5)
    assert function.experimental_get_tracing_count() == 1
    assert_close(module(to_framework(x, "tensorflow")), expected, 1e-5)


@EACH_MODEL
def test_gradients_are_torchs(model: Model) -> None:
    reference, tested = model.pair()
    module = bridge_tf.as_module(tested)

    @tf.function(input_signature=[*signature_of(model), tf.TensorSpec((None,), tf.int64)])
    def gradients_of(x: tf.Tensor, y: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            logits = module(x, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        return tape.gradient(loss, module.parameters)

    gradients = gradients_of(*to_framework((model.inputs(), model.labels()), "tensorflow"))
    F.cross_entropy(reference.train()(model.inputs()), model.labels()).backward()
    assert_gradients_close(bridge_tf.to_torch(module, gradients), reference)


@pytest.mark.parametrize("compiled", [False, True])
def test_batch_norm_statistics_after_ten_steps(compiled: bool) -> None:
    model = MODELS["cnn"]
    reference, tested = model.pair()
    module = bridge_tf.as_module(tested)
    step = tf.function(module) if compiled else module
    for seed in range(10):
        x = 3 * model.inputs(4, seed) + 1
        output = step(to_framework(x, "tensorflow"), training=True)
        expected = reference.train()(x)
    assert_close(output, expected, 1e-5)
    assert_named_close(module.buffers, dict(reference.named_buffers()), 1e-5)
    assert int(module.buffers["1.num_batches_tracked"]) == 10
    x = model.inputs()
    assert_close(module(to_framework(x, "tensorflow")), reference.eval()(x), 1e-5)
    assert int(module.buffers["1.num_batches_tracked"]) == 10, "a call without training moved the statistics"


def test_a_loop_of_sgd_follows_torch() -> None:
    model = MODELS["cnn"]
    reference, tested = model.pair()
    module = bridge_tf.as_module(tested)
    variables = module.trainable_variables

    @tf.function(input_signature=[*signature_of(model), tf.TensorSpec((None,), tf.int64)])
    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = module(x, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(0.05 * gradient)
        return loss

    optimizer = torch.optim.SGD(reference.parameters(), 0.05)
    for seed in range(20):
        x, y = model.inputs(8, seed % 4), model.labels(8, seed % 4)
        loss = step(*to_framework((x, y), "tensorflow"))
        optimizer.zero_grad()
        expected = F.cross_entropy(reference.train()(x), y)
        expected.backward()
        optimizer.step()
        assert abs(float(loss) - expected.item()) < 1e-4
    assert_named_close(bridge_tf.to_torch(module, module.parameters), dict(reference.named_parameters()), 1e-4)
    assert_named_close(module.buffers, dict(reference.named_buffers()), 1e-4)


class Dropouts(nn.Module):
    """What is left of ones after each of two dropouts, of which neither sees the other's zeros."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Dropout(0.3), nn.Dropout(0.3)

    def forward(self, x: Any) -> Any:
        return self.first(x), self.second(x)


ONES = tf.ones((100, 100))


@pytest.mark.parametrize("compiled", [False, True])
def test_dropout_follows_the_seed_given(compiled: bool) -> None:
    module = bridge_tf.as_module(Dropouts())
    run = tf.function(module) if compiled else module
    first, second = (mask.numpy() for mask in run(ONES, training=True, rng=tf.constant([1, 2])))
    again = run(ONES, training=True, rng=tf.constant([1, 2]))[0].numpy()
    other = run(ONES, training=True, rng=tf.constant([1, 3]))[0].numpy()
    assert (first == again).all()
    for different in (second, other):
        assert 0.35 < (first != different).mean() < 0.49  # 2 * 0.3 * 0.7 where they are independent
    for mask in (first, second, other):
        assert abs((mask == 0).mean() - 0.3) < 0.03
        numpy.testing.assert_allclose(mask[mask != 0], 1 / 0.7, rtol=1e-6)
    assert (module(ONES)[0].numpy() == 1).all()


@pytest.mark.parametrize("compiled", [False, True])
def test_dropout_without_a_seed_follows_tensorflows_generator(compiled: bool) -> None:
    def masks() -> list[numpy.ndarray]:
        tf.random.set_seed(3)
        module = bridge_tf.as_module(Dropouts())
        run = tf.function(lambda x: module(x, training=True)) if compiled else (lambda x: module(x, training=True))
        return [run(ONES)[0].numpy() for _ in range(2)]

    first, second = masks(), masks()
    assert all((mask == again).all() for mask, again in zip(first, second, strict=True))
    assert 0.35 < (first[0] != first[1]).mean() < 0.49, "each run draws anew"


def test_a_seed_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rng expected a seed of two integers, such as tf\.constant\(\[1, 2\]\)"):
        bridge_tf.as_module(Dropouts())(ONES, training=True, rng=tf.constant(1))


def test_checkpoint_round_trip_into_a_fresh_module(tmp_path: Path) -> None:
    model = MODELS["cnn"]
    trained = bridge_tf.as_module(model.pair()[1])
    for _ in range(3):
        trained(to_framework(model.inputs(), "tensorflow"), training=True)
    path = tf.train.Checkpoint(model=trained).save(str(tmp_path / "checkpoint"))
    saved = [name for name, shape in tf.train.list_variables(path) if name.startswith("model/")]
    assert len(saved) == len(trained.variables), "every weight is saved, and once"
    fresh = bridge_tf.as_module(model.pair()[1])
    tf.train.Checkpoint(model=fresh).restore(path).assert_consumed()
    assert_named_close(fresh.parameters, trained.parameters, 0)
    assert_named_close(fresh.buffers, trained.buffers, 0)
    x = to_framework(model.inputs(), "tensorflow")
    assert_close(fresh(x), trained(x), 0)


def test_load_round_trip() -> None:
    model = MODELS["cnn"]
    _, tested = model.pair()
    module = bridge_tf.as_module(tested)
    x = model.inputs()
    module(to_framework(x, "tensorflow"), training=True)
    for variable in module.trainable_variables:
        variable.assign_add(tf.random.stateless_normal(variable.shape, [1, 2]))
    parameter = tested[0].weight
    bridge_tf.load(tested, module)
    assert tested[0].weight is parameter
    assert_named_close(bridge_tf.to_torch(module, module.parameters), dict(tested.named_parameters()), 0)
    assert_named_close(module.buffers, dict(tested.named_buffers()), 0)
    assert tested[1].num_batches_tracked.dtype == torch.int64
    twin = cnn(torch.nn)
    twin.load_state_dict(tested.state_dict())
    assert_close(module(to_framework(x, "tensorflow")), twin.eval()(x), 1e-5)


def test_load_into_another_model_lists_all_faults_and_writes_nothing() -> None:
    module = bridge_tf.as_module(nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 2)))
    other = nn.Sequential(nn.Linear(3, 4), nn.Identity(), nn.BatchNorm1d(4))
    before = snapshot(other)
    with pytest.raises(ValueError, match="Sequential cannot take these parameters and buffers") as caught:
        bridge_tf.load(other, module)
    for fault in (
        "parameter '0.weight' expected shape (4, 3), got (2, 3)",
        "unexpected parameter '1.bias'",
        "missing parameter '2.weight' of shape (4,)",
        "missing buffer '2.running_mean' of shape (4,)",
    ):
        assert fault in str(caught.value)
    assert_untouched(other, before)


def test_the_torch_module_is_untouched() -> None:
    tested = cnn(nn, dropout=0.5).train()
    before = snapshot(tested)
    module = bridge_tf.as_module(tested)
    assert module.torch_module is tested
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(module(to_framework(MODELS["cnn"].inputs(), "tensorflow"), training=True))
    for variable, gradient in zip(
        module.trainable_variables, tape.gradient(loss, module.trainable_variables), strict=True
    ):
        variable.assign_sub(gradient)
    assert_untouched(tested, before)


def test_a_tied_parameter_is_one_variable() -> None:
    model = nn.ModuleDict({"embedding": nn.Embedding(7, 4), "head": nn.Linear(4, 7, bias=False)})
    model["head"].weight = model["embedding"].weight
    module = bridge_tf.as_module(model)
    assert module.embedding.weight is module.head.weight
    assert len(module.variables) == 1
    assert list(module.parameters) == ["embedding.weight"]
    module.embedding.weight.assign_add(tf.ones((7, 4)))
    expected = model["head"].weight + 1
    bridge_tf.load(model, module)
    assert model["head"].weight is model["embedding"].weight
    assert_close(model["head"].weight, expected, 0)


class Clashing(nn.Module):
    """A module whose names are those that `tf.Module` has, or gets by the way out of a clash."""

    def __init__(self) -> None:
        super().__init__()
        names = ("name", "variables", "name_", "_flatten", "with_name_scope")
        self.layers = nn.ModuleDict({name: nn.Linear(2, 2) for name in names})
        self.register_parameter("_setattr_tracking", nn.Parameter(torch.ones(2)))
        self.register_buffer("name_scope", torch.ones(2))

    def forward(self, x: Any) -> Any:
        for layer in self.layers.values():
            x = layer(x)
        return x * self._setattr_tracking + self.name_scope


class ClashingWithBridge(nn.Module):
    """A module whose names are those of `TFModule`."""

    def __init__(self) -> None:
        super().__init__()
        self.torch_module = nn.Linear(2, 2)
        self.register_parameter("_held", nn.Parameter(torch.ones(2)))

    def forward(self, x: Any) -> Any:
        return self.torch_module(x) * self._held


@pytest.mark.parametrize("kind", [Clashing, ClashingWithBridge])
def test_names_that_tf_module_has_for_itself(kind: type, tmp_path: Path) -> None:
    model = kind()
    module = bridge_tf.as_module(model)
    assert len(module.variables) == len(list(model.parameters())) + len(list(model.buffers()))
    assert len(module.trainable_variables) == len(list(model.parameters()))
    x = torch.ones(1, 2)
    assert_close(module(to_framework(x, "tensorflow")), model(x), 1e-5)
    path = tf.train.Checkpoint(model=module).save(str(tmp_path / "checkpoint"))
    fresh = bridge_tf.as_module(kind())
    tf.train.Checkpoint(model=fresh).restore(path).assert_consumed()
    assert_close(fresh(to_framework(x, "tensorflow")), model(x), 1e-5)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64], ids=str)
def test_every_dtype_goes_there_and_back(dtype: torch.dtype) -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2)).to(dtype)
    module = bridge_tf.as_module(model)
    assert {f"torch.{variable.dtype.name}" for variable in module.variables} == {str(dtype)}
    before = snapshot(model)
    bridge_tf.load(model, module)
    assert_untouched(model, before)


def test_saved_model_save(tmp_path: Path) -> None:
    model = MODELS["cnn"]
    reference, tested = model.pair()
    module = bridge_tf.as_module(tested)
    module.serve = tf.function(lambda x: module(x), input_signature=signature_of(model))
    tf.saved_model.save(module, str(tmp_path / "saved"))
    loaded = tf.saved_model.load(str(tmp_path / "saved"))
    assert_close(loaded.serve(to_framework(model.inputs(3), "tensorflow")), reference.eval()(model.inputs(3)), 1e-5)
    assert_close(getattr(loaded, "0").weight, tested[0].weight.permute(2, 3, 1, 0), 0)


@EACH_MODEL
def test_xla(model: Model) -> None:
    reference, tested = model.pair()
    module = bridge_tf.as_module(tested)
    run = tf.function(lambda x: module(x, training=True), jit_compile=True)
    assert_close(run(to_framework(model.inputs(), "tensorflow")), reference.train()(model.inputs()), 1e-5)
    assert_named_close(module.buffers, dict(reference.named_buffers()), 1e-5)


def test_an_unbuilt_layer_is_refused() -> None:
    class Scale(nn.Module):
        def build(self, shape: tuple[int, ...]) -> None:
            self.add_weight("scale", shape[-1:])

    with pytest.raises(ValueError, match="as_module expected a Scale whose weights exist.*: the module itself$"):
        bridge_tf.as_module(Scale())
