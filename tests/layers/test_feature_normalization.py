"""Normalization beside the layer of Keras: what it computes, and what it learns from data of every kind."""

from __future__ import annotations

import copy
import pickle

import jax
import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge.interop import jax as bridge_jax
from tests.helpers import FRAMEWORKS, assert_close, to_framework
from tests.layers.keras_reference import answer, keras

DATA = numpy.random.default_rng(0).normal(3.0, 2.0, (12, 4, 3)).astype("float32")


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("axis", [-1, 1, None, (1, 2), (-1, 1), (0, 1, 2)], ids=str)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_it_adapts_as_keras_does(axis, invert, framework):
    theirs, ours = keras.layers.Normalization(axis, invert=invert), nn.Normalization(axis, invert=invert)
    theirs.adapt(DATA)
    ours.adapt(to_framework(DATA, framework))
    assert_close(ours.mean, keras.ops.convert_to_numpy(theirs.mean).reshape(ours.mean.shape))
    assert_close(ours.variance, keras.ops.convert_to_numpy(theirs.variance).reshape(ours.variance.shape))
    x = numpy.random.default_rng(1).normal(size=(12, 4, 3)).astype("float32")
    assert_close(ours(to_framework(x, framework)), answer(theirs, x))


@pytest.mark.parametrize(
    ("axis", "mean", "variance"),
    [
        (-1, 3.0, 2.0),
        (-1, [1.0, 2.0, 3.0], [4.0, 0.0, 1.0]),
        ((1, 2), [1.0, 2.0, 3.0], [4.0, 5.0, 1.0]),
        ((1, 2), [[1.0], [2.0], [3.0], [4.0]], [[1.0], [4.0], [9.0], [1.0]]),
        (None, 1, 4),
    ],
)
def test_given_statistics_mean_what_they_mean_in_keras(axis, mean, variance):
    theirs = keras.layers.Normalization(axis, mean=mean, variance=variance)
    for given in (mean, numpy.asarray(mean), torch.tensor(mean)):
        ours = nn.Normalization(axis, given, numpy.asarray(variance))
        assert_close(ours(torch.tensor(DATA)), answer(theirs, DATA))
        assert nn.Normalization.from_config(ours.get_config()).mean.equal(ours.mean)


def _loader():
    data = torch.utils.data.TensorDataset(torch.tensor(DATA), torch.arange(12))
    return torch.utils.data.DataLoader(data, batch_size=5)


@pytest.mark.parametrize(
    "batches",
    [
        lambda: [DATA[:5], torch.tensor(DATA[5:6]), jnp.array(DATA[6:])],
        lambda: ((DATA[start : start + 4], start) for start in range(0, 12, 4)),
        lambda: tf.data.Dataset.from_tensor_slices(DATA).batch(5),
        lambda: tf.data.Dataset.from_tensor_slices((DATA, numpy.arange(12))).batch(7),
        _loader,
        lambda: [DATA[:0], DATA],
    ],
)
@pytest.mark.parametrize("axis", [-1, None])
def test_batches_of_every_kind_add_up(batches, axis):
    layer = nn.Normalization(axis)
    layer.adapt([DATA * 7])  # an earlier call leaves nothing behind
    layer.adapt(batches())
    kept = (0, 1) if axis == -1 else (0, 1, 2)
    assert_close(layer.mean, DATA.mean(kept))
    assert_close(layer.variance, DATA.var(kept))
    assert layer.count == 12 * 4 * (1 if axis == -1 else 3)


def test_many_small_batches_far_from_zero_lose_nothing():
    data = numpy.random.default_rng(0).normal(1e6, 1.0, (1000, 2))
    layer = nn.Normalization(dtype=torch.float64)
    layer.adapt(data[start : start + 1] for start in range(1000))
    assert_close(layer.mean, data.mean(0), 1e-12)
    assert_close(layer.variance, data.var(0), 1e-9)


def test_before_it_adapts_it_changes_nothing():
    layer, x = nn.Normalization(), torch.randn(2, 3)
    assert torch.equal(layer(x), x)
    assert list(layer.state_dict()) == ["mean", "variance", "count"]
    assert list(layer.parameters()) == []


def test_integers_and_other_dtypes_become_the_layers():
    layer = nn.Normalization(mean=[0.0, 100.0], variance=[1.0, 4.0])
    for dtype in (torch.uint8, torch.int64, torch.float64, torch.bfloat16):
        assert layer(torch.tensor([[2, 104]]).to(dtype)).equal(torch.tensor([[2.0, 2.0]]))
    assert layer.double()(torch.tensor([[2, 104]])).dtype == torch.float64


def test_gradients_pass_through():
    layer, x = nn.Normalization(mean=[1.0, 2.0], variance=[4.0, 9.0]), torch.randn(3, 2, requires_grad=True)
    (gradient,) = torch.autograd.grad(layer(x).sum(), x)
    assert_close(gradient, torch.tensor([[1 / 2, 1 / 3]] * 3))


def test_the_statistics_travel_with_the_state():
    layer, x = nn.Sequential(nn.Normalization(1), nn.ReLU()), torch.tensor(DATA)
    layer[0].adapt(DATA)
    fresh = nn.Sequential(nn.Normalization(1), nn.ReLU())
    fresh.load_state_dict(layer.state_dict())
    assert torch.equal(fresh(x), layer(x))
    assert fresh[0].count == layer[0].count == 36
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert torch.equal(twin(x), layer(x))


def test_it_stands_in_jit_and_in_a_tf_dataset():
    layer = nn.Normalization()
    layer.adapt(DATA)
    expected = (DATA - DATA.mean((0, 1))) / DATA.std((0, 1))
    apply, params, buffers = bridge_jax.functionalize(layer)
    assert_close(jax.jit(lambda x: apply(params, buffers, x)[0])(DATA), expected, 1e-4)
    mapped = tf.data.Dataset.from_tensor_slices(DATA).batch(12).map(layer)
    assert_close(next(iter(mapped)), expected, 1e-4)
    program = torch.export.export(layer, (torch.tensor(DATA),))
    assert_close(program.module()(torch.tensor(DATA)), expected, 1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mean": 1.0}, "mean and variance both or neither, got 1.0 and None"),
        ({"mean": [1.0], "variance": 2.0}, r"of one shape, .*got \(1,\) and \(\)"),
        ({"mean": [[1.0]], "variance": [[1.0]]}, r"of at most 1 axes for axis \(-1,\)"),
        ({"axis": (1, 1)}, r"each axis once, got \(1, 1\)"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=f"^Normalization expected .*{message}"):
        nn.Normalization(**arguments)


@pytest.mark.parametrize(
    ("layer", "data", "error", "message"),
    [
        (nn.Normalization(mean=1.0, variance=1.0), DATA, ValueError, "that it was given; to adapt, build it without"),
        (nn.Normalization(), [], ValueError, "Normalization.adapt expected data, got none"),
        (nn.Normalization(), 3, TypeError, "Normalization.adapt expected an array, a tensor or an iterable .* got int"),
        (nn.Normalization(), [[1.0, 2.0]], TypeError, "expected batches that are arrays or tensors, got float"),
        (nn.Normalization(3), DATA, ValueError, r"expected an input with axes \(3,\), got shape \(12, 4, 3\)"),
        (nn.Normalization(), [DATA, DATA[..., :2]], bridge.InputShapeError, r"with \(3,\) along the axes \(-1,\), got"),
    ],
)
def test_bad_data_are_refused(layer, data, error, message):
    with pytest.raises(error, match=message):
        layer.adapt(data)
