"""DropPath, GaussianNoise and GaussianDropout: what they draw in every framework, and that the rng decides it."""

from __future__ import annotations

import math
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

from bridge import layers as nn
from bridge import ops
from tests.helpers import FRAMEWORKS, assert_close, to_framework, to_numpy

LAYERS = {
    "DropPath": lambda: nn.DropPath(0.3),
    "GaussianNoise": lambda: nn.GaussianNoise(0.5),
    "GaussianDropout": lambda: nn.GaussianDropout(0.2),
}
RNGS = {"jax": jax.random.key, "tensorflow": lambda seed: tf.constant([seed, 1])}


def _draw(layer: Any, x: torch.Tensor, framework: str, seed: int = 0) -> numpy.ndarray:
    """The answer in training mode to an array of the framework, with its random numbers from a seed."""
    array = to_framework(x, framework)
    if framework not in RNGS:
        torch.manual_seed(seed)
        return to_numpy(layer(array))
    return to_numpy(layer.stateless_apply({}, {}, array, rng=RNGS[framework](seed), training=True)[0])


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_drop_path_drops_whole_examples(framework):
    received = _draw(nn.DropPath(0.3), torch.full((20000, 2, 3), 7.0), framework)
    kept = received[:, 0, 0] != 0
    assert_close(received, numpy.where(kept[:, None, None], 10.0, 0.0).astype("float32") * numpy.ones((1, 2, 3), "f"))
    assert abs(kept.mean() - 0.7) < 4 * math.sqrt(0.21 / 20000)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_gaussian_noise_has_its_deviation(framework):
    x = torch.linspace(-2, 2, 50000)
    noise = _draw(nn.GaussianNoise(0.5), x, framework) - x.numpy()
    assert abs(noise.mean()) < 4 * 0.5 / math.sqrt(50000)
    assert abs(noise.std() - 0.5) < 0.01
    assert abs((noise**4).mean() / 0.5**4 - 3) < 0.2  # the fourth moment of a normal distribution
    assert abs(numpy.corrcoef(noise, x.numpy())[0, 1]) < 0.02


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_gaussian_dropout_has_the_variance_of_dropout(framework):
    x = torch.linspace(1, 3, 50000)
    factor = _draw(nn.GaussianDropout(0.2), x, framework) / x.numpy()
    assert abs(factor.mean() - 1) < 4 * 0.5 / math.sqrt(50000)
    assert abs(factor.var() - 0.2 / 0.8) < 0.01
    assert abs(((factor - 1) ** 4).mean() / 0.25**2 - 3) < 0.2


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", LAYERS)
def test_the_seed_decides(name, framework):
    layer, x = LAYERS[name](), torch.ones(64, 3)
    first = _draw(layer, x, framework, 1)
    numpy.testing.assert_array_equal(first, _draw(layer, x, framework, 1))
    assert not numpy.array_equal(first, _draw(layer, x, framework, 2))
    assert numpy.array_equal(to_numpy(LAYERS[name]().eval()(to_framework(x, framework))), x.numpy())


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize("name", LAYERS)
def test_a_compiled_step_draws_anew_for_each_rng(name, framework):
    layer, x = LAYERS[name](), to_framework(torch.ones(64, 3), framework)
    compiled = (jax.jit if framework == "jax" else tf.function)(
        lambda rng: layer.stateless_apply({}, {}, x, rng=rng, training=True)[0]
    )
    first, second = (to_numpy(compiled(RNGS[framework](seed))) for seed in (1, 2))
    assert not numpy.array_equal(first, second)
    assert_close(first, _draw(layer, torch.ones(64, 3), framework, 1))


@pytest.mark.parametrize("name", LAYERS)
def test_two_layers_and_two_calls_draw_apart(name):
    model, x = nn.Sequential(LAYERS[name](), LAYERS[name]()), torch.ones(64, 3)
    once = _draw(LAYERS[name](), x, "jax")
    assert not numpy.array_equal(_draw(model, x, "jax"), _draw(LAYERS[name](), torch.tensor(once), "jax"))
    layer = LAYERS[name]()
    assert not torch.equal(layer(x), layer(x))


@pytest.mark.parametrize("name", LAYERS)
def test_gradients_and_dtypes_and_compile(name):
    layer, x = LAYERS[name](), torch.randn(32, 3, requires_grad=True)
    torch.manual_seed(0)
    output = layer(x)
    (gradient,) = torch.autograd.grad(output.sum(), x)
    assert_close(gradient, torch.ones_like(x) if name == "GaussianNoise" else output / x, 1e-3)
    for dtype in (torch.float64, torch.bfloat16):
        assert layer(x.to(dtype)).dtype == dtype
    torch.manual_seed(0)
    assert torch.equal(torch.compile(layer, fullgraph=True, backend="eager")(x), output)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_many_strengths_compile_in_one_graph_each(name):
    x = torch.ones(4, 3)
    torch._dynamo.reset()
    compiled = torch.compile(lambda layer, x: layer(x), fullgraph=True, backend="eager")
    for strength in (0.1, 0.2, 0.3, 0.4):  # from the second on Dynamo makes the number a symbol
        layer = getattr(nn, name)(strength)
        answers = []
        for run in (compiled, lambda layer, x: layer(x)):
            torch.manual_seed(0)
            answers.append(run(layer, x))
        assert torch.equal(*answers)


def test_without_a_key_jax_refuses():
    with pytest.raises(RuntimeError, match="rng"):
        nn.DropPath(0.5).stateless_apply({}, {}, jax.numpy.ones((2, 3)), training=True)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.DropPath(-0.1), "DropPath expected a probability p from 0 to 1, got -0.1"),
        (lambda: nn.GaussianDropout(1.0), "GaussianDropout expected a p from 0 below 1, got 1.0"),
        (lambda: nn.GaussianNoise(-1), "GaussianNoise expected a stddev of at least 0, got -1"),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        make()


def test_the_extremes_of_drop_path():
    x = torch.randn(3, 2)
    assert torch.equal(nn.DropPath(0.0)(x), x)
    assert not nn.DropPath(1.0)(x).any()
    assert ops.drop_path(x, 1.0, training=False) is x
