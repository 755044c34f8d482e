"""Sizes that a TensorFlow graph leaves open, in modules that make numbers of them."""

from __future__ import annotations

import math

import pytest
import tensorflow as tf
import torch
from torch import nn

import bridge
from bridge.interop import convert
from bridge.interop import tf as bridge_tf
from tests.helpers import assert_close


class Strides(nn.Module):
    """Takes nothing shorter than 40."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 2, 40, 20)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x[:, None])


def test_unknown_sizes_that_must_be_large():
    module = Strides()
    function = tf.function(bridge_tf.as_module(module), input_signature=[tf.TensorSpec([None, None], tf.float32)])
    for batch, length in [(1, 40), (3, 333)]:
        x = torch.randn(batch, length)
        assert_close(function(tf.constant(x.numpy())), module(x))


class LongStrides(nn.Module):
    """Of which 16 and 1,024 samples leave nothing and one frame."""

    def __init__(self) -> None:
        super().__init__()
        self.frames = nn.Conv1d(1, 4, 600, stride=600)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        frames = self.frames(x[:, None])
        return frames.view(x.shape[0], 2, 2, frames.shape[-1]) * torch.ones(frames.shape[-1])


class Halves(nn.Module):
    """The second half of a batch guides the first, as in diffusion; 2 rows are halves of one."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first, second = torch.reshape(x, (2, x.shape[0] // 2, x.shape[1]))
        return first + 3 * (second - first)


@pytest.mark.parametrize(
    ("module", "shapes"), [(LongStrides(), [(1, 600), (2, 1900)]), (Halves(), [(2, 3), (4, 5), (6, 5)])]
)
def test_a_size_computed_from_an_unknown_one_is_not_fixed_at_1(module, shapes):
    function = tf.function(bridge_tf.as_module(module), input_signature=[tf.TensorSpec([None, None], tf.float32)])
    for shape in shapes:
        x = torch.randn(shape)
        assert_close(function(tf.constant(x.numpy())), module(x))


class Sized(nn.Module):
    """By `len`, which is a number in Python, and by what takes numbers in PyTorch."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.reshape(x, (len(x), -1))
        x = x * torch.linspace(-0.5, x.shape[1] - 0.5, x.shape[1]) + torch.linspace(0, 1, len(x))[:, None]
        sizes = torch.as_tensor([(len(x), 2), (3, x.shape[1])]).prod(1)
        return x * sizes.sum() + torch.tensor([x.shape[1] / 2, 1]).sum()


class Positions(nn.Module):
    """A shortcut for one length, which it does not take when it is traced, as Vision Transformers do."""

    def __init__(self) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.randn(1, 1, 5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not torch.jit.is_tracing() and x.shape[1] == 5:
            return x + self.positions[0]
        return x + nn.functional.interpolate(self.positions, x.shape[1], mode="linear", align_corners=True)[0]


@pytest.mark.parametrize("module", [Sized(), Positions()], ids=lambda module: type(module).__name__)
def test_sizes_that_python_would_fix(module):
    function = tf.function(bridge_tf.as_module(module), input_signature=[tf.TensorSpec([None, None], tf.float32)])
    for shape in [(1, 1), (3, 5), (2, 8)]:
        x = torch.randn(shape)
        assert_close(function(tf.constant(x.numpy())), module(x))
    assert not torch.jit.is_tracing()


class WholeNumber(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x).repeat(1, int(x.shape[1] / 2))


def test_a_size_that_is_fixed_is_named():
    function = tf.function(bridge_tf.as_module(WholeNumber()), input_signature=[tf.TensorSpec([2, None], tf.float32)])
    with pytest.raises(bridge.ConversionError, match=r"torch\.export fixed .* at 8 of sizes"):
        function(tf.zeros((2, 3)))


class Blocks(nn.Module):
    """One row for each block of 20,000, and for what is left."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        total = torch.sum(x, 1, keepdim=True)
        return total * torch.ones(x.shape[0], x.shape[1] // 20000 + 1)


class Table(nn.Module):
    """Of 20 positions, of which an even number is told apart."""

    def __init__(self) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.randn(20))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(x) + self.positions[: x.shape[1]]
        return x if x.shape[1] % 2 == 0 else -x


def test_a_graph_that_one_example_alone_has_asks_of_the_sizes_that_come():
    module = Table()
    function = tf.function(bridge_tf.as_module(module), input_signature=[tf.TensorSpec([None, None], tf.float32)])
    x = torch.randn(3, 6)
    assert_close(function(tf.constant(x.numpy())), module(x))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Table was taken down for"):
        function(tf.zeros((3, 7)))


def test_a_graph_of_unknown_sizes_refuses_those_that_make_more_than_1():
    function = tf.function(bridge_tf.as_module(Blocks()), input_signature=[tf.TensorSpec([None, None], tf.float32)])
    x = torch.randn(3, 8)
    assert_close(function(tf.constant(x.numpy())), Blocks()(x))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Blocks was taken down for"):
        function(tf.zeros((3, 20000)))


class Deciding(nn.Module):
    """Goes by the length, in whole numbers, in fractions and beside the batch."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length = x.shape
        x = torch.sigmoid(x)
        if math.ceil(length / 4) > 2 and length > 8 and max(length, 3) // 2 != batch - 40:
            return 2 * x
        return x


def test_a_graph_of_unknown_sizes_refuses_those_that_its_forward_tells_apart():
    module = Deciding()
    function = tf.function(bridge_tf.as_module(module), input_signature=[tf.TensorSpec([None, None], tf.float32)])
    for length in (9, 16, 40):
        x = torch.randn(1, length)
        assert_close(function(tf.constant(x.numpy())), module(x))
    for shape in [(2, 8), (44, 9)]:
        with pytest.raises(tf.errors.InvalidArgumentError, match="Deciding was taken down for"):
            function(tf.zeros(shape))
    known = tf.function(bridge_tf.as_module(module), input_signature=[tf.TensorSpec([None, 8], tf.float32)])
    x = torch.randn(3, 8)
    assert_close(known(tf.constant(x.numpy())), module(x))


class Pads(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.pad(x, (0, (4 - x.shape[1] % 4) % 4)).reshape(x.shape[0], -1, 4)


def test_padding_that_follows_from_an_unknown_size():
    function = tf.function(convert(Pads()), input_signature=[tf.TensorSpec([None, None], tf.float32)])
    for batch, length in [(2, 4), (3, 5), (2, 11)]:
        x = torch.randn(batch, length)
        assert_close(function(tf.constant(x.numpy())), Pads()(x))


class Fixes(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.arange(16)


def test_a_size_that_the_module_fixes():
    function = tf.function(convert(Fixes()), input_signature=[tf.TensorSpec([None, None], tf.float32)])
    with pytest.raises(bridge.ConversionError, match=r"Fixes cannot be converted.*fixed axis 1 of input 0 at 16"):
        function.get_concrete_function()
