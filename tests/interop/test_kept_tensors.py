"""A forward that keeps tensors in its module, as a cache of what it has computed or as a table."""

from __future__ import annotations

from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module


class Caching(torch.nn.Module):
    """Keeps what it has gathered of its parameter, until it is trained again, as LeViT does."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = torch.nn.Parameter(torch.tensor([1.0, 2.0, 3.0]))
        self.kept: dict[str, torch.Tensor] = {}

    def train(self, mode: bool = True) -> Caching:
        self.kept = {} if mode else self.kept
        return super().train(mode)

    def gathered(self) -> torch.Tensor:
        if self.training:
            return self.bias[[0, 1, 1]]
        if "bias" not in self.kept:
            self.kept["bias"] = self.bias[[0, 1, 1]]
        return self.kept["bias"]

    def forward(self, x: Any) -> Any:
        return torch.relu(x + self.gathered())


class WithoutTorch(Caching):
    """The same, without a function of torch: it needs no conversion until it meets a tensor of torch."""

    def gathered(self) -> torch.Tensor:
        if "bias" not in self.kept:
            self.kept["bias"] = self.bias * 2.0
        return self.kept["bias"]

    def forward(self, x: Any) -> Any:
        return x + self.gathered()


class Tables(torch.nn.Module):
    """Goes over a dict of tensors, which is no cache."""

    def __init__(self) -> None:
        super().__init__()
        self.tables = {"first": torch.tensor(2.0), "second": torch.tensor(3.0)}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for table in self.tables.values():
            x = torch.relu(x) * table
        return x


def _without(model: torch.nn.Module) -> None:
    pass


def _run(model: torch.nn.Module) -> None:
    model(torch.ones(2, 3))


def _run_without_gradients(model: torch.nn.Module) -> None:
    with torch.no_grad():
        model(torch.ones(2, 3))


@pytest.mark.parametrize("before", [_without, _run, _run_without_gradients])
@pytest.mark.parametrize("kind", [Caching, WithoutTorch])
def test_a_cache_follows_the_parameters_in_jax(kind: type[Caching], before: Any):
    model = kind().eval()
    before(model)
    kept = dict(model.kept)
    apply, _, buffers = functionalize(model)
    expected = kind().eval()
    with torch.no_grad():
        expected.bias.mul_(-5.0)
    x = torch.arange(12.0).reshape(4, 3) * 4.0
    for rows in (2, 4):  # of which the second leaves the batch open
        wanted = expected(x[:rows])
        (gradient,) = torch.autograd.grad(wanted.sum(), expected.bias)
        expected.train().eval()

        def loss(params: Any, rows: int = rows) -> Any:
            outputs, _ = apply(params, buffers, jax.numpy.asarray(x[:rows].numpy()))
            return outputs.sum(), outputs

        for function in (jax.grad(loss, has_aux=True), jax.jit(jax.grad(loss, has_aux=True))):
            gradients, received = function({"bias": jax.numpy.asarray(expected.bias.detach().numpy())})
            numpy.testing.assert_allclose(received, wanted.detach())
            numpy.testing.assert_allclose(gradients["bias"], gradient)
    assert model.kept == kept


@pytest.mark.parametrize("before", [_without, _run, _run_without_gradients])
def test_a_cache_follows_the_parameters_in_tensorflow(before: Any):
    model = Caching().eval()
    before(model)
    kept = dict(model.kept)
    module = as_module(model)
    module.parameters["bias"].assign([-5.0, 6.0, -7.0])
    for compiled in (module, tf.function(module)):
        with tf.GradientTape() as tape:
            received = compiled(tf.zeros((2, 3)))
        gradient = tape.gradient(received, module.parameters["bias"])
        numpy.testing.assert_array_equal(received, [[0.0, 6.0, 6.0]] * 2)
        numpy.testing.assert_array_equal(gradient, [0.0, 4.0, 0.0])
    assert model.kept == kept


def test_nothing_that_a_forward_keeps_stays_in_the_module():
    model = WithoutTorch().eval()
    other = {"bias": torch.tensor([7.0, 7.0, 7.0])}
    bridge.stateless_apply(model, other, {}, torch.ones(2, 3))
    bridge.stateless_apply(bridge.interop.convert(Caching().eval()), other, {}, torch.ones(2, 3))
    apply, params, buffers = functionalize(model)
    apply(params, buffers, jax.numpy.ones((2, 3)))
    as_module(model)(tf.ones((2, 3)))
    assert model.kept == {}
    numpy.testing.assert_array_equal(model(torch.ones(2, 3)).detach(), [[3.0, 5.0, 7.0]] * 2)


def test_a_table_is_no_cache():
    model = Tables()
    apply, params, buffers = functionalize(model)
    x = numpy.array([[-1.0, 2.0]], "float32")
    numpy.testing.assert_array_equal(apply(params, buffers, jax.numpy.asarray(x))[0], model(torch.tensor(x)))
    assert list(model.tables) == ["first", "second"]


class Attribute(Caching):
    """Keeps it as an attribute, in which PyTorch does not see a cache."""

    def gathered(self) -> torch.Tensor:
        if not hasattr(self, "last"):
            self.last = self.bias * 2.0
        return self.last


def test_a_kept_attribute_that_would_not_follow_the_parameters_is_refused():
    model = Attribute()
    apply, params, buffers = functionalize(model)
    apply(params, buffers, jax.numpy.ones((2, 3)))
    model(torch.ones(2, 3))
    apply, params, buffers = functionalize(model)
    with pytest.raises(bridge.ConversionError, match="it keeps last, a tensor that an earlier call has computed"):
        apply(params, buffers, jax.numpy.ones((2, 3)))


class Operators(torch.nn.Module):
    """Has a tensor that is neither a parameter nor a buffer, and calls no function of torch."""

    def __init__(self, learned: bool) -> None:
        super().__init__()
        scale = torch.tensor(3.0)
        self.scales = [torch.nn.Parameter(scale) if learned else scale]

    def forward(self, x: Any) -> Any:
        (scale,) = self.scales
        return (scale * x - x**scale, x > scale, scale <= x)


@pytest.mark.parametrize("learned", [False, True])
def test_python_operators_with_a_tensor_of_torch_are_converted(learned: bool):
    model = Operators(learned)
    x = numpy.array([[-1.0, 3.0, 5.0]], "float32")
    apply, params, buffers = functionalize(model)
    received = apply(params, buffers, jax.numpy.asarray(x))[0], as_module(model)(tf.constant(x))
    for answers in received:
        for one, expected in zip(answers, model(torch.tensor(x)), strict=True):
            numpy.testing.assert_allclose(one, expected.detach().numpy())
