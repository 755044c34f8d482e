"""Proves every op against NumPy or PyTorch, in every framework, eager and compiled."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch
from torch.utils._pytree import tree_flatten, tree_leaves, tree_unflatten

import bridge
from bridge import ops
from bridge.dtypes import dtype_name
from tests.helpers import COMPILERS, FRAMEWORKS, assert_close, to_framework
from tests.ops.case import Case, floats
from tests.ops.cases import CASES

pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),  # torch copies to pad by one
    pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN"),  # torch takes another way
]

IN_A_LAYER = {"arange", "asarray", "bernoulli_mask", "full", "ones", "zeros"}
"""Ops that take their framework, or their randomness, from the layer that is running."""

RUNS = [(framework, "eager") for framework in FRAMEWORKS] + [(framework, "compiled") for framework in COMPILERS]


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


def of_arrays(name: str, example: Case) -> tuple[Callable[..., Any], list[numpy.ndarray]]:
    """The op as a function of the case's arrays alone, and those arrays."""
    leaves, structure = tree_flatten((example.args, example.kwargs))
    places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, numpy.ndarray)]
    op = getattr(ops, name)

    def function(*arrays: Any) -> Any:
        filled = list(leaves)
        for place, array in zip(places, arrays, strict=True):
            filled[place] = array
        args, kwargs = tree_unflatten(filled, structure)
        return op(*args, **kwargs)

    return function, [leaves[place] for place in places]


def test_every_op_has_cases() -> None:
    assert set(CASES) == set(ops.__all__)
    assert all(CASES.values())


@pytest.mark.parametrize(("framework", "mode"), RUNS)
@pytest.mark.parametrize("name", sorted(CASES))
def test_op_agrees_with_the_reference(name: str, framework: str, mode: str) -> None:
    examples = CASES[name]
    functions, arrays = zip(*(of_arrays(name, example) for example in examples), strict=True)

    def answers(*arrays: Any) -> list[Any]:
        return [function(*given) for function, given in zip(functions, arrays, strict=True)]

    run = in_a_layer(answers, framework) if name in IN_A_LAYER else answers
    if mode == "compiled":
        torch.compiler.reset()
        run = COMPILERS[framework](run)
    for example, actual in zip(examples, run(*to_framework(arrays, framework)), strict=True):
        expected = example.expected()
        assert_close(actual, expected)
        assert dtypes_of(actual) == [held_by(framework, name) for name in dtypes_of(expected)], example


def with_names(name: str, example: Case) -> Case:
    """The same call, with each argument named that may be."""
    bound = inspect.signature(getattr(ops, name)).bind(*example.args, **example.kwargs)
    parameters = bound.signature.parameters
    positional = [key for key in bound.arguments if parameters[key].kind is inspect.Parameter.POSITIONAL_ONLY]
    named = {key: value for key, value in bound.arguments.items() if key not in positional}
    return Case(example.reference, tuple(bound.arguments[key] for key in positional), named)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", sorted(CASES))
def test_arguments_may_be_named(name: str, framework: str) -> None:
    for example in CASES[name][:3]:
        function, arrays = of_arrays(name, with_names(name, example))
        function = in_a_layer(function, framework) if name in IN_A_LAYER else function
        assert_close(function(*to_framework(arrays, framework)), example.expected())


FAULTY_IN_TENSORFLOW = pytest.mark.xfail(strict=True, reason="oneDNN's convolution keeps the input's shape")


@pytest.mark.parametrize("framework", ["torch", "jax", "numpy", pytest.param("tensorflow", marks=FAULTY_IN_TENSORFLOW)])
def test_convolution_of_an_empty_batch(framework: str) -> None:
    images, weight = numpy.zeros((0, 2, 5, 5), "float32"), floats(4, 2, 3, 3)
    output = ops.conv2d(to_framework(images, framework), to_framework(weight, framework))
    assert tuple(output.shape) == (0, 4, 3, 3)


def dtypes_of(values: Any) -> list[str]:
    return [dtype_name(leaf.dtype) for leaf in tree_leaves(values) if hasattr(leaf, "dtype") and leaf.shape != ()]


def held_by(framework: str, name: str) -> str:
    """JAX without x64 holds 64-bit numbers as 32-bit."""
    return name.replace("64", "32") if framework == "jax" else name
