"""Lazy layers: their first input, of any framework, gives them their size, and they become other layers."""

import copy

import jax
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.interop import jax as bridge_jax
from bridge.interop import tf as bridge_tf
from bridge.layers import lazy
from tests.helpers import FRAMEWORKS, assert_close, to_framework

pytestmark = pytest.mark.filterwarnings("ignore:Lazy modules are a new feature:UserWarning")


def make(name, namespace=nn):
    return getattr(namespace, name)(*((4, 2) if "Conv" in name else (4,) if "Linear" in name else ()))


def first_input(name):
    return torch.randn(3, 2, *(5,) * (1 if name == "LazyLinear" else int(name[-2])))


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", lazy.__all__)
def test_the_first_call_gives_the_size_and_the_class(name, framework):
    layer, x = make(name).eval(), first_input(name)
    twin = make(name, torch.nn).eval()
    torch.manual_seed(7)
    expected = twin(x)
    torch.manual_seed(7)
    assert_close(layer(to_framework(x, framework)), expected.detach())
    assert type(layer) is getattr(nn, name.removeprefix("Lazy"))
    assert repr(layer) == repr(twin)
    assert not layer._needs_build
    assert {key: tensor.tolist() for key, tensor in layer.state_dict().items()} == {
        key: tensor.tolist() for key, tensor in twin.state_dict().items()
    }
    rebuilt = type(layer).from_config(layer.get_config())
    assert repr(rebuilt) == repr(layer)


def network():
    return nn.Sequential(
        nn.LazyConv1d(3, 2),
        nn.LazyBatchNorm1d(),
        nn.ReLU(),
        nn.LazyConvTranspose1d(2, 3, bias=False),
        nn.LazyInstanceNorm1d(),
        nn.Flatten(),
        nn.LazyLinear(4),
    )


@pytest.mark.parametrize("framework", ["jax", "tensorflow", "numpy"])
def test_a_model_in_training_is_built_and_its_statistics_move(framework):
    model, x = network(), torch.randn(2, 2, 6)
    answer = model(to_framework(x, framework))
    twin = copy.deepcopy(model)
    with torch.no_grad():
        for module in twin.modules():
            if hasattr(module, "reset_running_stats"):
                module.reset_running_stats()
    assert_close(answer, twin(x).detach())
    assert_close(model.state_dict(), twin.state_dict())
    assert [type(layer).__name__ for layer in model] == [
        "Conv1d",
        "BatchNorm1d",
        "ReLU",
        "ConvTranspose1d",
        "InstanceNorm1d",
        "Flatten",
        "Linear",
    ]


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_the_first_call_may_be_traced(framework):
    model, x = network().eval(), torch.randn(2, 2, 6)
    compiled = jax.jit(lambda x: model(x)) if framework == "jax" else tf.function(lambda x: model(x), autograph=False)
    answer = compiled(to_framework(x, framework))
    assert_close(answer, model(x).detach())
    assert type(model[0]) is nn.Conv1d


def test_a_tied_lazy_layer_is_built_once():
    shared = nn.LazyLinear(3)
    model = nn.Sequential(shared, nn.ReLU(), shared)
    answer = model(to_framework(torch.ones(2, 3), "jax"))
    assert model[0] is model[2]
    assert_close(answer, model(torch.ones(2, 3)).detach())


class Scaled(bridge.Layer):
    def build(self, input_shape):
        self.add_weight("scale", (input_shape[-1],), init=2.0)
        self.inner = nn.Linear(input_shape[-1], 2)

    def forward(self, x):
        return self.inner(x * self.scale) + ops.sum(x)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_layer_with_build_inside_a_model_is_built_by_the_first_call(framework):
    model, x = nn.Sequential(nn.ReLU(), Scaled()), torch.randn(3, 5)
    answer = model(to_framework(x, framework))
    assert list(model.state_dict()) == ["1.scale", "1.inner.weight", "1.inner.bias"]
    assert_close(answer, model(x).detach())


@pytest.mark.parametrize("namespace", [nn, torch.nn], ids=["ours", "torch"])
def test_what_waits_is_named(namespace):
    model = nn.Sequential(nn.ReLU(), nn.Sequential(namespace.LazyLinear(3)), namespace.LazyBatchNorm1d())
    x = to_framework(torch.ones(2, 3), "jax")
    for attempt in (
        lambda: bridge_jax.functionalize(model),
        lambda: bridge_tf.as_module(model),
        lambda: bridge.stateless_apply(model, {}, {}, x),
    ):
        with pytest.raises(ValueError, match=r"Call it once with an input; these wait to be built: 1\.0, 2$"):
            attempt()


def test_a_lazy_layer_loads_weights_that_exist_and_takes_its_size_from_the_first_call():
    source = nn.Sequential(nn.Conv1d(2, 3, 2), nn.BatchNorm1d(3), nn.ReLU(), nn.Flatten(), nn.Linear(15, 4)).eval()
    model = nn.Sequential(nn.LazyConv1d(3, 2), nn.LazyBatchNorm1d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(4)).eval()
    model.load_state_dict(source.state_dict())
    x = torch.randn(2, 2, 6)
    assert_close(model(to_framework(x, "jax")), source(x).detach())
    assert repr(model) == repr(source)
    assert torch.equal(model(x), source(x))


def test_a_size_that_tensorflow_does_not_know_is_refused():
    model = nn.LazyLinear(3)
    function = tf.function(lambda x: model(x), input_signature=[tf.TensorSpec((2, None))], autograph=False)
    with pytest.raises(bridge.InputShapeError, match=r"first input of known in_features, got shape \(2, None\)"):
        function(tf.ones((2, 3)))
    assert type(model) is nn.LazyLinear
    batches = tf.function(lambda x: model(x), input_signature=[tf.TensorSpec((None, 3))], autograph=False)
    assert batches(tf.ones((2, 3))).shape == (2, 3)
    assert model.in_features == 3


def test_an_instance_norm_takes_channels_without_a_batch():
    layer = nn.LazyInstanceNorm1d()
    layer(torch.randn(3, 5))
    assert layer.num_features == 3
