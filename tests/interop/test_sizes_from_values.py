"""Converted operations whose size, or whose Python answer, follows from the values of a tensor."""

from __future__ import annotations

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
