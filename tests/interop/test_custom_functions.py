"""A `torch.autograd.Function` in a converted forward: its own backward, in every framework."""

from __future__ import annotations

import threading
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch
from torch import nn
from torch.autograd import Function
from torch.autograd.function import _SingleLevelFunction, once_differentiable

import bridge
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module, to_torch
from tests.helpers import assert_close, to_framework, to_numpy

X = torch.tensor([[0.3, -1.2, 2.6], [-0.4, 1.5, -2.2]])


class Reverse(Function):
    """Against the gradient, by a factor."""

    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient):
        return -ctx.factor * gradient, None


class StraightThrough(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.round(x)

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return torch.where(x.abs() < 2, gradient, torch.zeros_like(gradient))


rounded = StraightThrough.apply  # as most code keeps it


class TwiceExp(Function):
    """In two parts, and it saves what it answers; its gradient is not that of its forward."""

    @staticmethod
    def forward(x, scale=1.0):
        return torch.exp(x * scale)

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, ctx.scale = inputs
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, gradient):
        (output,) = ctx.saved_tensors
        return 2 * ctx.scale * gradient * output, None


class Sorted(Function):
    """Two answers, of which one has no gradient; it keeps a tensor and a shape as attributes."""

    @staticmethod
    def forward(ctx, x, largest):
        values, places = torch.sort(x, dim=-1, descending=largest)
        ctx.places, ctx.shape = places, x.shape
        ctx.mark_non_differentiable(places)
        return values, places

    @staticmethod
    def backward(ctx, gradient, no_gradient):
        return torch.zeros(ctx.shape).scatter(-1, ctx.places, 3 * gradient), None


class Weighted(Function):
    """Several tensors: one in a list, which gets no gradient, one of whole numbers, and one that broadcasts."""

    @staticmethod
    def forward(ctx, x, others, places, bias, nothing):
        ctx.save_for_backward(x, others[0], places)
        return x[:, places] * others[0] + bias

    @staticmethod
    def backward(ctx, gradient):
        x, other, places = ctx.saved_tensors
        assert ctx.needs_input_grad == (True, False, False, True, False)
        return torch.zeros_like(x).index_add(1, places, 5 * gradient * other), None, None, gradient, None


