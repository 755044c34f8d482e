"""A summary counts what torch counts, and leaves the model as it was."""

from __future__ import annotations

import copy
import io
from typing import Any

import jax.numpy as jnp
import numpy
import pytest
import rich.console
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

import bridge
from bridge import layers as nn


class Block(torch.nn.Module):
    """A residual block, as in torchvision's ResNet."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = torch.nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(out)
        self.conv2 = torch.nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(out)
        self.downsample = torch.nn.Sequential(
            torch.nn.Conv2d(channels, out, 1, stride, bias=False), torch.nn.BatchNorm2d(out)
        )

    def forward(self, x: Any) -> Any:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


def residual() -> torch.nn.Sequential:
    pool = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    return torch.nn.Sequential(torch.nn.Conv2d(3, 8, 7, 2, 3), Block(8, 8, 1), Block(8, 16, 2), pool, nn.Linear(16, 5))


def by_torch(model: torch.nn.Module, *inputs: torch.Tensor) -> int:
    with FlopCounterMode(display=False) as counter:
        model(*inputs)
    return counter.get_total_flops() // 2


GIVEN = {
    "tensor": lambda: torch.zeros(1, 3, 32, 32),
    "numpy": lambda: numpy.zeros((1, 3, 32, 32), "float32"),
    "jax": lambda: [jnp.zeros((1, 3, 32, 32))],
    "shape": lambda: (1, 3, 32, 32),
    "shapes": lambda: [(None, 3, 32, 32)],
    "spec": lambda: [bridge.InputSpec(("batch", 3, 32, 32), "float32", "x")],
    "named": lambda: {"input": (1, 3, 32, 32)},
}


@pytest.mark.parametrize("given", GIVEN)
def test_numbers_are_torchs(given):
    model = residual()
    found = bridge.summary(model, GIVEN[given]())
    assert found.multiply_adds == by_torch(model, torch.zeros(1, 3, 32, 32))
    assert found.parameters == sum(p.numel() for p in model.parameters()) == found.trainable
    assert found.bytes == sum(t.numel() * t.element_size() for t in model.state_dict().values())
    assert [row.name for row in found.rows] == [name for name, _ in model.named_modules()]
    assert sum(row.parameters for row in found.rows) == found.parameters
    assert sum(row.multiply_adds for row in found.rows) == found.multiply_adds
    batch = {"shapes": None, "spec": "batch"}.get(given, 1)
    rows = {row.name: row for row in found.rows}
    assert rows["1"].output_shape == (batch, 8, 16, 16)
    assert rows["2.downsample.0"].output_shape == (batch, 16, 8, 8)
    assert rows["0"].multiply_adds == 16 * 16 * 8 * 3 * 7 * 7
    assert rows["4"].multiply_adds == 16 * 5
    assert rows["2.bn1"].parameters == 32


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_lies_deeper_counts_for_what_it_lies_in(depth):
    model = residual()
    whole, found = bridge.summary(model, (2, 3, 32, 32)), bridge.summary(model, (2, 3, 32, 32), depth=depth)
    assert {row.depth for row in found.rows} == set(range(depth + 1))
    assert (found.parameters, found.multiply_adds) == (whole.parameters, whole.multiply_adds)
    inside = [row for row in whole.rows if row.name.startswith("1.") or row.name == "1"]
    if depth == 1:
        block = found.rows[2]
        assert block.multiply_adds == sum(row.multiply_adds for row in inside)
        assert block.parameters == sum(row.parameters for row in inside)


@pytest.mark.parametrize("mode", [True, False])
def test_attention_and_recurrence_are_counted_by_hand(mode):
    n, length, size, inner = 2, 6, 8, 16
    encoder = torch.nn.TransformerEncoderLayer(size, 2, inner, batch_first=True).train(mode)
    attention = length * size * 3 * size + length * size * size + 2 * length * length * size
    expected = n * (attention + 2 * length * size * inner)
    for depth in (None, 0):
        assert bridge.summary(encoder, (n, length, size), depth=depth).multiply_adds == expected
        assert bridge.summary(encoder, (None, length, size), depth=depth).multiply_adds == expected // n
    lstm = nn.LSTM(3, 4, 2, bidirectional=True).train(mode)
    expected = 5 * n * 2 * (4 * 4 * (3 + 4) + 4 * 4 * (8 + 4))
    assert bridge.summary(lstm, (5, n, 3)).multiply_adds == expected
    assert bridge.summary(torch.nn.GRU(3, 4), (5, n, 3)).multiply_adds == 5 * n * 3 * 4 * (3 + 4)


def test_what_does_not_grow_in_proportion_is_not_known():
    attention = nn.TransformerEncoderLayer(8, 2) if hasattr(nn, "TransformerEncoderLayer") else None
    model = attention or torch.nn.TransformerEncoderLayer(8, 2)
    assert bridge.summary(model, (None, 1, 8)).multiply_adds is None
    assert bridge.summary(nn.Linear(3, 2), ("batch", None, 3)).multiply_adds is None
    assert bridge.summary(nn.Linear(3, 2), ("batch", 7, 3)).multiply_adds == 7 * 3 * 2


def test_nothing_changes_and_nothing_is_computed():
    model = torch.nn.Sequential(nn.BatchNorm1d(6), torch.nn.LazyLinear(5), nn.Dropout())
    model.note = []
    model[0].register_forward_hook(lambda module, inputs, output: None)
    before, state = copy.deepcopy(model[0].state_dict()), torch.get_rng_state()
    keys = [set(vars(module)) for module in model.modules()]
    found = bridge.summary(model, (4, 6))
    assert found.parameters == 12 + 35
    assert torch.equal(torch.get_rng_state(), state)
    assert isinstance(model[1], torch.nn.LazyLinear)
    assert all(torch.equal(value, before[name]) for name, value in model[0].state_dict().items())
    assert [set(vars(module)) for module in model.modules()] == keys
    assert len(model[0]._forward_hooks) == 1
    assert not model[0]._forward_pre_hooks
    huge = bridge.summary(nn.Linear(10**5, 10**5, device="meta"), (10**6, 10**5))  # 400 GB, were it computed
    assert huge.multiply_adds == 10**16


def test_shared_parameters_count_once_and_calls_are_counted():
    x = bridge.Input((None, 4), name="x")
    shared = nn.Linear(4, 4)
    tied = nn.Linear(4, 4, bias=False)
    tied.weight = shared.weight
    shared.bias.requires_grad_(False)
    model = bridge.Model(x, tied(shared(shared(x))))
    found = bridge.summary(model)
    assert (found.parameters, found.trainable) == (20, 16)
    assert [(row.name, row.parameters, row.trainable, row.calls) for row in found.rows] == [
        ("", 0, 0, 1),
        ("linear", 20, 16, 2),
        ("linear_1", 0, 0, 1),
    ]
    assert found.multiply_adds == 3 * 16
    assert found.bytes == 80
    assert "Linear (called 2 times)" in str(found)


def test_without_inputs_parameters_are_counted_alone():
    found = bridge.summary(residual())
    assert found.multiply_adds is None
    assert {row.output_shape for row in found.rows} == {None}
    assert found.parameters == sum(p.numel() for p in residual().parameters())


def test_several_outputs_keep_their_structure():
    found = bridge.summary(nn.LSTM(3, 4), (5, None, 3))
    assert found.rows[0].output_shape == [(5, None, 4), [(1, None, 4), (1, None, 4)]]
    assert "[(5, None, 4), [(1, None, 4), (1, None, 4)]]" in str(found)


def test_it_is_shown_as_text_by_rich_and_in_a_notebook():
    found = bridge.summary(residual(), (1, 3, 32, 32))
    text = str(found).splitlines()
    assert text[0].split() == ["name", "type", "output", "shape", "parameters", "trainable", "multiply-adds"]
    assert len(text) == len(found.rows) + 4
    assert text[-1] == found.total
    screen = io.StringIO()
    rich.console.Console(file=screen, width=200).print(found)
    table = found._repr_html_()
    for row in found.rows:
        assert f"{row.parameters:,}" in screen.getvalue()
        assert f">{row.type}<" in table
    assert found.total in screen.getvalue()
    assert "<b>" not in bridge.summary(bridge.Layer())._repr_html_()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bridge.summary(3), TypeError, "bridge.summary expected a torch.nn.Module, got int"),
        (lambda: bridge.summary(nn.Linear(3, 2), ["x", 2.5]), TypeError, "tensors, shapes or InputSpec.* got 'x'"),
        (lambda: bridge.summary(nn.Linear(3, 2), (None, 4)), bridge.InputShapeError, r"got \(None, 4\)"),
    ],
)
def test_what_is_wrong_is_said(call, error, message):
    with pytest.raises(error, match=message):
        call()
