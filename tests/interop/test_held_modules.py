"""Modules that a forward reaches by more than their registered names: lists, bound methods, closures."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module, to_torch
from tests.helpers import to_numpy

Kinds = tuple[type[torch.nn.Module], Any, Any]
KINDS: dict[str, Kinds] = {
    "torch.nn": (torch.nn.Module, torch.nn.Linear, torch.nn.BatchNorm1d),
    "bridge.layers": (nn.Module, nn.Linear, nn.BatchNorm1d),
}

ROWS = numpy.random.default_rng(0).standard_normal((4, 3)).astype("float32")


def _of(kinds: Kinds, hold: Callable[[Any], Callable[[Any], Any]]) -> torch.nn.Module:
    base, linear, norm = kinds

    class Model(base):  # type: ignore[misc,valid-type]
        """Has its layers registered, and calls them by what `hold` makes of them."""

        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = linear(3, 3), norm(3)
            self.run = hold(self)

        def forward(self, x: Any) -> Any:
            return self.run(x)

    torch.manual_seed(0)
    return Model()


def _hold_list(model: Any) -> Any:
    model.layers = [model.first, model.second]
    model.run_all = _run_list
    return functools.partial(_run_list, model)


def _run_list(model: Any, x: Any) -> Any:
    for layer in model.layers:
        x = layer(x)
    return x


def _hold_nested(model: Any) -> Any:
    model.blocks = {"all": ([model.first], (model.second,))}
    return functools.partial(_run_nested, model)


def _run_nested(model: Any, x: Any) -> Any:
    for layers in model.blocks["all"]:
        for layer in layers:
            x = layer(x)
    return x


def _hold_closure(model: Any) -> Any:
    return lambda x, *, also=1.0: model.second(model.first(x)) * also


def _hold_method(model: Any) -> Any:
    second = model.second.forward
    first = model.first.forward
    return lambda x: second(first(x))


def _hold_partial(model: Any) -> Any:
    return functools.partial(_both, model.first, second=model.second)


def _both(first: Any, x: Any, second: Any) -> Any:
    return second(first(x))


def _hold_forward(model: Any) -> Any:
    forward = type(model).forward.__get__(model)
    model.forward = lambda x: forward(x)  # as a patch of an instance does
    return _hold_closure(model)


def _hold_attribute(model: Any) -> Any:
    model.__dict__["alias"] = model.first
    return functools.partial(_run_alias, model)


def _run_alias(model: Any, x: Any) -> Any:
    return model.second(model.alias(x))


HOLDS = [_hold_list, _hold_nested, _hold_closure, _hold_method, _hold_partial, _hold_forward, _hold_attribute]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kinds", list(KINDS))
@pytest.mark.parametrize("hold", HOLDS)
def test_they_are_the_replicas(hold: Any, kinds: str, training: bool):
    """With other weights than the module's: in JAX those given, in TensorFlow its variables."""
    model = _of(KINDS[kinds], hold).eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    reference = _of(KINDS["torch.nn"], _hold_closure).train(training)
    reference.load_state_dict({name: 2 * tensor for name, tensor in before.items()})
    weights = numpy.cos(numpy.arange(12.0, dtype="float32")).reshape(4, 3)
    expected = reference(torch.tensor(ROWS))
    (expected * torch.tensor(weights)).sum().backward()
    gradients = {name: to_numpy(one.grad) for name, one in reference.named_parameters()}
    buffers = dict(reference.named_buffers())

    apply, given, held = functionalize(model)

    def loss(params: Any) -> Any:
        outputs, changed = apply(params, {name: 2 * one for name, one in held.items()}, ROWS, training=training)
        return (outputs * weights).sum(), (outputs, changed)

    received, (outputs, changed) = jax.jit(jax.grad(loss, has_aux=True))({name: 2 * one for name, one in given.items()})
    _compare((outputs, received, changed), (expected, gradients, buffers))

    module = as_module(model)
    for variables in (module.parameters, module.buffers):
        for variable in variables.values():
            variable.assign(2 * variable)
    with tf.GradientTape() as tape:
        outputs = module(tf.constant(ROWS), training=training)
        total = tf.reduce_sum(outputs * weights)
    received = to_torch(module, tape.gradient(total, dict(module.parameters)))
    _compare((outputs, received, module.buffers), (expected, gradients, buffers))

    outputs, changed = bridge.stateless_apply(
        model,
        {name: 2 * one for name, one in model.named_parameters()},
        {name: 2 * one for name, one in model.named_buffers()},
        torch.tensor(ROWS),
        training=training,
    )
    _compare((outputs, {}, changed), (expected, {}, buffers))

    assert not model.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), f"{name} was changed"


def _compare(received: tuple[Any, Any, Any], expected: tuple[Any, Any, Any]) -> None:
    for ours, theirs in zip(received, expected, strict=True):
        pairs = [(ours[name], theirs[name]) for name in theirs] if isinstance(theirs, dict) else [(ours, theirs)]
        for one, other in pairs:
            numpy.testing.assert_allclose(to_numpy(one), to_numpy(other), rtol=1e-4, atol=2e-5)


class Moving(torch.nn.Module):
    """Casts one of its layers in the forward, as Switch Transformers do their router."""

    def __init__(self) -> None:
        super().__init__()
        self.router = torch.nn.Linear(3, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.router = self.router.to(torch.float64)
        return self.router(x.double()).float()


def test_a_layer_cast_in_the_forward_stays_as_it_is_in_the_module():
    model = Moving()
    apply, params, buffers = functionalize(model)
    received, gradients = jax.value_and_grad(lambda params: apply(params, buffers, ROWS)[0].sum())(params)
    assert model.router.weight.dtype is torch.float32
    expected = model(torch.tensor(ROWS)).sum()
    expected.backward()
    numpy.testing.assert_allclose(received, expected.item(), rtol=1e-5)
    for name, parameter in model.named_parameters():
        numpy.testing.assert_allclose(gradients[name], parameter.grad, rtol=1e-5)


class Codes(torch.nn.Module):
    """Moves its codes through `.data`, as vector quantisation by moving averages does."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("codes", torch.tensor([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]]))
        self.register_buffer("count", torch.zeros(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        chosen = torch.nn.functional.one_hot(torch.cdist(x, self.codes).argmin(1), 2).type(x.dtype)
        if self.training:
            self.count.data.mul_(0.9).add_(chosen.sum(0), alpha=0.1)
            self.codes.data = 0.99 * self.codes.data + 0.01 * chosen.t() @ x.data
        return x + (chosen @ self.codes - x).detach()


def test_what_is_written_through_data_is_handed_out():
    model, reference = Codes(), Codes()
    expected = reference(torch.tensor(ROWS))
    apply, params, buffers = functionalize(model)
    outputs, changed = apply(params, buffers, ROWS, training=True)
    _compare((outputs, {}, changed), (expected, {}, dict(reference.named_buffers())))
    module = as_module(model)
    outputs = module(tf.constant(ROWS), training=True)
    _compare((outputs, {}, module.buffers), (expected, {}, dict(reference.named_buffers())))
    assert not model.count.any()
