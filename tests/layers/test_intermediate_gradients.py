"""TensorFlow's tape sees the tensors between layers: moves of the channels' axis are not skipped over."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.interop.tf import as_module
from tests.helpers import assert_close, to_framework
from tests.ops.case import floats

FIRST = [
    pytest.param(lambda: nn.Conv2d(2, 4, 3, padding=1), id="same"),
    pytest.param(lambda: nn.Conv2d(2, 4, 3, stride=2, padding=1), id="strided"),
    pytest.param(lambda: nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4)), id="batch-norm"),
    pytest.param(lambda: nn.Sequential(nn.Conv2d(2, 4, 3), nn.MaxPool2d(2)), id="pooled"),
]


def _by_module(module: torch.nn.Module) -> Callable[..., Any]:
    return as_module(module)


def _stateless(module: torch.nn.Module) -> Callable[..., Any]:
    params = to_framework({name: p.detach() for name, p in module.named_parameters()}, "tensorflow")
    buffers = to_framework(dict(module.named_buffers()), "tensorflow")
    return lambda x: bridge.stateless_apply(module, params, buffers, x, training=False)[0]


@pytest.mark.parametrize("bring", [_by_module, _stateless])
@pytest.mark.parametrize("make", FIRST)
def test_a_gradient_between_layers_in_a_tf_function(make: Callable[[], Any], bring: Any) -> None:
    first = make().eval()
    second = nn.Sequential(nn.ReLU(), nn.Conv2d(4, 3, 3)).eval()
    x = floats(2, 2, 9, 9)
    hidden = copy.deepcopy(first)(torch.tensor(x))
    output = copy.deepcopy(second)(hidden)
    cotangent = floats(*output.shape)
    (expected,) = torch.autograd.grad(output, hidden, torch.tensor(cotangent))

    a, b = bring(first), bring(second)

    @tf.function(autograph=False)
    def gradients(x: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            h = a(x)
            y = ops.sum(b(h) * tf.constant(cotangent))
        return tape.gradient(y, [h, x])

    of_hidden, of_input = gradients(tf.constant(x))
    assert of_hidden is not None
    assert of_input is not None
    assert_close(of_hidden, expected.numpy(), 1e-4)
    assert numpy.isfinite(of_input.numpy()).all()


def test_an_activation_between_convolutions_leaves_their_moves_side_by_side() -> None:
    """TensorFlow's optimizer takes out a pair of moves only where nothing stands between them."""
    module = as_module(nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(), nn.Conv2d(4, 3, 3)).eval())
    traced = tf.function(module, autograph=False).get_concrete_function(tf.TensorSpec((2, 2, 9, 9)))
    (relu,) = (operation for operation in traced.graph.get_operations() if operation.type == "Relu")
    assert relu.outputs[0].shape == (2, 7, 7, 4)
    before, after = relu.inputs[0].op, relu.outputs[0].consumers()[0]
    assert [each.type for each in (before, before.inputs[0].op, after)] == ["Transpose"] * 3
    assert [each.type for each in after.outputs[0].consumers()] == ["Transpose"]
