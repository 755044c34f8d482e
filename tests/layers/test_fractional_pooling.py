"""Fractional pooling without samples given: drawn anew from each framework's own stream, in training and in eval."""

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from tests.helpers import to_framework, to_numpy

RNGS = {
    "jax": (lambda: jax.random.key(0), lambda: jax.random.key(1)),
    "tensorflow": (lambda: tf.constant([0, 1]), lambda: tf.constant([0, 2])),
}
SIZES = {2: (24, 30), 3: (12, 14, 16)}


def _make(axes):
    return getattr(nn, f"FractionalMaxPool{axes}d")(2, output_ratio=0.4, return_indices=True)


def _planes(axes):
    shape = (1, 2, *SIZES[axes])
    return torch.randperm(torch.Size(shape).numel(), generator=torch.manual_seed(0)).reshape(shape).float()


@pytest.mark.parametrize("axes", SIZES)
@pytest.mark.parametrize("framework", RNGS)
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_it_draws_from_the_rng_given(axes, framework, training):
    planes, layer = _planes(axes), _make(axes)

    def pooled(rng):
        outputs, _ = bridge.stateless_apply(
            layer, {}, {}, to_framework(planes, framework), rng=rng(), training=training
        )
        return [to_numpy(output) for output in outputs]

    first, second = RNGS[framework]
    values, places = pooled(first)
    assert values.shape == (1, 2, *(int(size * 0.4) for size in SIZES[axes]))
    # Each value is the input's at its place, and the largest of some window of 2 on each axis.
    flat = planes.flatten(2).numpy()
    numpy.testing.assert_array_equal(
        numpy.take_along_axis(flat, places.reshape(1, 2, -1), 2).reshape(values.shape), values
    )
    pool = (torch.nn.functional.max_pool2d, torch.nn.functional.max_pool3d)[axes - 2]
    assert numpy.isin(values, pool(planes, 2, stride=1).numpy()).all()
    numpy.testing.assert_array_equal(pooled(first)[1], places)
    assert (pooled(second)[1] != places).any()


@pytest.mark.parametrize("axes", SIZES)
@pytest.mark.parametrize("framework", RNGS)
def test_a_direct_call_draws_in_eval_mode_too(axes, framework):
    layer, planes = _make(axes).eval(), to_framework(_planes(axes), framework)
    (values, places), (_, others) = layer(planes), layer(planes)
    assert numpy.isfinite(to_numpy(values)).all()
    assert (to_numpy(places) != to_numpy(others)).any()


@pytest.mark.parametrize("axes", SIZES)
def test_torch_draws_what_torch_nn_draws(axes):
    theirs = getattr(torch.nn, f"FractionalMaxPool{axes}d")(2, output_ratio=0.4, return_indices=True)
    planes, pooled = _planes(axes), []
    for layer in (_make(axes), theirs):
        torch.manual_seed(7)
        pooled.append(layer(planes))
    assert torch.equal(pooled[0][0], pooled[1][0])
    assert torch.equal(pooled[0][1], pooled[1][1])
