"""Gradients where functions have kinks, at which frameworks take different ones, beside PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf
import torch
from torch.nn import functional as F

from bridge import ops
from tests.helpers import COMPILERS, assert_close, to_framework

PAIRS = [
    (torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 3.0, 2.0])),
    (torch.tensor([[1.0, 2.0], [2.0, 2.0]]), torch.tensor([2.0, 1.0])),
    (torch.tensor([[0.0], [1.0]]), torch.tensor([[0.0, 1.0, 2.0]])),
    (torch.tensor([[0.0, -3.0]]), torch.tensor(0.0)),
    (torch.zeros(0, 2), torch.zeros(2)),
]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize("name", ["maximum", "minimum"])
@pytest.mark.parametrize("pair", PAIRS)
def test_equal_ones_share_the_gradient(pair, name, framework, compiled):
    given = [one.clone().requires_grad_() for one in pair]
    answer = getattr(torch, name)(*given)
    weight = torch.arange(float(answer.numel())).reshape(answer.shape) + 1
    (answer * weight).sum().backward()
    function = ops.grad(lambda x, y, weight: ops.sum(getattr(ops, name)(x, y) * weight), (0, 1))
    function = COMPILERS[framework](function) if compiled else function
    assert_close(function(*to_framework([*pair, weight], framework)), [one.grad for one in given])


def test_sizes_that_a_graph_leaves_open():
    @tf.function(input_signature=[tf.TensorSpec([None, None]), tf.TensorSpec([None])], autograph=False)
    def gradients(x, y):
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            answer = ops.maximum(x, y)
        return tape.gradient(answer, [x, y])

    x, y = PAIRS[1]
    given = [x.clone().requires_grad_(), y.clone().requires_grad_()]
    torch.maximum(*given).sum().backward()
    assert_close(gradients(*to_framework([x, y], "tensorflow")), [one.grad for one in given])


def test_a_second_derivative():
    def loss(x):
        return ops.sum(ops.maximum(x**2, x) ** 2)

    x = torch.tensor([0.5, 2.0, -1.0], requires_grad=True)
    (once,) = torch.autograd.grad((torch.maximum(x**2, x) ** 2).sum(), x, create_graph=True)
    (expected,) = torch.autograd.grad(once.sum(), x)
    twice = ops.grad(lambda x: ops.sum(ops.grad(loss)(x)))
    assert_close(twice(to_framework(x.detach(), "tensorflow")), expected)


POINTS = torch.tensor([-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0])

KINKS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "abs": (ops.abs, torch.abs),
    "fabs": (ops.fabs, torch.abs),
    "clip": (lambda x: ops.clip(x, -1.0, 1.0), lambda x: torch.clamp(x, -1.0, 1.0)),
    "clip above": (lambda x: ops.clip(x, min=-1.0), lambda x: torch.clamp(x, min=-1.0)),
    "clip below": (lambda x: ops.clip(x, max=1), lambda x: torch.clamp(x, max=1)),
    "clip by tensors": (
        lambda x: ops.clip(x, ops.full_like(x, -1.0), ops.ones_like(x)),
        lambda x: torch.clamp(x, torch.full_like(x, -1.0), torch.ones_like(x)),
    ),
    "fmax": (lambda x: ops.fmax(x, ops.zeros_like(x)), lambda x: torch.fmax(x, torch.zeros_like(x))),
    "fmin": (lambda x: ops.fmin(x, ops.zeros_like(x)), lambda x: torch.fmin(x, torch.zeros_like(x))),
    "fmod": (lambda x: ops.fmod(x, 4.0), lambda x: torch.fmod(x, 4.0)),
    "max of equals": (
        lambda x: ops.max(ops.stack([x, x]), axis=0),
        lambda x: torch.amax(torch.stack([x, x]), 0),
    ),
    "relu": (ops.relu, F.relu),
    "relu6": (ops.relu6, F.relu6),
    "hardtanh": (ops.hardtanh, F.hardtanh),
    "hardsigmoid": (ops.hardsigmoid, F.hardsigmoid),
    "hardswish": (ops.hardswish, F.hardswish),
    "leaky_relu": (ops.leaky_relu, F.leaky_relu),
    "elu": (ops.elu, F.elu),
    "softshrink": (ops.softshrink, F.softshrink),
    "hardshrink": (ops.hardshrink, F.hardshrink),
    "threshold": (lambda x: ops.threshold(x, 1.0, 5.0), lambda x: F.threshold(x, 1.0, 5.0)),
    "l1_loss": (
        lambda x: ops.l1_loss(x, ops.zeros_like(x), "none"),
        lambda x: F.l1_loss(x, torch.zeros_like(x), reduction="none"),
    ),
    "huber_loss": (
        lambda x: ops.huber_loss(x, ops.zeros_like(x), "none"),
        lambda x: F.huber_loss(x, torch.zeros_like(x), reduction="none"),
    ),
    "margin_ranking_loss": (
        lambda x: ops.margin_ranking_loss(x, ops.zeros_like(x), ops.ones_like(x), 1.0, "none"),
        lambda x: F.margin_ranking_loss(x, torch.zeros_like(x), torch.ones_like(x), 1.0, reduction="none"),
    ),
    "hinge_embedding_loss": (
        lambda x: ops.hinge_embedding_loss(x, -ops.ones_like(x), 1.0, "none"),
        lambda x: F.hinge_embedding_loss(x, -torch.ones_like(x), 1.0, reduction="none"),
    ),
}


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize("name", KINKS)
def test_the_gradient_at_a_kink_is_torchs(name, framework):
    function, reference = KINKS[name]
    x = POINTS.clone().requires_grad_()
    weight = torch.arange(1.0, 10.0)
    (reference(x) * weight).sum().backward()
    gradient = ops.grad(lambda x, weight: ops.sum(function(x) * weight))
    assert_close(gradient(*to_framework([POINTS, weight], framework)), x.grad)
