"""Proves that mixed operands promote as `torch.result_type` says, over all dtypes, ranks and kinds of number."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch

from bridge import ops
from bridge.dtypes import dtype_name
from tests.ops.cells import held_by

DTYPES = (
    *("float32", "float64", "float16", "bfloat16", "complex64", "complex128"),
    *("int8", "int16", "int32", "int64", "uint8", "bool"),
)
SHAPES = ((2,), ())
NUMBERS = (True, 2, 0.5, 0.5j)

MAKE: dict[str, Callable[[str, tuple[int, ...]], Any]] = {
    "torch": lambda dtype, shape: torch.ones(shape, dtype=getattr(torch, dtype)),
    "jax": lambda dtype, shape: jnp.ones(shape, held_by("jax", dtype)),
    "jax with x64": lambda dtype, shape: jnp.ones(shape, dtype),
    "tensorflow": lambda dtype, shape: tf.ones(shape, tf.as_dtype(dtype)),
}

TENSORS = list(itertools.product(DTYPES, SHAPES))

COMPLEX, REAL, WHOLE, BOOL = "complex", "real", "whole", "bool"


def kind(dtype: torch.dtype) -> str:
    if dtype.is_complex:
        return COMPLEX
    return REAL if dtype.is_floating_point else BOOL if dtype is torch.bool else WHOLE


def itself(dtype: torch.dtype) -> torch.dtype:
    return dtype


def fraction(dtype: torch.dtype) -> torch.dtype:
    return dtype if dtype.is_floating_point or dtype.is_complex else torch.float32


def truth(dtype: torch.dtype) -> torch.dtype:
    return torch.bool


Rule = tuple[Callable[[torch.dtype], torch.dtype], set[str]]

RULES: dict[str, Rule] = {
    **dict.fromkeys(("add", "multiply"), (itself, {COMPLEX, REAL, WHOLE, BOOL})),
    **dict.fromkeys(("pow", "subtract"), (itself, {COMPLEX, REAL, WHOLE})),
    **dict.fromkeys(("maximum", "minimum", "fmax", "fmin"), (itself, {REAL, WHOLE, BOOL})),
    **dict.fromkeys(("floor_divide", "remainder", "fmod"), (itself, {REAL, WHOLE})),
    **dict.fromkeys(("gcd", "lcm", "bitwise_left_shift", "bitwise_right_shift"), (itself, {WHOLE})),
    **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor"), (itself, {WHOLE, BOOL})),
    **dict.fromkeys(("divide", "divide_no_nan"), (fraction, {COMPLEX, REAL, WHOLE, BOOL})),
    **dict.fromkeys(("copysign", "hypot", "atan2", "heaviside", "nextafter"), (fraction, {REAL, WHOLE, BOOL})),
    **dict.fromkeys(("igamma", "igammac", "logaddexp", "logaddexp2"), (fraction, {REAL, WHOLE, BOOL})),
    **dict.fromkeys(("equal", "not_equal", "isclose", "allclose"), (truth, {COMPLEX, REAL, WHOLE, BOOL})),
    **dict.fromkeys(("logical_and", "logical_or", "logical_xor"), (truth, {COMPLEX, REAL, WHOLE, BOOL})),
    **dict.fromkeys(("less", "less_equal", "greater", "greater_equal"), (truth, {REAL, WHOLE, BOOL})),
}
"""What each op makes of the dtype that its operands share after promotion, and the kinds of dtype that it takes."""

pytestmark = [
    pytest.mark.parametrize("framework", MAKE),
    pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental"),
]


def held(framework: str, operand: Any) -> Any:
    """The operand that torch's rule is asked about: a number, or a tensor as the framework holds it."""
    if not isinstance(operand, tuple):
        return operand
    dtype, shape = operand
    return MAKE["torch"](held_by(framework, dtype), shape)


def made(framework: str, operand: Any) -> Any:
    return MAKE[framework](*operand) if isinstance(operand, tuple) else operand


def common_dtype(framework: str, pair: tuple[Any, Any]) -> torch.dtype:
    """torch's rule; its complex32, for which it has hardly a kernel itself, is complex64 elsewhere."""
    common = torch.result_type(*(held(framework, operand) for operand in pair))
    return torch.complex64 if common is torch.complex32 and framework != "torch" else common


def names_of(framework: str, calls: list[Callable[[], Any]]) -> list[str]:
    """The dtypes of what the calls answer; JAX compiles nothing for them."""

    def answers() -> list[Any]:
        return [call() for call in calls]

    if framework.startswith("jax"):
        with jax.enable_x64(framework == "jax with x64"):
            return [dtype_name(answer.dtype) for answer in jax.eval_shape(answers)]
    return [dtype_name(answer.dtype) for answer in answers()]


def check(framework: str, op: Callable[..., Any], rule: Rule, pairs: list[tuple[Any, Any]]) -> None:
    """Asserts the dtype of `op` on each pair whose common dtype it takes."""
    result, kinds = rule
    common = {pair: common_dtype(framework, pair) for pair in pairs}
    taken = [pair for pair in pairs if kind(common[pair]) in kinds and common[pair] is not torch.complex32]
    calls = [lambda pair=pair: op(*(made(framework, operand) for operand in pair)) for pair in taken]
    wanted = [held_by(framework, dtype_name(result(common[pair]))) for pair in taken]
    found = dict(zip(taken, zip(names_of(framework, calls), wanted, strict=True), strict=True))
    assert {pair: names for pair, names in found.items() if names[0] != names[1]} == {}


