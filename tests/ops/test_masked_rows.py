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


def _scaled(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    return lambda scores, mask: function((scores + mask) / 1.7, **options)


@pytest.mark.parametrize("framework", COMPILERS)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_masked_row_is_even(name: str, framework: str) -> None:
    inputs = to_framework([SCORES, MASK], framework)
    received = COMPILERS[framework](_scaled(getattr(ops, name)))(*inputs)
    expected = getattr(torch, name)((torch.tensor(SCORES) + torch.tensor(MASK)) / 1.7, -1)
    assert_close(received, expected)


@pytest.mark.parametrize("framework", COMPILERS)
def test_its_logsumexp_is_finite(framework: str) -> None:
    received = COMPILERS[framework](_scaled(ops.logsumexp, axis=-1))(*to_framework([SCORES, MASK], framework))
    assert_close(received, torch.logsumexp((torch.tensor(SCORES) + torch.tensor(MASK)) / 1.7, -1))


def test_softmax_of_jax_is_not() -> None:
    assert not numpy.isfinite(jax.jit(_scaled(jax.nn.softmax))(SCORES, MASK)).all()
