"""Cases for activations; PyTorch is the reference, or a formula where PyTorch has no such function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bridge import ops
from tests.ops.case import Case, by_numpy, case, floats, integers, positive
from tests.ops.skip import Skip
from tests.ops.strategies import FLOATING, SEEDS, SHAPES, array, arrays

FAR = numpy.array([-40.0, 40.0], "float32")

KINKS = numpy.array([-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0], "float32")
"""Where the pieces of these functions meet."""


def _activation(function: Callable[..., Any], *options: dict[str, Any]) -> list[Case]:
    inputs = (floats(2, 3), floats(), floats(0, 3), floats(1, 1), FAR)
    cases = [case(function, x, **option) for x in inputs for option in options or ({},)]
    cases += [case(function, KINKS, **option).but(smooth=False) for option in options or ({},)]
    return cases


def _in_place(function: Callable[..., Any], *options: dict[str, Any]) -> list[Case]:
    first = options[0] if options else {}
    return [
        *_activation(function, *options),
        case(function, floats(3), **first, inplace=True).but(gradient=False),  # torch writes to no leaf
    ]


def _softmax(function: Callable[..., Any]) -> list[Case]:
    def reference(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
        return function(input, axis)

    large = numpy.array([1000.0, 1001.0, -1000.0], "float32")
    return [
        case(reference, floats(2, 3, 4)),
        case(reference, floats(2, 3, 4), 1),
        case(reference, floats(1, 3), axis=0),
        case(reference, large),
        case(reference, floats()),
    ]


def _sparsemax(input: Any, axis: int = -1) -> Any:
    """By bisection for the tau at which `max(input - tau, 0)` adds up to 1."""
    wide = numpy.asarray(input, "float64")
    low, high = (wide.max(axis, keepdims=True) - step for step in (1.0, 0.0))
    for _ in range(60):
        middle = (low + high) / 2
        too_low = numpy.maximum(wide - middle, 0).sum(axis, keepdims=True) > 1
        low, high = numpy.where(too_low, middle, low), numpy.where(too_low, high, middle)
    return numpy.maximum(wide - low, 0).astype(input.dtype)


def _glu(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return F.glu(input, axis)


def _squareplus(input: Any, b: float = 4.0) -> Any:
    return (input + numpy.sqrt(input**2 + b)) / 2


def _sparse_plus(input: Any) -> Any:
    return numpy.where(input <= -1, 0, numpy.where(input >= 1, input, (input + 1) ** 2 / 4)).astype(input.dtype)


def _sparse_sigmoid(input: Any) -> Any:
    return numpy.clip((input + 1) / 2, 0, 1).astype(input.dtype)


def _polar(abs: Any, angle: Any) -> Any:
    return abs * numpy.exp(1j * angle)


def _slopes() -> list[Case]:
    return [
        case(F.prelu, floats(2, 3, 4), floats(3)),
        case(F.prelu, floats(2, 3), positive(1)),
        case(F.prelu, floats(4), floats(1)),
        case(F.prelu, floats(), floats(1)),
        case(F.prelu, floats(1, 1), floats()),
        case(F.prelu, floats(0, 3), floats(3)),
    ]


def _gumbel_softmax() -> list[Case]:
    """What does not depend on chance: what a sample adds up to, and that a hard one holds zeros and ones."""

    def total(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda logits, **options: ops.sum(function(logits, **options), axis=options.get("axis", -1))

    def ones(logits: torch.Tensor, axis: int = -1, **_: Any) -> torch.Tensor:
        return torch.ones_like(logits).mean(axis)

    def in_range(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda logits: ops.all(ops.equal(ops.max(function(logits, hard=True), axis=-1), 1.0), axis=0)

    far = numpy.array([[0.0, -100.0], [-100.0, 0.0]], "float32")
    first = numpy.array([[1.0, 0.0], [0.0, 1.0]], "float32")
    return [
        case(ones, floats(2, 3)).but(via=total),
        case(ones, floats(2, 3), axis=0, tau=0.5, hard=True).but(via=total),
        case(lambda logits: torch.tensor(True), floats(2, 3)).but(via=in_range),
        case(lambda logits, tau, hard: torch.tensor(first), far, 0.1, True).but(gradient=False),
    ]


def _activations() -> dict[str, list[Case]]:
    return {
        "celu": _in_place(F.celu, {}, {"alpha": 2.0}),
        "elu": _in_place(F.elu, {}, {"alpha": 2.0}),
        "gelu": _activation(F.gelu, {}, {"approximate": "tanh"}),
        "glu": [case(_glu, floats(2, 4)), case(_glu, floats(4, 3), 0), case(_glu, floats(1, 6, 1), axis=-2)],
        "gumbel_softmax": _gumbel_softmax(),
        "hardshrink": _activation(F.hardshrink, {}, {"lambd": 1.0}),
        "hardsigmoid": _in_place(F.hardsigmoid),
        "hardswish": _in_place(F.hardswish),
        "hardtanh": [
            *_in_place(F.hardtanh, {}, {"min_val": -0.5, "max_val": 3.0}),
            case(F.hardtanh, integers(5) - 2),
        ],
        "leaky_relu": _in_place(F.leaky_relu, {}, {"negative_slope": 0.3}),
        "log_softmax": _softmax(torch.log_softmax),
        "logsigmoid": _activation(F.logsigmoid),
        "mish": _in_place(F.mish),
        "polar": [
            case(torch.polar, positive(2, 3), floats(2, 3)),
            case(torch.polar, positive(2, 1), floats(3)),
            case(torch.polar, positive(), floats()),
            case(by_numpy(_polar), positive(0, 3), floats(0, 3)),
        ],
        "prelu": _slopes(),
        "relu": [*_in_place(F.relu), case(F.relu, integers(3) - 2)],
        "relu6": [*_in_place(F.relu6), case(F.relu6, integers(3) - 2)],
        "rrelu": [
            *_in_place(F.rrelu, {}, {"lower": 0.1, "upper": 0.5}),
            case(lambda input, training: input, positive(3), training=True).but(gradient=False),
            case(lambda x, *_: F.leaky_relu(x, 0.25), floats(2, 3), 0.25, 0.25, True).but(gradient=False),
        ],
        "selu": _in_place(F.selu),
        "sigmoid": [*_activation(torch.sigmoid), case(torch.sigmoid, integers(3))],
        "silu": _in_place(F.silu),
        "softmax": _softmax(torch.softmax),
        "softmin": _softmax(F.softmin),
        "softplus": _activation(F.softplus, {}, {"beta": 2.0, "threshold": 1.0}),
        "softshrink": _activation(F.softshrink, {}, {"lambd": 1.0}),
        "softsign": _activation(F.softsign),
        "sparse_plus": _activation(by_numpy(_sparse_plus)),
        "sparse_sigmoid": _activation(by_numpy(_sparse_sigmoid)),
        "sparsemax": [
            case(by_numpy(_sparsemax), floats(2, 5)),
            case(by_numpy(_sparsemax), floats(3, 2, 4), 1),
            case(by_numpy(_sparsemax), floats(1, 3), axis=0),
            case(by_numpy(_sparsemax), numpy.array([1000.0, 1000.5, -1000.0], "float32")),
            case(by_numpy(_sparsemax), numpy.zeros((2, 4), "float32")),
        ],
        "squareplus": _activation(by_numpy(_squareplus), {}, {"b": 1.0}),
        "tanhshrink": _activation(F.tanhshrink),
        "threshold": _in_place(F.threshold, {"threshold": 0.5, "value": -1.0})
        + [case(F.threshold, integers(3), 2, -1)],
    }


CASES = _activations()

IN_A_LAYER = {"gumbel_softmax", "rrelu"}

NOT_DIFFERENTIABLE = {"gumbel_softmax"}
"""In what does not depend on chance; `test_random.py` has its gradient."""


@st.composite
def _of(
    draw: Any, function: Callable[..., Any], dtypes: Any = FLOATING, low: float = -8, high: float = 8, **options: Any
) -> Case:
    given = {name: draw(strategy) for name, strategy in options.items()}
    return case(function, draw(arrays(dtypes, SHAPES, low, high)), **given)


@st.composite
def _along(draw: Any, function: Callable[..., Any], dtypes: Any = FLOATING) -> Case:
    x = draw(arrays(dtypes, ((4,), (2, 3), (2, 3, 4), (1, 2, 1, 3))))
    return case(function, x, draw(st.integers(-x.ndim, x.ndim - 1)))


@st.composite
def _pieces(draw: Any) -> Case:
    shape = draw(st.sampled_from(((2, 3), (1, 3, 2), (0, 3), (4, 3, 1, 2))))
    dtype = draw(st.sampled_from(FLOATING))
    x, weight = array(shape, dtype, -4, 4, draw(SEEDS)), array((3,), dtype, -1, 1, draw(SEEDS))
    return case(F.prelu, x, weight)


@st.composite
def _polars(draw: Any) -> Case:
    dtype = draw(st.sampled_from(("float32", "float64")))
    shape = draw(st.sampled_from(SHAPES))
    return case(torch.polar, array(shape, dtype, 0, 4, draw(SEEDS)), array(shape, dtype, -4, 4, draw(SEEDS)))


_STEPS = st.sampled_from((0.25, 0.5, 1.0, 2.0))

GENERATED: dict[str, SearchStrategy[Case]] = {
    "celu": _of(F.celu, alpha=_STEPS),
    "elu": _of(F.elu, alpha=_STEPS),
    "gelu": _of(F.gelu, approximate=st.sampled_from(("none", "tanh"))),
    "glu": arrays(FLOATING, ((4,), (2, 6), (2, 3, 4), (0, 2))).map(lambda x: case(_glu, x)),
    "hardshrink": _of(F.hardshrink, lambd=_STEPS),
    "hardsigmoid": _of(F.hardsigmoid),
    "hardswish": _of(F.hardswish),
    "hardtanh": _of(F.hardtanh, (*FLOATING, "int32"), max_val=_STEPS),
    "leaky_relu": _of(F.leaky_relu, negative_slope=_STEPS),
    "log_softmax": _along(torch.log_softmax),
    "logsigmoid": _of(F.logsigmoid),
    "mish": _of(F.mish),
    "polar": _polars(),
    "prelu": _pieces(),
    "relu": _of(F.relu, (*FLOATING, "int8", "int32", "int64")),
    "relu6": _of(F.relu6, (*FLOATING, "int32")),
    "rrelu": _of(F.rrelu, upper=st.sampled_from((0.25, 0.5))),
    "selu": _of(F.selu),
    "sigmoid": _of(torch.sigmoid, (*FLOATING, "int8", "int32", "bool")),
    "silu": _of(F.silu),
    "softmax": _along(torch.softmax),
    "softmin": _along(F.softmin),
    "softplus": _of(F.softplus, beta=_STEPS, threshold=st.sampled_from((1.0, 20.0))),
    "softshrink": _of(F.softshrink, lambd=_STEPS),
    "softsign": _of(F.softsign),
    "sparse_plus": _of(by_numpy(_sparse_plus)),
    "sparse_sigmoid": _of(by_numpy(_sparse_sigmoid)),
    "sparsemax": _along(by_numpy(_sparsemax)),
    "squareplus": _of(by_numpy(_squareplus), b=_STEPS),
    "tanhshrink": _of(F.tanhshrink),
    "threshold": _of(F.threshold, (*FLOATING, "int32"), threshold=st.just(1), value=st.just(2)),
}

OP_INFOS: dict[str, Callable[..., Any]] = {
    "polar": ops.polar,
    "nn.functional.glu": lambda x, dim=-1: ops.glu(x, axis=dim),
    "nn.functional.softmin": lambda x, dim, dtype=None: ops.softmin(ops.astype(x, dtype or x.dtype), axis=dim),
    **{
        f"nn.functional.{name}": getattr(ops, name)
        for name in (
            *("celu", "elu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish"),
            *("prelu", "relu6", "rrelu", "selu", "softplus", "softshrink", "softsign", "tanhshrink", "threshold"),
        )
    },
}

SKIPS = (
    Skip(
        "what chance draws is compared nowhere; test_random.py has the meaning",
        {"nn.functional.rrelu"},
        lambda sample: sample.kwargs.get("training", False),
    ),
)
