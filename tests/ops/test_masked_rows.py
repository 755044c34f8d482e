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


PARTS = ((1, 2), (2, 3), (3, 3))
"""A seed and a length for each of query, key and value."""


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


@pytest.mark.parametrize("of_numbers", [False, True])
@pytest.mark.parametrize("framework", COMPILERS)
def test_attention_of_a_row_that_may_look_nowhere_is_zero(framework: str, of_numbers: bool) -> None:
    seen = numpy.array([[True, False, True], [False, False, False]])
    mask = numpy.where(seen, 0.5, -numpy.inf).astype("float32") if of_numbers else seen
    query, key, value = (
        numpy.random.default_rng(seed).standard_normal((2, n, 4)).astype("float32") for seed, n in PARTS
    )

    def gradients(query, key, value, mask):
        total = lambda *parts: ops.sum(ops.scaled_dot_product_attention(*parts, mask) ** 2)  # noqa: E731
        return ops.grad(total, argnums=(0, 1, 2))(query, key, value)

    function = torch.nn.functional.scaled_dot_product_attention
    parts = [torch.tensor(part, requires_grad=True) for part in (query, key, value)]
    answer = function(*parts, torch.tensor(mask))
    expected = torch.autograd.grad((answer**2).sum(), parts)
    inputs = to_framework([query, key, value, mask], framework)
    received = COMPILERS[framework](ops.scaled_dot_product_attention)(*inputs)
    assert not answer[:, 1].any()
    assert_close(received, answer.detach())
    for one, other in zip(COMPILERS[framework](gradients)(*inputs), expected, strict=True):
        assert torch.isfinite(other).all()
        assert_close(one, other)
