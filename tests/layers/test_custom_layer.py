"""A custom layer, written as a user would, gives the same numbers from every framework, compiled or not."""

import copy
import json
import pickle

import jax
import numpy
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.interop import jax as bridge_jax
from bridge.interop import tf as bridge_tf
from tests.helpers import COMPILERS, FRAMEWORKS, assert_close, to_framework


class RMSNormalization(bridge.Layer):
    def __init__(self, epsilon: float = 1e-6):
        super().__init__()
        self.epsilon = epsilon

    def build(self, input_shape):
        self.add_weight("scale", (input_shape[-1],), init="ones")

    def forward(self, x):
        return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + self.epsilon) * self.scale


def built():
    layer = RMSNormalization()
    layer(torch.ones(1, 4))
    with torch.no_grad():
        layer.scale.copy_(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    return layer


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_first_call_builds_from_any_framework(framework):
    layer = RMSNormalization()
    assert list(layer.parameters()) == []
    x = torch.randn(3, 4)
    assert_close(layer(to_framework(x, framework)), F.rms_norm(x, (4,), eps=1e-6))
    assert isinstance(layer.scale, torch.nn.Parameter)
    assert list(layer.state_dict()) == ["scale"]


@pytest.mark.parametrize("shape", [(3, 4), (1, 4), (0, 4), (2, 5, 4)])
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_it_equals_torch_in_every_framework(framework, shape):
    layer, x = built(), torch.randn(shape)
    expected = F.rms_norm(x, (4,), layer.scale, 1e-6)
    assert_close(layer(to_framework(x, framework)), expected)
    if framework in COMPILERS:
        assert_close(COMPILERS[framework](layer)(to_framework(x, framework)), expected)


def test_its_gradients_equal_torch():
    layer, x = built(), torch.randn(3, 4, requires_grad=True)
    scale = layer.scale.detach().clone().requires_grad_()
    expected = torch.autograd.grad(F.rms_norm(x, (4,), scale, 1e-6).square().sum(), [scale, x])

    apply, params, _ = bridge_jax.functionalize(layer)
    loss = jax.jit(lambda params, x: (apply(params, {}, x)[0] ** 2).sum())
    by_jax = jax.grad(loss, argnums=(0, 1))(params, bridge_jax.from_torch(x.detach()))
    assert_close([by_jax[0]["scale"], by_jax[1]], expected, 1e-4)

    module, inputs = bridge_tf.as_module(layer), tf.constant(x.detach().numpy())
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = tf.reduce_sum(module(inputs) ** 2)
    assert_close(tape.gradient(value, [module.scale, inputs]), expected, 1e-4)


def test_a_built_layer_copies_and_pickles():
    layer, x = built(), torch.randn(3, 4)
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert torch.equal(twin(x), layer(x))
        assert twin.scale is not layer.scale


def test_weights_take_the_default_dtype_and_any_start():
    layer = bridge.Layer()
    assert layer.add_weight("a", (2,), init=0.5).tolist() == [0.5, 0.5]
    assert layer.add_weight("b", (2,), init=torch.nn.init.ones_, dtype="float64").dtype == torch.float64
    assert not layer.add_weight("c", (2,), requires_grad=False).requires_grad
    with pytest.raises(ValueError, match=r"add_weight\('d'\) expected an init that torch.nn.init has.* got 'nonsense'"):
        layer.add_weight("d", (2,), init="nonsense")
    assert set(layer.state_dict()) == {"a", "b", "c"}


def test_a_configuration_survives_json_and_rebuilds_the_layer():
    layer = RMSNormalization(epsilon=0.1)
    config = json.loads(json.dumps(layer.get_config()))
    twin = RMSNormalization.from_config(config)
    assert twin.epsilon == 0.1
    assert twin.get_config() == layer.get_config() == {"epsilon": 0.1}


def test_what_cannot_be_written_down_is_named():
    with pytest.raises(TypeError, match=r"CrossEntropyLoss\(weight=\.\.\.\) cannot be written to a configuration"):
        nn.CrossEntropyLoss(weight=torch.ones(3)).get_config()
    with pytest.raises(ValueError, match="names the layer elsewhere.Missing, which is not defined here"):
        nn.Sequential.from_config({"args": [{"layer": "elsewhere.Missing", "config": {}}]})


def test_numpy_answers_hold_no_graph():
    answer = built()(numpy.ones((2, 4), "float32"))
    assert isinstance(answer, numpy.ndarray)
