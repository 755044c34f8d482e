"""A model that reaches for PyTorch's own functions in another framework is told the operation and the line."""

import jax
import jax.numpy as jnp
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge.replica import slots
from bridge.transfer import from_torch


class Flattens(nn.Module):
    def forward(self, x):
        return x.unsqueeze(1)


class Activates(nn.Module):
    def forward(self, x):
        return torch.relu(x)


def applied(module, framework, x):
    params = {name: from_torch(tensor, framework) for name, tensor in slots(module, "_parameters")}
    return bridge.stateless_apply(module, params, {}, x)[0]


def by_jax(module):
    return jax.jit(lambda x: applied(module, "jax", x))(jnp.ones((2, 3)))


def by_tensorflow(module):
    return tf.function(lambda x: applied(module, "tensorflow", x), autograph=False)(tf.ones((2, 3)))


@pytest.mark.parametrize("run", [by_jax, by_tensorflow])
def test_a_function_of_torch(run):
    with pytest.raises(
        bridge.UnsupportedOpError, match=r"no torch function relu\. Write it in bridge\.ops, or run"
    ) as caught:
        run(Activates())
    assert "test_torch_only_code.py" in str(caught.value)
    assert str(caught.value).endswith("return torch.relu(x)")


@pytest.mark.parametrize("run", [by_jax, by_tensorflow])
def test_a_layer_of_torch_nn(run):
    with pytest.raises(
        bridge.UnsupportedOpError, match=r"It comes from torch\.nn\.Linear.* take it from bridge\.layers"
    ):
        run(torch.nn.Sequential(torch.nn.Linear(3, 2)))


@pytest.mark.parametrize("array", [jnp.ones((2, 3)), tf.ones((2, 3))], ids=["jax", "tensorflow"])
def test_a_method_of_torch_tensors(array):
    with pytest.raises(bridge.UnsupportedOpError, match=r"no tensor method unsqueeze") as caught:
        Flattens()(array)
    assert str(caught.value).endswith("return x.unsqueeze(1)")


def test_a_size_that_is_left_open():
    class Halves(nn.Module):
        def forward(self, x):
            return x[: x.shape[0] // 2]

    run = tf.function(lambda x: applied(Halves(), "tensorflow", x), autograph=False)
    with pytest.raises(bridge.UnsupportedOpError, match=r"no number for a size .* Take it from bridge\.ops\.shape, or"):
        run.get_concrete_function(tf.TensorSpec((None, 3)))
    assert run(tf.ones((4, 3))).shape == (2, 3)


def test_other_errors_stay_as_they_are():
    class Wrong(nn.Module):
        def forward(self, x):
            return x.no_such_thing

    with pytest.raises(AttributeError, match="no_such_thing"):
        Wrong()(jnp.ones(2))


def test_a_layer_that_is_not_built_cannot_be_compiled_whole():
    class Scale(nn.Module):
        def build(self, shape):
            self.add_weight("scale", (shape[-1],))

        def forward(self, x):
            return x * self.scale

    layer = Scale()
    with pytest.raises(Exception, match="a layer must be called once before it is compiled, to be built"):
        torch.compile(layer, backend="eager", fullgraph=True)(torch.ones(2))
    layer(torch.ones(2))
    assert torch.compile(layer, backend="eager", fullgraph=True)(torch.ones(2)).tolist() == [0.0, 0.0]
