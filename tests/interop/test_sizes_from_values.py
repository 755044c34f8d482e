"""Converted operations whose size, or whose Python answer, follows from the values of a tensor or from open sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import pytest
import tensorflow as tf
import torch
from torch import nn

import bridge
from bridge.interop import convert
from tests.helpers import assert_close, to_framework

X = torch.tensor([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])


class Positive(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[x > 0] * 2


def test_under_jit_it_is_refused_with_the_line():
    with pytest.raises(bridge.ConversionError, match=r"aten\.\S+ cannot be run under jax\.jit: the size") as caught:
        jax.jit(convert(Positive()))(to_framework(X, "jax"))
    assert "x[x > 0] * 2" in str(caught.value)
    assert "torch.where" in str(caught.value)


def test_elsewhere_it_is_torchs():
    converted = convert(Positive())
    assert_close(converted(to_framework(X, "jax")), Positive()(X))
    assert_close(tf.function(converted)(to_framework(X, "tensorflow")), Positive()(X))


class ComparesWhole(nn.Module):
    """Torch answers with Python's True and False."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if torch.equal(x, -x):
            raise ValueError("all zero")
        near = torch.allclose(x, x + 1e-9)
        return torch.where(torch.as_tensor(near), x, 0 * x)


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_comparisons_of_whole_tensors_read_no_value(framework):
    compiler = {"jax": jax.jit, "tensorflow": tf.function}[framework]
    assert_close(compiler(convert(ComparesWhole()))(to_framework(X, framework)), X)


class CountsInTensors(nn.Module):
    """As code does that was meant for `torch.jit.trace`: here what it reads follows from the sizes alone."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.arange(20.0).reshape(10, 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        span = torch.tensor(min(x.shape[0], 5))
        near = self.places[5 - span : span + 5]
        near = near * torch.clamp(torch.arange(near.shape[0]), 0, span * 2 - 2).unsqueeze(1)
        return near.reshape(2, -1).sum(1) + x[: torch.maximum(span - 1, torch.tensor(1)), 0].sum()


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_numbers_that_a_tensor_carries_are_known(framework):
    module = CountsInTensors()
    compiler = {"jax": jax.jit, "tensorflow": lambda f: tf.function(f, [tf.TensorSpec([None, 3])])}[framework]
    compiled = compiler(convert(module))
    for length in (2, 3, 8):
        x = torch.randn(length, 3)
        assert_close(compiled(to_framework(x, framework)), module(x).detach())


class ChangesItsCount(nn.Module):
    """A number that was known, and is not after a change in place."""

    def __init__(self, change: Callable[[torch.Tensor, torch.Tensor], Any]) -> None:
        super().__init__()
        self.change = change

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        count = torch.tensor(x.shape[0]) + 0
        self.change(count, x)
        return x[:, count:]


@pytest.mark.parametrize(
    "change",
    [
        lambda count, x: count.add_(1),
        lambda count, x: count.detach().mul_(3),
        lambda count, x: count.view(()).fill_(1),
        lambda count, x: count.copy_(x.sum()),
    ],
)
def test_a_number_changed_in_place_is_not_taken_for_the_old_one(change):
    module = ChangesItsCount(change)
    assert_close(convert(module)(to_framework(X, "jax")), module(X))


class SplitsApart(nn.Module):
    """The open size of what is reshaped is not the open one that it is reshaped to."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x.reshape(-1, 6)
        return rows.view(x.shape[0], -1, 2, 3).sum(-1)


def test_a_size_left_to_torch_beside_an_open_one():
    called = tf.function(convert(SplitsApart()), [tf.TensorSpec([None, None, 6])])
    for shape in ((2, 3, 6), (4, 5, 6)):
        x = torch.randn(shape)
        assert_close(called(to_framework(x, "tensorflow")), SplitsApart()(x))
