"""A layer called with JAX, TensorFlow or NumPy arrays answers in kind, with its present weights."""

import copy

import jax
import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch

from bridge import layers as nn
from bridge import ops
from tests.helpers import assert_close, to_framework

KINDS = {"jax": jax.Array, "tensorflow": tf.Tensor, "numpy": numpy.ndarray}


def net():
    return nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 4))


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("framework", KINDS)
def test_it_answers_in_kind_and_moves_statistics_as_torch_does(framework, training):
    module = net().train(training)
    twin, x = copy.deepcopy(module), torch.randn(5, 2, 4, 4)
    answer = module(to_framework(x, framework))
    assert isinstance(answer, KINDS[framework])
    assert_close(answer, twin(x))
    assert_close(module.state_dict(), twin.state_dict())


@pytest.mark.parametrize("framework", KINDS)
def test_it_sees_an_update_of_the_weights(framework):
    module, x = nn.Linear(2, 2), to_framework(torch.ones(1, 2), framework)
    before = module(x)
    with torch.no_grad():
        module.weight.zero_()
        module.bias.fill_(3.0)
    assert_close(module(x), numpy.full((1, 2), 3.0, "float32"))
    assert not numpy.allclose(numpy.asarray(before), 3.0)


def test_nested_inputs_and_outputs():
    lstm, x = nn.LSTM(3, 4), torch.randn(5, 2, 3)
    state = torch.randn(1, 2, 4), torch.randn(1, 2, 4)
    expected = lstm(x, state)
    for framework in KINDS:
        output, (hidden, cell) = lstm(to_framework(x, framework), to_framework(state, framework))
        assert_close([output, hidden, cell], [expected[0], *expected[1]])


def test_inside_a_compiled_function():
    module, x = net().eval(), torch.randn(5, 2, 4, 4)
    expected = module(x)
    assert_close(jax.jit(lambda array: module(array))(to_framework(x, "jax")), expected)
    function = tf.function(lambda tensor: module(tensor), input_signature=[tf.TensorSpec((None, 2, 4, 4))])
    assert_close(function(to_framework(x, "tensorflow")), expected)
    assert_close(tf.function(module)(to_framework(x, "tensorflow")), expected)


def test_statistics_that_cannot_be_written_back_are_an_error():
    module = nn.BatchNorm1d(3)
    with pytest.raises(RuntimeError, match=r"BatchNorm1d in training mode would change .*running_mean.* while jax"):
        jax.jit(lambda x: module(x))(jnp.ones((4, 3)))
    with pytest.raises(RuntimeError, match=r"while tensorflow traces .*Use stateless_apply"):
        tf.function(lambda x: module(x))(tf.ones((4, 3)))
    assert int(module.num_batches_tracked) == 0


def test_dropout_draws_from_the_generator_of_the_framework():
    layer = nn.Dropout(0.5)
    draws = {torch.manual_seed: lambda: layer(jnp.ones(100)), tf.random.set_seed: lambda: layer(tf.ones(100))}
    for seed, draw in draws.items():
        seed(1)
        first = numpy.asarray(draw())
        seed(2)
        second = numpy.asarray(draw())
        seed(1)
        again = numpy.asarray(draw())
        assert (first == again).all()
        assert (first != second).any()
        assert set(numpy.unique(first)) == {0.0, 2.0}


def test_dropout_while_jax_traces_asks_for_a_key():
    with pytest.raises(RuntimeError, match=r"needs a key: pass rng=jax\.random\.key\(0\)"):
        jax.jit(lambda x: nn.Dropout(0.5)(x))(jnp.ones(3))


def test_dropout_in_a_tf_function_is_new_at_each_run():
    function = tf.function(nn.Dropout(0.5))
    assert (function(tf.ones(100)).numpy() != function(tf.ones(100)).numpy()).any()


@pytest.mark.parametrize("framework", KINDS)
def test_a_read_only_input_will_do(framework):
    x = numpy.ones((1, 2), "float32")
    x.flags.writeable = False
    module = nn.Linear(2, 2)
    assert_close(module(x), module(torch.ones(1, 2)))
    assert_close(ops.exp(x), numpy.exp(x))
