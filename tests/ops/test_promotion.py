"""Proves that mixed operands promote as `torch.result_type` says, over all dtypes, ranks and kinds of number."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch

from bridge import ops
from bridge.dtypes import dtype_name

DTYPES = ("float32", "float16", "bfloat16", "int32", "int64", "uint8", "bool")
SHAPES = ((2,), ())
NUMBERS = (True, 2, 0.5)

MAKE: dict[str, Callable[[str, tuple[int, ...]], Any]] = {
    "torch": lambda dtype, shape: torch.ones(shape, dtype=getattr(torch, dtype)),
    "jax": lambda dtype, shape: jnp.ones(shape, dtype.replace("64", "32")),
    "tensorflow": lambda dtype, shape: tf.ones(shape, tf.as_dtype(dtype)),
}

TENSORS = list(itertools.product(DTYPES, SHAPES))

RESULTS: dict[str, Callable[[torch.dtype], torch.dtype]] = {
    "add": lambda dtype: dtype,
    "multiply": lambda dtype: dtype,
    "maximum": lambda dtype: dtype,
    "minimum": lambda dtype: dtype,
    "divide": lambda dtype: dtype if dtype.is_floating_point else torch.float32,
    "equal": lambda dtype: torch.bool,
    "less": lambda dtype: torch.bool,
}
"""What each op makes of the dtype that its operands share after promotion."""

pytestmark = pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])


def expected_name(framework: str, dtype: torch.dtype) -> str:
    return dtype_name(dtype).replace("64", "32") if framework == "jax" else dtype_name(dtype)


def held(framework: str, operand: Any) -> Any:
    """The operand that torch's rule is asked about: JAX without x64 holds int64 as int32."""
    dtype, shape = operand
    return MAKE["torch"](expected_name(framework, getattr(torch, dtype)), shape)


@pytest.mark.parametrize("name", RESULTS)
def test_two_tensors(framework: str, name: str) -> None:
    make, op = MAKE[framework], getattr(ops, name)
    for first, second in itertools.product(TENSORS, TENSORS):
        common = torch.result_type(held(framework, first), held(framework, second))
        result = op(make(*first), make(*second))
        assert dtype_name(result.dtype) == expected_name(framework, RESULTS[name](common)), (first, second)


@pytest.mark.parametrize("name", RESULTS)
def test_a_tensor_and_a_number(framework: str, name: str) -> None:
    make, op = MAKE[framework], getattr(ops, name)
    for tensor, number in itertools.product(TENSORS, NUMBERS):
        common = torch.result_type(held(framework, tensor), number)
        wanted = expected_name(framework, RESULTS[name](common))
        assert dtype_name(op(make(*tensor), number).dtype) == wanted, (tensor, number)
        assert dtype_name(op(number, make(*tensor)).dtype) == wanted, (number, tensor)


def test_where(framework: str) -> None:
    make = MAKE[framework]
    condition = make("bool", (2,))
    for first, second in itertools.product(TENSORS, TENSORS):
        common = torch.result_type(held(framework, first), held(framework, second))
        result = ops.where(condition, make(*first), make(*second))
        assert dtype_name(result.dtype) == expected_name(framework, common), (first, second)


@pytest.mark.parametrize("join", [ops.concat, ops.stack])
def test_joined_tensors(framework: str, join: Callable[..., Any]) -> None:
    make = MAKE[framework]
    for first, second in itertools.product(DTYPES, DTYPES):
        common = torch.promote_types(getattr(torch, first), getattr(torch, second))
        result = join([make(first, (2,)), make(second, (2,))])
        assert dtype_name(result.dtype) == expected_name(framework, common), (first, second)


def test_values_survive_promotion(framework: str) -> None:
    make = MAKE[framework]
    for first, second in itertools.product(TENSORS, TENSORS):
        total = ops.add(make(*first), make(*second))
        wanted = torch.add(held(framework, first), held(framework, second)).float().numpy()
        assert numpy.array_equal(numpy.asarray(ops.astype(total, "float32")), wanted), (first, second)


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "tanh", "reciprocal", "rsqrt", "erf", "mean"])
def test_fractions_of_whole_numbers_are_in_the_default_dtype(framework: str, name: str) -> None:
    for dtype in DTYPES:
        wanted = dtype if "float" in dtype else "float32"
        assert dtype_name(getattr(ops, name)(MAKE[framework](dtype, (2,))).dtype) == wanted


@pytest.mark.parametrize("name", ["sum", "prod", "cumulative_sum"])
def test_totals_of_whole_numbers_are_int64(framework: str, name: str) -> None:
    axis = {"axis": 0} if name == "cumulative_sum" else {}
    for dtype in DTYPES:
        wanted = expected_name(framework, getattr(torch, dtype if "float" in dtype else "int64"))
        assert dtype_name(getattr(ops, name)(MAKE[framework](dtype, (2,)), **axis).dtype) == wanted
