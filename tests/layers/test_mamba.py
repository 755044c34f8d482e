"""Mamba beside the paper's recurrence, step by step, and beside itself in steps."""

from __future__ import annotations

import jax
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F

import bridge
from bridge import layers as nn
from tests.helpers import assert_close, to_framework
from tests.layers.reference import assert_is, counted


def recurrence(layer, input):
    """Gu and Dao, algorithm 2, one step of one sequence after another."""
    inner, rank, size, width = layer.inner_dim, layer.time_step_rank, layer.state_size, layer.conv_kernel
    answers = []
    for sequence in input:
        x, gate = F.linear(sequence, layer.in_proj.weight, layer.in_proj.bias).chunk(2, -1)
        padded = torch.cat([torch.zeros(width - 1, inner, dtype=x.dtype), x])
        h, outputs = torch.zeros(inner, size, dtype=x.dtype), []
        for t in range(len(x)):
            u = (padded[t : t + width].T * layer.conv1d.weight[:, 0]).sum(-1)
            u = F.silu(u if layer.conv1d.bias is None else u + layer.conv1d.bias)
            dt, b, c = (layer.x_proj.weight @ u).split([rank, size, size])
            dt = torch.log1p(torch.exp(layer.dt_proj.weight @ dt + layer.dt_proj.bias))
            h = torch.exp(dt[:, None] * -layer.A_log.exp()) * h + dt[:, None] * b * u[:, None]
            outputs.append((h @ c + layer.D * u) * F.silu(gate[t]))
        answers.append(F.linear(torch.stack(outputs), layer.out_proj.weight, layer.out_proj.bias))
    return torch.stack(answers)


@pytest.mark.parametrize("chunk_size", [1, 3, 64, None])
@pytest.mark.parametrize("shape", [(1, 1, 4), (2, 7, 4)])
def test_it_is_the_recurrence(shape, chunk_size):
    layer = nn.Mamba(4, 3, chunk_size=chunk_size, time_step_min=0.1, time_step_max=1.0)
    assert_is(layer, lambda x: recurrence(layer, x), torch.randn(shape))


def test_every_option():
    layer = nn.Mamba(4, 5, 2, 3, 2, bias=True, conv_bias=False, time_step_min=0.1, time_step_max=1.0)
    assert sorted(layer.state_dict()) == [
        "A_log",
        "D",
        "conv1d.weight",
        "dt_proj.bias",
        "dt_proj.weight",
        "in_proj.bias",
        "in_proj.weight",
        "out_proj.bias",
        "out_proj.weight",
        "x_proj.weight",
    ]
    assert_is(layer, lambda x: recurrence(layer, x), torch.randn(2, 4, 4))


@pytest.mark.parametrize("conv_kernel", [1, 4])
@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
def test_steps_equal_the_whole(framework, conv_kernel):
    layer = nn.Mamba(4, 3, conv_kernel, chunk_size=4)
    x = torch.randn(2, 9, 4)
    expected = layer(x)
    compiled, traces = counted(framework, layer)
    given = to_framework(x, framework)
    with torch.no_grad():
        first, state = layer(given[:, :5], layer.empty_state(given))
        outputs = [first]
        for t in range(5, 9):
            output, state = compiled(given[:, t : t + 1], state)
            outputs.append(output)
    assert_close(outputs, [expected[:, :5], *expected[:, 5:].split(1, 1)])
    assert len(traces) == 1


def test_the_compiled_program_is_as_large_for_every_length():
    layer = nn.Mamba(4, 3, chunk_size=4)

    def in_jax(length):
        return str(jax.make_jaxpr(lambda x: layer(x))(jax.numpy.ones((1, length, 4)))).count(" = ")

    def in_tensorflow(length):
        traced = tf.function(lambda x: layer(x)).get_concrete_function(tf.TensorSpec((1, length, 4)))
        return len(traced.graph.get_operations())

    for size_of in (in_jax, in_tensorflow):
        assert size_of(16) == size_of(1024)


def test_a_length_that_is_not_known():
    layer, x = nn.Mamba(4, 3, chunk_size=4), torch.randn(2, 7, 4)
    traced = tf.function(lambda x: layer(x), input_signature=[tf.TensorSpec((None, None, 4))])
    for length in (7, 4, 1):
        assert_close(traced(to_framework(x[:, :length], "tensorflow")), layer(x[:, :length]))


def test_initialisation():
    layer = nn.Mamba(32, time_step_min=0.01, time_step_max=0.2)
    assert layer.time_step_rank == 2
    assert_close(layer.A_log.exp(), torch.arange(1.0, 17.0).expand(64, 16))
    steps = F.softplus(layer.dt_proj.bias)
    assert steps.min() >= 0.0099
    assert steps.max() <= 0.2001
    before = layer.state_dict()["dt_proj.bias"].clone()
    torch.manual_seed(7)
    layer.reset_parameters()
    assert not torch.equal(before, layer.dt_proj.bias)
    assert nn.Mamba.from_config(layer.get_config()).time_step_range == (0.01, 0.2)


def test_half_precision_keeps_its_state_in_float32():
    layer, x = nn.Mamba(4, 3, dtype=torch.bfloat16), torch.randn(1, 3, 4, dtype=torch.bfloat16)
    output, state = layer(x, layer.empty_state(x))
    assert (output.dtype, state.conv.dtype, state.ssm.dtype) == (torch.bfloat16, torch.bfloat16, torch.float32)


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"state_size": 0}, "state_size to be positive, got 0"),
        ({"chunk_size": -1}, "chunk_size to be positive, got -1"),
        ({"time_step_min": 1.0}, "time_step_min and time_step_max positive and in order, got 1.0 and 0.1"),
    ],
)
def test_bad_arguments(kwargs, text):
    with pytest.raises(ValueError, match=f"^Mamba expected {text}"):
        nn.Mamba(4, **kwargs)


def test_a_state_of_another_layer_is_named():
    x = torch.ones(1, 2, 4)
    with pytest.raises(bridge.InputShapeError, match=r"\(N, 8, 3\) as the ssm of its state, got \(1, 8, 5\)"):
        nn.Mamba(4, 3)(x, nn.Mamba(4, 5).empty_state(x))
