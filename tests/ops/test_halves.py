"""Sums of many numbers in half precision, forward and in gradients, beside PyTorch's in double precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy
import pytest
import torch
from torch.nn import functional as F

from bridge import ops
from bridge.dtypes import dtype_name
from tests.helpers import to_framework, to_numpy

ALLOWED = {"float16": 2e-3, "bfloat16": 1.6e-2}
"""Relative to the largest value: twice the spacing of the dtype's numbers."""

_generator = numpy.random.default_rng(0)


def positive(*shape: int) -> numpy.ndarray:
    return _generator.uniform(0.5, 1.5, shape)


def near_one(*shape: int) -> numpy.ndarray:
    return _generator.choice([0.875, 1.125], shape)


def sum_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """The gradient of the sum of what `function` answers by its first argument."""

    def gradient(first: Any, *others: Any) -> Any:
        total = lambda first: ops.sum(ops.astype(function(first, *others), "float32"))  # noqa: E731
        return ops.grad(total)(first)

    return gradient


def sum_by_torch(function: Callable[..., Any]) -> Callable[..., Any]:
    def gradient(first: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        first.requires_grad_()
        return torch.autograd.grad(function(first, *others).sum(), first)[0]

    return gradient


CASES: dict[str, tuple[Callable[..., Any], Callable[..., Any], list[numpy.ndarray]]] = {
    "sum": (ops.sum, torch.sum, [positive(20000)]),
    "mean": (ops.mean, torch.mean, [positive(100000)]),
    "var": (ops.var, lambda x: torch.var(x, correction=0), [positive(20000)]),
    "prod": (ops.prod, torch.prod, [near_one(400)]),
    "cumulative_sum": (ops.cumulative_sum, lambda x: torch.cumsum(x, 0), [positive(20000)]),
    "cumulative_prod": (ops.cumulative_prod, lambda x: torch.cumprod(x, 0), [near_one(400)]),
    "logsumexp": (ops.logsumexp, lambda x: torch.logsumexp(x, 0), [positive(20000)]),
    "logcumsumexp": (lambda x: ops.logcumsumexp(x, axis=0), lambda x: torch.logcumsumexp(x, 0), [positive(20000)]),
    "log_softmax": (ops.log_softmax, lambda x: torch.log_softmax(x, -1), [positive(2, 4096)]),
    "bincount": (
        lambda x: ops.bincount(ops.zeros_like(x, dtype="int64"), weights=x),
        lambda x: torch.bincount(torch.zeros_like(x, dtype=torch.int64), weights=x),
        [positive(20000)],
    ),
    "matmul": (ops.matmul, torch.matmul, [positive(4, 4096), positive(4096, 4)]),
    "matmul of a batch": (ops.matmul, torch.matmul, [positive(2, 4, 4096), positive(2, 4096, 4)]),
    "einsum": (
        lambda *x: ops.einsum("ij,kj->ik", *x),
        lambda *x: torch.einsum("ij,kj->ik", *x),
        [positive(4, 4096), positive(5, 4096)],
    ),
    "tensordot": (
        lambda *x: ops.tensordot(*x, axes=([0, 1], [0, 1])),
        lambda *x: torch.tensordot(*x, dims=([0, 1], [0, 1])),
        [positive(64, 64, 2), positive(64, 64, 3)],
    ),
    "vecdot": (ops.vecdot, torch.linalg.vecdot, [positive(20000), positive(20000)]),
    "conv2d": (ops.conv2d, F.conv2d, [positive(1, 8, 32, 32), positive(2, 8, 25, 25)]),
    "conv2d, a group for each channel": (
        lambda *x: ops.conv2d(*x, groups=3),
        lambda *x: F.conv2d(*x, groups=3),
        [positive(1, 3, 32, 32), positive(3, 1, 25, 25)],
    ),
    "conv3d": (ops.conv3d, F.conv3d, [positive(1, 3, 8, 16, 16), positive(2, 3, 5, 9, 9)]),
    "conv_transpose2d": (ops.conv_transpose2d, F.conv_transpose2d, [positive(1, 64, 8, 8), positive(64, 2, 7, 7)]),
    "avg_pool2d": (
        lambda x: ops.avg_pool2d(x, 32, padding=4),
        lambda x: F.avg_pool2d(x, 32, padding=4),
        [positive(1, 3, 64, 64)],
    ),
    "lp_pool2d": (lambda x: ops.lp_pool2d(x, 2, 32), lambda x: F.lp_pool2d(x, 2, 32), [positive(1, 3, 64, 64)]),
    "layer_norm": (lambda x: ops.layer_norm(x, (4096,)), lambda x: F.layer_norm(x, (4096,)), [positive(4, 4096)]),
    "gradient of linear's weight": (
        sum_of(lambda weight, x: ops.linear(x, weight)),
        sum_by_torch(lambda weight, x: F.linear(x, weight)),
        [positive(2, 4), positive(5000, 4)],
    ),
    "gradient of linear's bias": (
        sum_of(lambda bias, x, weight: ops.linear(x, weight, bias)),
        sum_by_torch(lambda bias, x, weight: F.linear(x, weight, bias)),
        [positive(2), positive(5000, 4), positive(2, 4)],
    ),
    "gradient of bilinear's bias": (
        sum_of(lambda bias, x, weight: ops.bilinear(x, x, weight, bias)),
        sum_by_torch(lambda bias, x, weight: F.bilinear(x, x, weight, bias)),
        [positive(2), positive(5000, 4), positive(2, 4, 4)],
    ),
    "gradient of conv2d's weight": (
        sum_of(lambda weight, x: ops.conv2d(x, weight)),
        sum_by_torch(lambda weight, x: F.conv2d(x, weight)),
        [positive(2, 3, 3, 3), positive(2, 3, 64, 64)],
    ),
    "gradient of conv2d's bias": (
        sum_of(lambda bias, x, weight: ops.conv2d(x, weight, bias)),
        sum_by_torch(lambda bias, x, weight: F.conv2d(x, weight, bias)),
        [positive(2), positive(2, 3, 64, 64), positive(2, 3, 3, 3)],
    ),
    "gradient of conv_transpose2d's weight": (
        sum_of(lambda weight, x: ops.conv_transpose2d(x, weight)),
        sum_by_torch(lambda weight, x: F.conv_transpose2d(x, weight)),
        [positive(3, 2, 3, 3), positive(2, 3, 64, 64)],
    ),
    "gradient of conv_transpose2d's bias": (
        sum_of(lambda bias, x, weight: ops.conv_transpose2d(x, weight, bias)),
        sum_by_torch(lambda bias, x, weight: F.conv_transpose2d(x, weight, bias)),
        [positive(2), positive(2, 3, 64, 64), positive(3, 2, 3, 3)],
    ),
    "gradient of layer_norm's weight": (
        sum_of(lambda weight, x: ops.layer_norm(x, (4,), weight)),
        sum_by_torch(lambda weight, x: F.layer_norm(x, (4,), weight)),
        [positive(4), positive(20000, 4)],
    ),
    "attention under a mask of numbers": (
        ops.scaled_dot_product_attention,
        F.scaled_dot_product_attention,
        [
            positive(1, 4, 8),
            positive(1, 2000, 8),
            positive(1, 2000, 8),
            numpy.where(positive(4, 2000) > 1, 0, -numpy.inf),
        ],
    ),
}


@pytest.mark.parametrize("dtype", ALLOWED)
@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize("name", CASES)
def test_sums_of_many_are_right(name: str, framework: str, dtype: str) -> None:
    function, reference, values = CASES[name]
    halves = [value.astype(getattr(ml_dtypes, dtype, dtype)) for value in values]
    expected = reference(*(torch.tensor(half.astype("float64")) for half in halves)).detach().numpy()
    answer = function(*to_framework(halves, framework))
    assert dtype_name(answer.dtype) == dtype
    received = numpy.asarray(to_numpy(answer), "float64")
    assert received.shape == expected.shape
    difference = numpy.abs(received - expected).max() / numpy.abs(expected).max()
    assert difference <= ALLOWED[dtype], f"differs by {difference} of the largest"
