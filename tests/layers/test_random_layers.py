"""What the layers that draw random numbers do in JAX and TensorFlow while training: torch's they equal bit for bit."""

from __future__ import annotations

from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

from bridge import layers as nn
from tests.helpers import to_framework, to_numpy

KEYS = {"jax": (lambda seed: jax.random.key(seed)), "tensorflow": (lambda seed: tf.constant([0, seed]))}

_each = pytest.mark.parametrize("framework", KEYS)


def _drawn(layer: torch.nn.Module, x: torch.Tensor, framework: str, seed: int) -> Any:
    output, buffers = layer.stateless_apply(
        {}, {}, to_framework(x, framework), rng=KEYS[framework](seed), training=True
    )
    assert buffers == {}
    return to_numpy(output)


@_each
@pytest.mark.parametrize(
    ("layer", "shape", "per_place"),
    [
        (nn.Dropout(0.3), (60, 50), 0),
        (nn.Dropout1d(0.3), (60, 50, 3), 1),
        (nn.Dropout1d(0.3), (3000, 3), 1),
        (nn.Dropout2d(0.3), (60, 50, 3, 2), 2),
        (nn.Dropout3d(0.3), (60, 50, 3, 1, 2), 3),
        (nn.Dropout3d(0.3), (3000, 3, 1, 2), 3),
    ],
)
def test_a_share_p_of_elements_or_channels_is_zeroed_and_the_rest_scaled(layer, shape, per_place, framework):
    output = _drawn(layer, torch.ones(shape), framework, 1).reshape(3000, -1)
    assert (output == output[:, :1]).all(), "a channel is dropped in part"
    assert output.shape[1] == numpy.prod(shape[len(shape) - per_place :])
    kept = output[:, 0] != 0
    numpy.testing.assert_allclose(output[kept], 1 / 0.7, rtol=1e-6)
    assert abs(kept.mean() - 0.7) < 0.05


@_each
@pytest.mark.parametrize("layer", [nn.AlphaDropout(0.3), nn.FeatureAlphaDropout(0.3)])
def test_alpha_dropout_keeps_mean_and_variance(layer, framework):
    x = torch.randn(200, 300, generator=torch.Generator().manual_seed(0))
    output = _drawn(layer, x, framework, 1)
    assert abs(output.mean()) < 0.02
    assert abs(output.std() - 1) < 0.02
    values, counts = numpy.unique(output.round(4), return_counts=True)
    assert abs(counts.max() / output.size - 0.3) < 0.02
    keep, saturation = 0.7, -1.7580993408473766  # of Klambauer et al.: a * (saturation - p * saturation)
    scale = (keep * (1 + 0.3 * saturation**2)) ** -0.5
    numpy.testing.assert_allclose(values[counts.argmax()], scale * saturation * keep, atol=1e-4)


@_each
def test_feature_alpha_dropout_drops_whole_channels(framework):
    output = _drawn(nn.FeatureAlphaDropout(0.5), torch.ones(8, 8, 5), framework, 1)
    assert (output == output[:, :, :1]).all()
    assert len(numpy.unique(output)) == 2


@_each
def test_slopes_are_drawn_between_lower_and_upper(framework):
    x = torch.tensor([2.0]).repeat(1000)
    x[:500] = -1.0
    slopes, passed = numpy.split(-_drawn(nn.RReLU(0.2, 0.6), x, framework, 1), 2)
    assert (passed == -2).all()
    assert (slopes >= 0.2).all()
    assert (slopes <= 0.6).all()
    assert abs(slopes.mean() - 0.4) < 0.03
    assert len(numpy.unique(slopes)) > 400


@_each
@pytest.mark.parametrize(
    "layer", [nn.Dropout(), nn.Dropout2d(), nn.AlphaDropout(), nn.FeatureAlphaDropout(), nn.RReLU()]
)
def test_the_key_decides(layer, framework):
    x = -torch.ones(6, 8, 2, 2)
    first, again, other = (_drawn(layer, x, framework, seed) for seed in (1, 1, 2))
    assert numpy.array_equal(first, again)
    assert not numpy.array_equal(first, other)


@_each
@pytest.mark.parametrize("layer", [nn.Dropout(), nn.Dropout3d(), nn.AlphaDropout(), nn.RReLU()])
def test_without_a_key_training_is_refused(layer, framework):
    with pytest.raises(RuntimeError, match="rng"):
        layer.stateless_apply({}, {}, to_framework(torch.ones(2, 3, 1, 1), framework), training=True)


@pytest.mark.parametrize("layer", [nn.ReLU(True), nn.Dropout(0.0, True), nn.Dropout(0.5, True), nn.RReLU(inplace=True)])
def test_pure_application_writes_into_nothing(layer):
    x = -torch.ones(4, 5)
    layer.stateless_apply({}, {}, x, training=True)
    assert torch.equal(x, -torch.ones(4, 5))
