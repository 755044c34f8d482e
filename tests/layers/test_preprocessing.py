"""Rescaling, Discretization and CategoryEncoding beside the layers of Keras."""

from __future__ import annotations

import copy
import pickle

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge.interop import jax as bridge_jax
from tests.helpers import FRAMEWORKS, assert_close, to_framework
from tests.layers.keras_reference import answer, keras

DATA = numpy.random.default_rng(0).normal(size=(40, 5)).astype("float32")
BOUNDARIES = [-1.0, -0.25, 0.0, 0.5]


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(
    ("scale", "offset"), [(1 / 255, 0.0), (1 / 127.5, -1), ([1.0, 2.0, 3.0, 4.0, 5.0], 0.5)], ids=str
)
def test_rescaling(scale, offset, framework):
    for x in (DATA, numpy.arange(15, dtype="uint8").reshape(3, 5)):
        expected = answer(keras.layers.Rescaling(scale, offset), x)
        assert_close(nn.Rescaling(scale, offset)(to_framework(x, framework)), expected)
        given = nn.Rescaling(numpy.asarray(scale), torch.tensor(offset))
        assert_close(given(to_framework(x, framework)), expected)
        assert_close(nn.Rescaling.from_config(given.get_config())(torch.tensor(x)), expected)


def test_rescaling_keeps_the_dtype_of_fractions():
    assert nn.Rescaling(2.0)(torch.ones(2, dtype=torch.float64)).dtype == torch.float64
    assert nn.Rescaling([2.0, 3.0])(torch.ones(2, dtype=torch.bfloat16)).dtype == torch.bfloat16
    assert nn.Rescaling(2.0, dtype=torch.float16)(torch.ones(2, dtype=torch.uint8)).dtype == torch.float16
    assert not nn.Rescaling([2.0]).state_dict()
    x = torch.randn(3, requires_grad=True)
    assert torch.autograd.grad(nn.Rescaling(3.0, 1.0)(x).sum(), x)[0].tolist() == [3.0, 3.0, 3.0]


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("shape", [(4, 5), (4, 1), (6,)], ids=str)
def test_discretization(mode, shape, framework):
    x = DATA.ravel()[: int(numpy.prod(shape))].reshape(shape).copy()
    x.flat[:4] = BOUNDARIES  # a bin holds its lower boundary
    expected = answer(keras.layers.Discretization(BOUNDARIES, output_mode=mode), x)
    received = nn.Discretization(BOUNDARIES, output_mode=mode)(to_framework(x, framework))
    assert_close(received, expected)
    if mode == "int":
        numpy.testing.assert_array_equal(numpy.asarray(received), numpy.digitize(x, BOUNDARIES))


@pytest.mark.parametrize("num_bins", [1, 2, 4, 7])
@pytest.mark.parametrize("epsilon", [0.01, 0.1])
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_discretization_adapts_as_keras_does(num_bins, epsilon, framework):
    theirs = keras.layers.Discretization(num_bins=num_bins, epsilon=epsilon)
    ours = nn.Discretization(num_bins=num_bins, epsilon=epsilon)
    for data in (DATA, [DATA[:7], DATA[7:9], DATA[9:]]):
        theirs.adapt(data)
        ours.adapt(to_framework(data, framework))
        numpy.testing.assert_array_equal(ours.bin_boundaries, numpy.asarray(theirs.bin_boundaries, "float32"))
    assert_close(ours(to_framework(DATA, framework)), answer(theirs, DATA))


def test_the_bins_hold_about_as_much_each():
    data = numpy.random.default_rng(1).exponential(size=20000)
    layer = nn.Discretization(num_bins=5, epsilon=0.001)
    layer.adapt(data[start : start + 1000] for start in range(0, 20000, 1000))
    counts = numpy.bincount(numpy.asarray(layer(data)), minlength=5)
    assert len(counts) == 5
    assert (abs(counts / 20000 - 0.2) < 0.01).all()


