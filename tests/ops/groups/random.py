"""Cases for random numbers, in what does not depend on chance; `test_random_numbers.py` has the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch

from bridge import ops
from tests.ops.case import Case, case, floats, integers, positive


def _times_zero(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **options: ops.multiply(function(*args, **options), 0)


def _zeros(shape: Any, *_: Any, dtype: str = "float32", **__: Any) -> torch.Tensor:
    return torch.zeros(shape, dtype=getattr(torch, dtype))


def _drawn(*args: Any, **options: Any) -> Case:
    """A case that compares shape and dtype alone."""
    return case(_zeros, *args, **options).but(via=_times_zero)


def _shapes(*parameters: Any) -> list[Case]:
    return [
        _drawn((2, 3), *parameters),
        _drawn((), *parameters),
        _drawn(4, *parameters, dtype="float16"),
        _drawn((0, 3), *parameters),
        _drawn((1, 2), *parameters, dtype="float64"),
    ]


def _within(low: float, high: float) -> Callable[..., Any]:
    def checked(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            drawn = function(*args, **options)
            return ops.logical_and(ops.greater_equal(drawn, low), ops.less_equal(drawn, high))

        return call

    return checked


def _all_true(shape: Any, *_: Any, **__: Any) -> torch.Tensor:
    return torch.ones(shape, dtype=torch.bool)


def _sorted(function: Callable[..., Any]) -> Callable[..., Any]:
    """The sum and the sum of squares along the axis, which no order changes."""

    def call(x: Any, axis: int = 0) -> Any:
        shuffled = function(x, axis)
        along = None if isinstance(x, int) else axis
        return ops.sum(shuffled, axis=along), ops.sum(ops.square(shuffled), axis=along)

    return call


def _unordered(x: Any, axis: int = 0) -> Any:
    values = torch.arange(x) if isinstance(x, int) else x
    axis = 0 if isinstance(x, int) else axis
    return values.sum(axis), values.square().sum(axis)


def _without_noise() -> dict[str, list[Case]]:
    """Where the spread is nothing, the answer and its gradients are known."""

    def mean(shape: Any, mean: Any, stddev: float) -> torch.Tensor:
        return torch.as_tensor(mean).expand(shape)

    return {
        name: [
            case(mean, (2, 3), floats(3), 0.0),
            case(mean, (2, 3), floats(2, 1), 0.0),
        ]
        for name in ("normal", "truncated_normal")
    }


def _random() -> dict[str, list[Case]]:
    still = _without_noise()
    certain = numpy.array([0.0, 1.0], "float32")
    return {
        "random.bernoulli": [
            case(lambda shape, p: torch.full(shape, bool(p)), (2, 3), 0.0),
            case(lambda shape, p: torch.full(shape, bool(p)), (), 1.0),
            case(lambda shape, p: p.bool().expand(shape), (3, 2), certain),
            case(lambda shape, p, dtype: torch.ones(shape), 4, 1.0, dtype="float32"),
        ],
        "random.beta": [
            *_shapes(0.5, 2.0),
            _drawn((2, 3), positive(3), positive(2, 1)),
            case(_all_true, (4, 5), 0.01, 0.01).but(via=_within(0.0, 1.0)),
        ],
        "random.binomial": [
            *_shapes(10, 0.5),
            case(lambda shape, *_: torch.tensor([0.0, 7.0]).expand(shape), (3, 2), 7, certain),
            case(lambda shape, counts, *_: counts.float().expand(shape), (2, 3), integers(3), 1.0),
            case(_zeros, (2,), 10, 0.0, dtype="int32"),
        ],
        "random.categorical": [
            case(
                lambda logits, num_samples: logits.argmax(-1, keepdim=True).expand(2, num_samples),
                numpy.where(numpy.eye(4, dtype=bool)[[2, 0]], numpy.float32(0), -numpy.float32("inf")),
                5,
            ),
            case(lambda logits, num_samples: torch.zeros(2, 3, num_samples, dtype=torch.int64), floats(2, 3, 1), 2),
            case(lambda logits, num_samples: torch.zeros(num_samples, dtype=torch.int64), floats(1), num_samples=3),
        ],
        "random.exponential": [*_shapes(), case(_all_true, (4, 5)).but(via=_within(0.0, 100.0))],
        "random.gamma": [*_shapes(0.5), _drawn((2, 3), positive(3))],
        "random.gumbel": _shapes(),
        "random.normal": [
            *_shapes(),
            *_shapes(floats(), 0.5),
            _drawn((2, 3), floats(3), positive(2, 1)),
            *still["normal"],
        ],
        "random.permutation": [
            case(_unordered, 6).but(via=_sorted),
            case(_unordered, integers(4, 3, below=20)).but(via=_sorted),
            case(_unordered, integers(2, 5, below=20), -1).but(via=_sorted),
            case(_unordered, floats(1, 3), axis=1).but(via=_sorted, tolerance=1e-5),
            case(lambda x: x, integers(0, 3)),
            case(lambda x: x, floats(1, 3)),
        ],
        "random.randint": [
            _drawn((2, 3), 0, 10, dtype="int64"),
            _drawn(3, -5, 5, dtype="int32"),
            _drawn((), 0, 100, dtype="uint8"),
            case(lambda shape, low, high: torch.full(shape, low), (2, 2), 3, 4),
            case(_all_true, (5, 5), -2, 3).but(via=_within(-2, 2)),
        ],
        "random.truncated_normal": [
            *_shapes(),
            case(_all_true, (20, 5)).but(via=_within(-2.0, 2.0)),
            case(_all_true, (20, 5), 1.0, 2.0).but(via=_within(-3.0, 5.0)),
            *still["truncated_normal"],
        ],
        "random.uniform": [
            *_shapes(),
            _drawn((2, 3), floats(3), 3.0),
            case(_all_true, (5, 5), 2.0, 3.0).but(via=_within(2.0, 3.0)),
            case(lambda shape, low, high: low.expand(shape), (2, 2), floats(2), 0.0).but(
                via=lambda function: lambda shape, low, high: function(shape, low, low)
            ),
        ],
    }


CASES = _random()

IN_A_LAYER = set(CASES)

NOT_DIFFERENTIABLE = set(CASES)
"""In what does not depend on chance; `test_random_numbers.py` has the gradients of their parameters."""
