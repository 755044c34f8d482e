"""How a case runs in a framework, eager and compiled, and what its answer is held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy
import tensorflow as tf
import torch
from torch.utils._pytree import tree_leaves

import bridge
from bridge.dtypes import dtype_name
from tests.helpers import COMPILERS, assert_close, to_framework
from tests.ops.case import Case
from tests.ops.groups import IN_A_LAYER, resolve


class Running(bridge.Layer):
    """Runs a function as its forward."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, anchor: Any, *args: Any) -> Any:
        return self.function(*args)


def in_a_layer(function: Callable[..., Any], framework: str) -> Callable[..., Any]:
    """`function` inside a layer that runs in `framework`, with a random key where the framework takes one."""
    layer = Running(function)
    anchor = to_framework(numpy.zeros(1, "float32"), framework)
    key = {"jax": jax.random.key(0), "tensorflow": tf.constant([1, 2])}.get(framework)
    return lambda *arrays: bridge.stateless_apply(layer, {}, {}, anchor, *arrays, rng=key)[0]


def answers(name: str, cases: list[Case], framework: str, mode: str) -> list[Any]:
    """What the op answers to each case, all compiled into one where the mode is `"compiled"`."""
    functions = [example.of_arrays(resolve(name)) for example in cases]

    def run(*arrays: Any) -> list[Any]:
        return [function(*given) for function, given in zip(functions, arrays, strict=True)]

    called = in_a_layer(run, framework) if name in IN_A_LAYER else run
    if mode == "compiled":
        torch.compiler.reset()
        called = COMPILERS[framework](called)
    return called(*to_framework([example.arrays() for example in cases], framework))


def assert_right(actual: Any, example: Case, framework: str) -> None:
    """Asserts that an answer has the values and dtypes of the reference."""
    expected = example.expected()
    assert_close(actual, expected, example.tolerance)
    assert dtypes_of(actual) == [held_by(framework, name) for name in dtypes_of(expected)], example


def dtypes_of(values: Any) -> list[str]:
    """The names of the dtypes of all tensors that have axes."""
    return [dtype_name(leaf.dtype) for leaf in tree_leaves(values) if hasattr(leaf, "dtype") and leaf.shape != ()]


def held_by(framework: str, name: str) -> str:
    """JAX without x64 holds 64-bit numbers as 32-bit."""
    narrower = {"int64": "int32", "uint64": "uint32", "float64": "float32", "complex128": "complex64"}
    return narrower.get(name, name) if framework == "jax" else name
