"""A mixture of experts beside a loop over tokens and experts, as its papers have it."""

from __future__ import annotations

import math

import jax
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F

import bridge
from bridge import layers as nn
from tests.helpers import assert_close, to_framework
from tests.layers.reference import assert_is


def looped(layer, x, normalize, capacity=math.inf, activation=F.silu):
    """Every token in turn at each of its experts; who comes when an expert is full is not served there."""
    tokens = x.reshape(-1, x.shape[-1])
    probabilities = (tokens @ layer.gate.weight.T).softmax(-1)
    values, indices = probabilities.topk(layer.top_k)
    if normalize:
        values = values / values.sum(-1, keepdim=True)
    served = [0] * layer.num_experts
    outputs = [torch.zeros_like(token) for token in tokens]
    for choice in range(layer.top_k):
        for place, token in enumerate(tokens):
            expert = int(indices[place, choice])
            served[expert] += 1
            if served[expert] <= capacity:
                gate, up = (layer.experts.gate_up_proj[expert] @ token).chunk(2)
                found = layer.experts.down_proj[expert] @ (activation(gate) * up)
                outputs[place] = outputs[place] + values[place, choice] * found
    share = torch.tensor(served) / len(tokens)
    return torch.stack(outputs).reshape(x.shape), layer.num_experts * (share * probabilities.mean(0)).sum()


def moe(*args, **kwargs):
    layer = nn.MixtureOfExperts(4, 6, *args, **kwargs)
    torch.nn.init.normal_(layer.gate.weight)  # so that tokens differ in what they choose
    return layer


@pytest.mark.parametrize("shape", [(1, 4), (2, 5, 4), (2, 3, 2, 4)])
@pytest.mark.parametrize(("num_experts", "top_k"), [(4, 2), (5, 1), (3, 3)])
def test_every_expert_takes_all(num_experts, top_k, shape):
    layer = moe(num_experts, top_k)
    assert_is(layer, lambda x: looped(layer, x, top_k > 1), torch.randn(shape), need_loss=True)


@pytest.mark.parametrize("normalize", [True, False])
def test_weights_and_activation(normalize):
    layer = moe(4, 2, normalize=normalize, activation="gelu")
    assert_is(layer, lambda x: looped(layer, x, normalize, activation=F.gelu), torch.randn(7, 4), need_loss=True)


@pytest.mark.parametrize(("top_k", "factor"), [(1, 0.5), (1, 1.0), (2, 1.0), (2, 10.0)])
def test_a_capacity(top_k, factor):
    layer = moe(4, top_k, capacity_factor=factor)
    x = torch.randn(3, 4, 4)
    capacity = math.ceil(factor * top_k * 12 / 4)
    assert_is(layer, lambda x: looped(layer, x, top_k > 1, capacity), x, need_loss=True)
    dropped = not torch.allclose(looped(layer, x, top_k > 1, capacity)[0], looped(layer, x, top_k > 1)[0])
    assert dropped == (factor < 10), "the case shows nothing"


def test_the_loss_is_least_where_all_are_chosen_alike():
    layer = moe(4, 1)
    with torch.no_grad():
        layer.gate.weight.copy_(torch.eye(4) * 50)
    _, even = layer(torch.eye(4), need_loss=True)
    _, uneven = layer(torch.eye(4)[:1].expand(4, 4), need_loss=True)
    assert_close([even, uneven], [torch.tensor(1.0), torch.tensor(4.0)])


def test_one_shape_compiles_whatever_is_chosen():
    layer = moe(4, 2, capacity_factor=1.0)
    xs = [torch.randn(6, 4) for _ in range(3)]
    expected = [layer(x) for x in xs]
    graphs = []
    compiled = torch.compile(layer, backend=lambda graph, _: graphs.append(graph) or graph.forward, fullgraph=True)
    assert_close([compiled(x) for x in xs], expected)
    assert len(graphs) == 1
    assert_close([jax.jit(lambda x: layer(x))(to_framework(x, "jax")) for x in xs], expected)
    traced = tf.function(lambda x: layer(x), input_signature=[tf.TensorSpec((None, 4))])
    assert_close([traced(to_framework(x, "tensorflow")) for x in xs], expected)


def test_the_router_computes_in_float32():
    layer, x = moe(4, 2).to(torch.bfloat16), torch.randn(6, 4).bfloat16()
    output, loss = layer(x, need_loss=True)
    assert (output.dtype, loss.dtype) == (torch.bfloat16, torch.float32)


@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    [
        ((4, 6, 2, 3), {}, "top_k from 1 to num_experts=2, got 3"),
        ((4, 0, 2), {}, "hidden_dim to be positive, got 0"),
        ((4, 6, 2), {"capacity_factor": 0}, "capacity_factor to be positive, got 0"),
        ((4, 6, 2), {"activation": "cube"}, "an activation of gelu, .*, got 'cube'"),
    ],
)
def test_bad_arguments(args, kwargs, text):
    with pytest.raises(ValueError, match=f"^MixtureOfExperts expected {text}"):
        nn.MixtureOfExperts(*args, **kwargs)


def test_a_wrong_size_is_named():
    with pytest.raises(
        bridge.InputShapeError, match=r"(?s)^MixtureOfExperts.*expected an input of shape \(\*, 4\), got"
    ):
        moe(4)(torch.ones(3, 8))