class Plain(nn.Module):
    def __init__(self, function: Any) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 3)
        self.function = function
        with torch.no_grad():
            self.linear.weight.copy_(torch.eye(3) + 0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(self.linear(x))


def _two(x):
    values, places = Sorted.apply(x, True)
    return values + values.detach() * places


CASES = {
    "reversed": lambda x: Reverse.apply(torch.sin(x), 0.5),
    "straight through": lambda x: rounded(x * 2) * x,
    "two parts": lambda x: TwiceExp.apply(x, 0.5),
    "a default": lambda x: TwiceExp.apply(x),
    "two answers": _two,
    "several tensors": lambda x: Weighted.apply(x, [x * 2], torch.argsort(x[0]), x[0], None),
    "one tensor twice": lambda x: Weighted.apply(x, [x], torch.tensor([2, 0, 1]), x, "name"),
    "in each other": lambda x: Reverse.apply(rounded(Reverse.apply(x, 3.0)), 2.0),
    "no gradient asked": lambda x: x * torch.no_grad()(rounded)(x * 3),
}


def gradients(module: nn.Module, x: torch.Tensor, framework: str, shape: Any = None) -> Any:
    """Of the sum of squares, by the input and the parameters, compiled; and the answer."""
    if framework == "torch":
        given = x.clone().requires_grad_()
        answer = module(given)
        parameters = dict(module.named_parameters())
        (answer**2).sum().backward()
        return answer.detach(), given.grad, {name: parameter.grad for name, parameter in sorted(parameters.items())}
    if framework == "jax":
        apply, params, buffers = functionalize(module)

        def loss(params, x):
            answer, _ = apply(params, buffers, x, training=True, rng=jax.random.key(0))
            return (answer**2).sum(), answer

        found, answer = jax.jit(jax.grad(loss, (0, 1), has_aux=True))(params, to_framework(x, "jax"))
        return answer, found[1], dict(sorted(found[0].items()))
    running = as_module(module)

    @tf.function(input_signature=[tf.TensorSpec(x.shape if shape is None else shape)], autograph=False)
    def taped(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            answer = running(x, training=True, rng=tf.constant([0, 1]))
            loss = tf.reduce_sum(answer**2)
        return answer, *tape.gradient(loss, [x, dict(sorted(running.parameters.items()))])

    answer, by_input, by_parameters = taped(to_framework(x, "tensorflow"))
    return answer, by_input, to_torch(running, by_parameters)


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize("name", CASES)
def test_gradients_are_those_of_its_own_backward(name, framework):
    module = Plain(CASES[name])
    expected = gradients(module, X, "torch")
    received = gradients(module, X, framework)
    assert_close(received, expected)
    assert any(numpy.abs(one).max() > 0.1 for one in to_numpy(expected[2]).values())


@pytest.mark.parametrize("name", ["reversed", "two answers", "straight through"])
def test_with_sizes_left_open(name):
    module = Plain(CASES[name])
    expected, received = gradients(module, X, "torch"), gradients(module, X, "tensorflow", (None, 3))
    assert_close(received, expected)


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_it_is_run_without_compilation_too(framework):
    module = Plain(CASES["reversed"])
    assert_close(bridge.interop.convert(module)(to_framework(X, framework)), module(X).detach())


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * 4 * x**3


@pytest.mark.parametrize("function", [Cube.apply, lambda x: TwiceExp.apply(x, 0.5)])
def test_its_backward_is_differentiated_in_turn(function):
    x = torch.tensor(1.6, requires_grad=True)
    (once,) = torch.autograd.grad(function(x), x, create_graph=True)
    (expected,) = torch.autograd.grad(once, x)
    apply, _, _ = functionalize(Calls(function))
    twice = jax.grad(jax.grad(lambda x: apply({}, {}, x)[0]))
    assert_close(twice(to_framework(x.detach(), "jax")), expected)


class Calls(nn.Module):
    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x)


class Dropped(Function):
    """What is drawn in the forward stands in the backward."""

    @staticmethod
    def forward(ctx, x):
        ctx.mask = torch.rand_like(x) < 0.5
        return x * ctx.mask

    @staticmethod
    def backward(ctx, gradient):
        return gradient * ctx.mask


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_random_numbers_are_the_same_in_its_backward(framework):
    x = torch.ones(8, 16)
    answer, gradient, _ = to_numpy(gradients(Calls(Dropped.apply), x, framework))
    assert 20 < answer.sum() < 108
    numpy.testing.assert_array_equal(gradient, 2 * answer)


class AddsInPlace(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.add_(1)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


def test_one_that_changes_its_input_is_refused():
    with pytest.raises(bridge.ConversionError, match=r"AddsInPlace.*mark_dirty.*answer with a new tensor"):
        bridge.interop.convert(Calls(lambda x: AddsInPlace.apply(x * 2)))(to_framework(X, "jax"))


@pytest.mark.parametrize("use_reentrant", [True, False])
def test_a_checkpoint_has_the_gradient_of_what_it_runs(use_reentrant):
    inner = nn.Linear(3, 3)

    def checkpointed(x):
        return torch.utils.checkpoint.checkpoint(lambda x: torch.sin(inner(x)), x, use_reentrant=use_reentrant)

    module = Plain(checkpointed)
    module.inner = inner
    assert_close(gradients(module, X, "jax"), gradients(module, X, "torch"))


class Runs(Function):
    @staticmethod
    def forward(ctx, x, function):
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return 3 * gradient * x, None


def test_a_function_that_holds_no_tensors_may_be_given():
    module = Plain(lambda x: Runs.apply(x, torch.sin))
    assert_close(gradients(module, X, "jax"), gradients(module, X, "torch"))
    module = Plain(lambda x: Runs.apply(x, lambda x, by=2: x * by))
    assert_close(gradients(module, X, "jax"), gradients(module, X, "torch"))


class RunsApart(Runs):
    """Its forward is cut off from what comes before it, so that its backward alone has the gradient."""

    @staticmethod
    def forward(ctx, x, function):
        with torch.no_grad():
            return Runs.forward(ctx, x, function)


@pytest.mark.parametrize("function", [Runs, RunsApart])
def test_one_that_holds_tensors_has_no_gradient(function):
    inner = nn.Linear(3, 3)
    module = Plain(lambda x: function.apply(x, inner))
    module.inner = inner
    assert_close(bridge.interop.convert(module)(to_framework(X, "jax")), module(X).detach())
    for framework in ("jax", "tensorflow"):
        with pytest.raises(bridge.ConversionError, match="Runs.* has no gradient.*Give it the tensors"):
            gradients(module, X, framework)


def test_torch_is_as_it_was_afterwards_and_in_other_threads():
    seen = []

    def elsewhere():
        x = X.clone().requires_grad_()
        Reverse.apply(x, 2.0).sum().backward()
        seen.append(x.grad)

    def meanwhile(x):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        return Reverse.apply(x, 1.0)

    bridge.interop.convert(Calls(meanwhile))(to_framework(X, "jax"))
    assert_close(seen, [torch.full_like(X, -2.0)])
    assert "apply" not in vars(_SingleLevelFunction)