def without_bool(name: str, operands: list[Any]) -> list[Any]:
    """torch subtracts no bool."""
    return [x for x in operands if name != "subtract" or (x is not True and (x[0] if x in TENSORS else x) != "bool")]


@pytest.mark.parametrize("name", RULES)
def test_two_tensors(framework: str, name: str) -> None:
    tensors = without_bool(name, TENSORS)
    check(framework, getattr(ops, name), RULES[name], list(itertools.product(tensors, tensors)))


@pytest.mark.parametrize("name", RULES)
def test_a_tensor_and_a_number(framework: str, name: str) -> None:
    pairs = list(itertools.product(without_bool(name, TENSORS), without_bool(name, list(NUMBERS))))
    check(framework, getattr(ops, name), RULES[name], pairs + [(number, tensor) for tensor, number in pairs])


def test_where(framework: str) -> None:
    operands = [*TENSORS, *NUMBERS]
    pairs = [pair for pair in itertools.product(operands, operands) if set(pair) & set(TENSORS)]
    for function in (ops.where, lambda condition, x1, x2: ops.select([condition], [x1], x2)):
        op = lambda x1, x2, function=function: function(made(framework, ("bool", (2,))), x1, x2)  # noqa: E731
        check(framework, op, (itself, {COMPLEX, REAL, WHOLE, BOOL}), pairs)


@pytest.mark.parametrize("join", [ops.concat, ops.stack])
def test_joined_tensors(framework: str, join: Callable[..., Any]) -> None:
    tensors = [(dtype, (2,)) for dtype in DTYPES]
    pairs = list(itertools.product(tensors, tensors))
    check(framework, lambda *pair: join(pair), (itself, {COMPLEX, REAL, WHOLE, BOOL}), pairs)


def test_wider_unsigned_integers_promote_as_in_numpy(framework: str) -> None:
    if framework == "torch":
        pytest.skip("torch has no kernels of them")
    unsigned, others = ("uint16", "uint32", "uint64"), ("bool", "uint8", "int8", "int16", "int32", "int64")
    pairs = [
        pair for pair in itertools.product(unsigned, (*unsigned, *others)) if pair[0] != "uint64" or "u" in pair[1]
    ]
    calls = [lambda pair=pair: ops.add(*(MAKE[framework](dtype, (2,)) for dtype in pair)) for pair in pairs]
    wanted = [held_by(framework, numpy.promote_types(*pair).name) for pair in pairs]
    assert names_of(framework, calls) == wanted


def test_an_exponent_gives_way_to_what_it_scales(framework: str) -> None:
    scaled = [tensor for tensor in TENSORS if "complex" not in tensor[0]]
    calls = [
        lambda first=first, second=second: ops.ldexp(made(framework, first), made(framework, second))
        for first, second in itertools.product(scaled, (("int32", (2,)), ("int64", ()), 2))
    ]
    wanted = [held_by(framework, dtype_name(fraction(getattr(torch, dtype)))) for dtype, _ in scaled for _ in range(3)]
    assert names_of(framework, calls) == wanted


def test_values_survive_promotion(framework: str) -> None:
    tensors = [tensor for tensor in TENSORS if "complex" not in tensor[0]]
    with jax.enable_x64(framework == "jax with x64"):
        for first, second in itertools.product(tensors, tensors):
            total = ops.add(made(framework, first), made(framework, second))
            wanted = torch.add(held(framework, first), held(framework, second)).float().numpy()
            assert numpy.array_equal(numpy.asarray(ops.astype(total, "float32")), wanted), (first, second)


FRACTIONAL = (
    "exp",
    "log",
    "sqrt",
    "sin",
    "tanh",
    "reciprocal",
    "rsqrt",
    "erf",
    "mean",
    "cbrt",
    "fabs",
    "deg2rad",
    "i0",
)


@pytest.mark.parametrize("name", FRACTIONAL)
def test_fractions_of_whole_numbers_are_in_the_default_dtype(framework: str, name: str) -> None:
    dtypes = [dtype for dtype in DTYPES if "complex" not in dtype]
    calls = [lambda dtype=dtype: getattr(ops, name)(made(framework, (dtype, (2,)))) for dtype in dtypes]
    wanted = [held_by(framework, dtype if "float" in dtype else "float32") for dtype in dtypes]
    assert names_of(framework, calls) == wanted


@pytest.mark.parametrize("name", ["sum", "prod", "cumulative_sum"])
def test_totals_of_whole_numbers_are_int64(framework: str, name: str) -> None:
    axis = {"axis": 0} if name == "cumulative_sum" else {}
    calls = [lambda dtype=dtype: getattr(ops, name)(made(framework, (dtype, (2,))), **axis) for dtype in DTYPES]
    inexact = ("float", "complex")
    wanted = [held_by(framework, dtype if any(word in dtype for word in inexact) else "int64") for dtype in DTYPES]
    assert names_of(framework, calls) == wanted
