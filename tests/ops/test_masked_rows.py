"""Softmax of rows that are masked throughout by the lowest float, and scaled after that: they are even, not NaN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy
import pytest
import torch

from bridge import ops
from tests.helpers import COMPILERS, assert_close, to_framework

LOWEST = float(numpy.finfo("float32").min)
SCORES = numpy.random.default_rng(0).standard_normal((3, 4, 12)).astype("float32")
MASK = numpy.zeros((3, 1, 12), "float32")
MASK[1], MASK[2, :, 7:] = LOWEST, LOWEST


def _scaled(softmax: Callable[..., Any]) -> Callable[..., Any]:
    return lambda scores, mask: softmax((scores + mask) / 1.7)


@pytest.mark.parametrize("framework", COMPILERS)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_masked_row_is_even(name: str, framework: str) -> None:
    inputs = to_framework([SCORES, MASK], framework)
    received = COMPILERS[framework](_scaled(getattr(ops, name)))(*inputs)
    expected = getattr(torch, name)((torch.tensor(SCORES) + torch.tensor(MASK)) / 1.7, -1)
    assert_close(received, expected)


def test_softmax_of_jax_is_not() -> None:
    assert not numpy.isfinite(jax.jit(_scaled(jax.nn.softmax))(SCORES, MASK)).all()