def test_learned_boundaries_travel_with_the_state():
    layer = nn.Discretization(num_bins=4, output_mode="one_hot")
    layer.adapt(DATA)
    fresh = nn.Discretization.from_config(layer.get_config())
    assert fresh.bin_boundaries is None
    fresh.load_state_dict(layer.state_dict())
    for twin in (fresh, copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert torch.equal(twin(torch.tensor(DATA)), layer(torch.tensor(DATA)))
    assert fresh(torch.tensor(DATA)).shape == (40, 5, 4)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("mode", ["one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("tokens", [[[0, 1, 1], [3, 3, 3]], [[2], [0]], [3, 2, 0, 1], 2], ids=str)
def test_category_encoding(tokens, mode, framework):
    tokens = numpy.asarray(tokens)
    expected = answer(keras.layers.CategoryEncoding(4, output_mode=mode), tokens)
    assert_close(nn.CategoryEncoding(4, mode)(to_framework(tokens, framework)), expected)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_counts_are_weighted(framework):
    tokens, weights = numpy.array([[0, 1], [0, 0], [1, 2], [3, 1]]), DATA[:4, :2]
    expected = answer(keras.layers.CategoryEncoding(4, output_mode="count"), tokens, count_weights=weights)
    layer = nn.CategoryEncoding(4, "count")
    tokens, weights = to_framework((tokens, weights), framework)
    assert_close(layer(tokens, weights), expected)
    assert_close(layer(tokens, count_weights=weights), expected)
    with pytest.raises(bridge.InputShapeError, match=r"^CategoryEncoding\(4.*shape \(4, 1\), which its count_weights"):
        layer(tokens, weights[:, :1])
    with pytest.raises(ValueError, match="expected count_weights in the output_mode 'count' alone"):
        nn.CategoryEncoding(4)(tokens, weights)


def test_longer_axes_are_encoded_along_the_last():
    tokens = torch.tensor([[[0, 1, 1], [3, 3, 3]]])
    assert nn.CategoryEncoding(4, "count")(tokens).tolist() == [[[1, 2, 0, 0], [0, 0, 0, 3]]]
    assert nn.CategoryEncoding(4)(tokens).tolist() == [[[1, 1, 0, 0], [0, 0, 0, 1]]]


def test_what_is_no_token_has_no_place():
    for mode in ("count", "multi_hot"):
        assert nn.CategoryEncoding(2, mode)(torch.tensor([[-1, 1, 2]])).tolist() == [[0.0, 1.0]]
    assert nn.CategoryEncoding(2, "one_hot", dtype=torch.float64)(torch.tensor([2, 0])).tolist() == [[0, 0], [1, 0]]


def test_they_stand_in_jit_in_a_tf_dataset_and_in_torch_export():
    layer = nn.Sequential(
        nn.Rescaling(2.0), nn.Discretization(BOUNDARIES, output_mode="int"), nn.CategoryEncoding(5, "count")
    )
    expected = numpy.stack([numpy.bincount(row, minlength=5) for row in numpy.digitize(DATA * 2, BOUNDARIES)])
    expected = expected.astype("float32")
    apply, params, buffers = bridge_jax.functionalize(layer)
    assert_close(jax.jit(lambda x: apply(params, buffers, x)[0])(DATA), expected)
    assert_close(next(iter(tf.data.Dataset.from_tensor_slices(DATA).batch(40).map(layer))), expected)
    batch = torch.export.Dim("batch")
    program = torch.export.export(layer, (torch.tensor(DATA),), dynamic_shapes=({0: batch},))
    assert_close(program.module()(torch.tensor(DATA[:7])), expected[:7])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Discretization(), "either bin_boundaries or num_bins, got None and None"),
        (lambda: nn.Discretization([0.0], 2), "either bin_boundaries or num_bins"),
        (lambda: nn.Discretization([1.0, 0.0]), r"in one ascending list, got \[1.0, 0.0\]"),
        (lambda: nn.Discretization(num_bins=0), "num_bins of at least 1, got 0"),
        (lambda: nn.Discretization(num_bins=2, epsilon=0.0), "an epsilon between 0 and 1, got 0.0"),
        (lambda: nn.Discretization([0.0], output_mode="binary"), "an output_mode of 'int', .* got 'binary'"),
        (lambda: nn.CategoryEncoding(4, "int"), "an output_mode of 'one_hot', .* got 'int'"),
        (lambda: nn.CategoryEncoding(0), "num_tokens of at least 1, got 0"),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=f"^(Discretization|CategoryEncoding) expected .*{message}"):
        make()


def test_a_discretization_without_data_says_so():
    with pytest.raises(ValueError, match="has no bin_boundaries yet: call adapt"):
        nn.Discretization(num_bins=2)(torch.ones(2))
    with pytest.raises(ValueError, match="has the bin_boundaries that it was given"):
        nn.Discretization([0.0]).adapt(DATA)
    with pytest.raises(ValueError, match="Discretization.adapt expected data, got none"):
        nn.Discretization(num_bins=2).adapt([DATA[:0]])


def test_they_travel_in_an_exported_file(tmp_path):
    model = nn.Sequential(
        nn.Rescaling(2.0), nn.Discretization(BOUNDARIES, output_mode="one_hot"), nn.Flatten(), nn.Linear(25, 2)
    ).eval()
    report = bridge.export.openvino(model, tmp_path / "model.xml", [bridge.InputSpec(("batch", 5), "float32", "x")])
    assert report.largest_difference < 1e-5
