"""Lambda, Residual, Parallel and the merging layers, beside Keras and plain torch."""

from __future__ import annotations

import copy
import pickle

import jax
import numpy
import pytest
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.interop import jax as bridge_jax
from tests.helpers import FRAMEWORKS, assert_close, to_framework
from tests.layers.keras_reference import answer, keras


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", ["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Concatenate"])
def test_merging_layers_answer_as_keras_does(name, framework):
    arrays = [numpy.random.default_rng(seed).normal(size=(2, 3)).astype("float32") for seed in range(3)]
    arrays = arrays[:2] if name == "Subtract" else arrays
    expected = answer(getattr(keras.layers, name)(), arrays)
    layer, given = getattr(nn, name)(), to_framework(arrays, framework)
    for inputs in ((given,), (tuple(given),), given):
        assert_close(layer(*inputs), expected)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_concatenate_along_an_axis(axis):
    x, y = torch.randn(2, 3, 4), torch.randn(2, 3, 4)
    assert torch.equal(nn.Concatenate(axis)(x, y), torch.cat([x, y], axis))
    assert nn.Concatenate(axis)([x]).equal(x)


def test_what_cannot_be_merged_is_refused():
    with pytest.raises(ValueError, match=r"^Add\(\) expected at least one tensor, got none"):
        nn.Add()([])
    with pytest.raises(ValueError, match=r"^Subtract\(\) expected two tensors, got 3"):
        nn.Subtract()(torch.ones(1), torch.ones(1), torch.ones(1))
    with pytest.raises(bridge.InputShapeError, match=r"^Concatenate\(axis=2\) .* with an axis 2, got \(2, 3\)"):
        nn.Concatenate(2)(torch.ones(2, 3), torch.ones(2, 3))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_lambda_calls_its_function(framework):
    x = torch.randn(2, 3)
    model = nn.Sequential(nn.Lambda(lambda x: ops.square(x) + 1), nn.Lambda(ops.sum, axis=-1, keepdims=True))
    assert_close(model(to_framework(x, framework)), (x.square() + 1).sum(-1, keepdim=True))
    assert_close(nn.Lambda(ops.sum)(to_framework(x, framework), axis=0), x.sum(0))


def test_lambda_pickles_as_its_function_does():
    layer, x = nn.Lambda(ops.softmax, axis=-1), torch.randn(2, 3)
    assert torch.equal(pickle.loads(pickle.dumps(layer))(x), torch.softmax(x, -1))
    unnamed = nn.Lambda(lambda x: -x)
    assert torch.equal(copy.deepcopy(unnamed)(x), -x)
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(unnamed)
    with pytest.raises(TypeError, match=r"Lambda\(function=\.\.\.\) cannot be written to a configuration"):
        layer.get_config()
    assert repr(layer) == "Lambda(softmax, axis=-1)"


def test_lambda_refuses_what_is_no_function():
    with pytest.raises(TypeError, match="Lambda expected a function, got int"):
        nn.Lambda(3)
    with pytest.raises(TypeError, match="got ReLU; a layer needs no Lambda"):
        nn.Lambda(nn.ReLU())
    with pytest.raises(TypeError, match="no tensor among the function's arguments, got one as x2"):
        nn.Lambda(ops.add, x2=torch.ones(2))


def test_a_function_of_torchs_own_is_refused_elsewhere():
    with pytest.raises(bridge.UnsupportedOpError, match="jax has no torch function relu. Write it in bridge.ops"):
        nn.Lambda(torch.relu)(jax.numpy.ones(2))


@pytest.mark.parametrize("shortcut", [None, torch.nn.Linear(4, 4)])
def test_residual_adds(shortcut):
    inner = nn.Linear(4, 4)
    layer, x = nn.Residual(inner, shortcut), torch.randn(1, 4, requires_grad=True)
    expected = (x if shortcut is None else shortcut(x)) + torch.nn.functional.linear(x, inner.weight, inner.bias)
    assert_close(layer(x), expected)
    wanted = [x, *layer.parameters()]
    received, reference = (torch.autograd.grad(output.sin().sum(), wanted) for output in (layer(x), expected))
    assert_close(received, reference)


def test_parallel_calls_all_with_one_input():
    layers = [nn.Linear(4, 2), nn.Linear(4, 3), nn.Identity()]
    model, x = nn.Sequential(nn.Parallel(*layers), nn.Concatenate()), torch.randn(5, 4)
    expected = torch.cat([layer(x) for layer in layers], -1)
    assert torch.equal(model(x), expected)
    assert isinstance(model[0](x), tuple)
    apply, params, buffers = bridge_jax.functionalize(model)
    assert sorted(params) == sorted(dict(model.named_parameters()))
    assert_close(jax.jit(lambda x: apply(params, buffers, x)[0])(x.numpy()), expected)
    twin = nn.Parallel.from_config(nn.Parallel(*layers).get_config())
    assert repr(twin) == repr(nn.Parallel(*layers))
    with pytest.raises(ValueError, match="Parallel expected at least one layer, got none"):
        nn.Parallel()
