"""`torch.distributions` in a forward: densities, entropies and draws, with gradients."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch
from torch import distributions, nn

import bridge
from bridge import ops
from bridge.interop import convert
from tests.helpers import assert_close, to_framework, to_numpy


def _positive(x: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.softplus(x) + 0.5


def _made(x: torch.Tensor) -> dict[str, tuple[distributions.Distribution, torch.Tensor]]:
    """Distributions with parameters of `x`, each with a point of which it has a density."""
    d, scale, between = distributions, _positive(x), torch.sigmoid(x)
    whole, hot = (x > 0).to(x.dtype), torch.nn.functional.one_hot(x.argmax(-1), x.shape[-1]).to(x.dtype)
    return {
        "Bernoulli": (d.Bernoulli(logits=x), whole),
        "Beta": (d.Beta(scale, scale + 1), between),
        "Binomial": (d.Binomial(5, logits=x), 3 * whole),
        "Categorical": (d.Categorical(logits=x), x.argmax(-1)),
        "Cauchy": (d.Cauchy(x, scale), 2 * x),
        "ContinuousBernoulli": (d.ContinuousBernoulli(logits=x), between),
        "Dirichlet": (d.Dirichlet(scale), x.softmax(-1)),
        "Exponential": (d.Exponential(scale), scale),
        "Gamma": (d.Gamma(scale, scale + 1), scale),
        "Geometric": (d.Geometric(logits=x), 3 * whole),
        "Gumbel": (d.Gumbel(x, scale), 2 * x),
        "HalfNormal": (d.HalfNormal(scale), scale),
        "Independent": (d.Independent(d.Normal(x, scale), 1), 2 * x),
        "InverseGamma": (d.InverseGamma(scale + 4, scale), scale),
        "Kumaraswamy": (d.Kumaraswamy(scale, scale), between),
        "Laplace": (d.Laplace(x, scale), 2 * x),
        "LogNormal": (d.LogNormal(x / 9, scale / 9), scale),
        "LowRankMultivariateNormal": (d.LowRankMultivariateNormal(x, x[..., None], scale), 2 * x),
        "MixtureSameFamily": (d.MixtureSameFamily(d.Categorical(logits=x), d.Normal(x, scale)), x[..., 0]),
        "MultivariateNormal": (d.MultivariateNormal(x, torch.diag_embed(scale)), 2 * x),
        "Multinomial": (d.Multinomial(4, logits=x), 4 * hot),
        "Normal": (d.Normal(x, scale), 2 * x),
        "OneHotCategorical": (d.OneHotCategorical(logits=x), hot),
        "RelaxedBernoulli": (d.RelaxedBernoulli(torch.tensor(0.7), logits=x), between),
        "StudentT": (d.StudentT(scale + 4, x, scale), 2 * x),
        "Tanh": (d.TransformedDistribution(d.Normal(x, scale), [d.TanhTransform()]), torch.tanh(x)),
        "Uniform": (d.Uniform(x, x + 1), x + 0.5),
        "Weibull": (d.Weibull(scale, scale + 1), scale),
    }


_NO_ENTROPY = {"Binomial", "MixtureSameFamily", "Multinomial", "RelaxedBernoulli", "Tanh"}
_NO_MEAN = {"Cauchy", "Categorical", "RelaxedBernoulli", "Tanh"}


DRAWS = 4000


class Densities(nn.Module):
    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {name: made.log_prob(point) for name, (made, point) in _made(x).items()}


class Entropies(nn.Module):
    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {name: made.entropy() for name, (made, _) in _made(x).items() if name not in _NO_ENTROPY}


class Draws(nn.Module):
    """As a gradient may flow through a draw, where it can."""

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        made = {name: one for name, (one, _) in _made(x).items()}
        return {name: one.rsample() if one.has_rsample else one.sample() for name, one in made.items()}


def _applied(module: nn.Module, x: Any, seed: Any) -> dict[str, Any]:
    return bridge.stateless_apply(convert(module), {}, {}, x, rng=seed)[0]


_each = pytest.mark.parametrize("framework", ["jax", "tensorflow"])


@_each
@pytest.mark.parametrize(
    "module",
    [Densities(), pytest.param(Entropies(), marks=pytest.mark.sweep)],
    ids=lambda module: type(module).__name__,
)
def test_they_are_torchs_with_their_gradients(module, framework):
    x = torch.randn(3, 5, generator=torch.Generator().manual_seed(0)).requires_grad_()
    expected = module(x)
    (wanted,) = torch.autograd.grad(sum(one.sum() for one in expected.values()), x)
    ours = to_framework(x, framework)
    if framework == "jax":
        total = lambda x: sum(map(jnp.sum, _applied(module, x, None).values()))  # noqa: E731
        received, gradient = jax.jit(lambda x: _applied(module, x, None))(ours), jax.jit(jax.grad(total))(ours)
    else:
        with tf.GradientTape() as tape:
            tape.watch(ours)
            received = _applied(module, ours, None)
            total = tf.add_n([tf.reduce_sum(one) for one in received.values()])
        gradient = tape.gradient(total, ours)
    assert received.keys() == expected.keys()
    for name, one in expected.items():
        assert_close(received[name], one, 1e-4)
    assert_close(gradient, wanted, 1e-4)


@_each
@pytest.mark.sweep
def test_draws_have_the_mean_and_its_gradient(framework):
    x = torch.randn(3, 5, generator=torch.Generator().manual_seed(0)).requires_grad_()
    made = {name: one for name, (one, _) in _made(x).items()}
    through = [name for name, one in made.items() if one.has_rsample and name not in _NO_MEAN]
    (wanted,) = torch.autograd.grad(sum(made[name].mean.sum() for name in through), x)
    many = to_framework(torch.broadcast_to(x.detach(), (DRAWS, 3, 5)).contiguous(), framework)

    def draw(many: Any, seed: Any) -> tuple[Any, dict[str, Any]]:
        drawn = _applied(Draws(), many, seed)
        return ops.sum(ops.stack([ops.sum(drawn[name]) for name in through])), drawn

    if framework == "jax":
        run = jax.jit(lambda many, seed: jax.value_and_grad(draw, has_aux=True)(many, seed)[::-1])
        (gradient, (_, first)), (_, (_, other)) = (run(many, jax.random.key(number)) for number in (0, 1))
    else:

        @tf.function(autograph=False)
        def run(many: Any, seed: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(many)
                total, drawn = draw(many, seed)
            return tape.gradient(total, many), drawn

        (gradient, first), (_, other) = (run(many, tf.constant([0, number])) for number in (0, 1))
    first, other = to_numpy(first), to_numpy(other)
    for name, one in made.items():
        assert numpy.isfinite(first[name]).all(), name
        assert (first[name] != other[name]).any(), name
        if name not in _NO_MEAN:
            error = 5 * to_numpy(one.stddev) / DRAWS**0.5
            assert (numpy.abs(first[name].mean(0) - to_numpy(one.mean)) <= error).all(), name
    assert_close(to_numpy(gradient).sum(0) / DRAWS, wanted, 0.1)
