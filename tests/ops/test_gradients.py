"""Proves the gradients of every differentiable op: torch's by finite differences, the others' against torch's."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch
from torch.utils._pytree import tree_leaves, tree_map

from bridge import ops
from tests import sweep
from tests.helpers import assert_close, real_number, to_framework
from tests.ops.case import Case, floats
from tests.ops.groups import CASES, FIXED, NOT_DIFFERENTIABLE, ids, resolve

pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),  # torch copies to pad by one
    pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN"),  # torch takes another way
]

DIFFERENTIABLE = sorted(set(CASES) - NOT_DIFFERENTIABLE)


class Problem:
    """An example as a function of its floating arrays alone, and torch's gradient of it."""

    def __init__(self, name: str, example: Case) -> None:
        self.call = example.of_arrays(resolve(name))
        self.arrays = example.arrays()
        self.smooth = example.smooth
        fixed = _fixed(name, example)
        self.places = [
            place for place, array in enumerate(self.arrays) if array.dtype.kind in "fc" and id(array) not in fixed
        ]
        self.flowing: list[int] = []
        self.cotangents: list[Any] = []
        self.expected = self._torch_gradients() if self.places else ()

    def _torch_gradients(self) -> Sequence[torch.Tensor]:
        inputs = [tensor.requires_grad_() for tensor in self.inputs("torch")]
        outputs = self.outputs("torch", inputs)
        self.flowing = [i for i, output in enumerate(outputs) if getattr(output, "requires_grad", False)]
        generator = numpy.random.default_rng(0)  # of its own, so that no test's numbers follow from the tests before it
        self.cotangents = [floats(*outputs[i].shape, generator=generator) for i in self.flowing]
        if not self.flowing:
            return ()
        (value,) = [self.objective("torch")(inputs)]
        return torch.autograd.grad(value, inputs, materialize_grads=True)

    def inputs(self, framework: str, double: bool = False) -> list[Any]:
        return [
            to_framework(_double(self.arrays[place]) if double else self.arrays[place], framework)
            for place in self.places
        ]

    def objective(self, framework: str) -> Callable[[list[Any]], Any]:
        """A real number whose gradient is the product with the cotangents."""
        cotangents = to_framework(self.cotangents, framework)

        def of_inputs(inputs: list[Any]) -> Any:
            outputs = self.outputs(framework, inputs)
            return sum(ops.sum(real_number(outputs[i]) * c) for i, c in zip(self.flowing, cotangents, strict=True))

        return of_inputs

    def outputs(self, framework: str, inputs: Sequence[Any], double: bool = False) -> list[Any]:
        filled = to_framework([_double(array) for array in self.arrays] if double else self.arrays, framework)
        for place, value in zip(self.places, inputs, strict=True):
            filled[place] = value
        return tree_leaves(self.call(*filled))


def _double(array: numpy.ndarray) -> numpy.ndarray:
    return array.astype({"f": "float64", "c": "complex128"}.get(array.dtype.kind, array.dtype))


def _fixed(name: str, example: Case) -> set[int]:
    if name not in FIXED:
        return set()
    named = inspect.signature(resolve(name)).bind(*example.args, **example.kwargs).arguments
    return {id(leaf) for argument in FIXED[name] for leaf in tree_leaves(named.get(argument))}


def _jax_gradients(problems: list[Problem]) -> list[Any]:
    gradients = [jax.grad(problem.objective("jax")) for problem in problems]
    inputs = [problem.inputs("jax") for problem in problems]
    found = jax.jit(lambda inputs: [gradient(x) for gradient, x in zip(gradients, inputs, strict=True)])(inputs)
    return tree_map(lambda x: x.conj() if numpy.iscomplexobj(x) else x, found)  # JAX's is the conjugate of torch's


def _tensorflow_gradients(problems: list[Problem]) -> list[Any]:
    return [_tape(problem.objective("tensorflow"), problem.inputs("tensorflow")) for problem in problems]


def _tape(objective: Callable[..., Any], inputs: list[tf.Tensor]) -> list[tf.Tensor]:
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = objective(inputs)
    gradients = tape.gradient(value, inputs, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [tf.convert_to_tensor(gradient) for gradient in gradients]  # those of a look-up are tf.IndexedSlices


GRADIENTS = {"jax": _jax_gradients, "tensorflow": _tensorflow_gradients}


def examples_of(name: str, framework: str) -> list[Case]:
    examples = [example for example in CASES[name] if example.gradient]
    return [example for example in examples if example.reason_to_lack(framework, "gradient") is None]


def problems_of(name: str, examples: list[Case]) -> list[Problem]:
    return [problem for problem in (Problem(name, example) for example in examples) if problem.flowing]


@pytest.mark.parametrize("name", DIFFERENTIABLE, ids=ids)
def test_torchs_gradients_are_those_of_finite_differences(name: str) -> None:
    problems = problems_of(name, examples_of(name, "torch"))
    assert problems, "no case of this op has a gradient"
    for problem in problems:
        if problem.smooth and all(tensor.numel() for tensor in problem.expected):
            inputs = [tensor.requires_grad_() for tensor in problem.inputs("torch", double=True)]

            def flowing(*inputs: torch.Tensor, problem: Problem = problem) -> tuple[torch.Tensor, ...]:
                outputs = problem.outputs("torch", inputs, double=True)
                return tuple(outputs[i] for i in problem.flowing)

            assert torch.autograd.gradcheck(flowing, inputs, atol=1e-4, rtol=1e-3, fast_mode=True)


def cells(name: str) -> list[Any]:
    """An op in each framework, with the cases up to the first of floating point, and with the rest of them."""
    found = []
    for framework in GRADIENTS:
        examples = examples_of(name, framework)
        floating = [any(array.dtype.kind in "fc" for array in example.arrays()) for example in examples]
        few = floating.index(True) + 1 if True in floating else 0
        found += sweep.in_two(examples, few, name, framework, name=f"{ids(name)}-{framework}")
    return found


@pytest.mark.parametrize(("name", "framework", "examples"), [cell for name in DIFFERENTIABLE for cell in cells(name)])
def test_gradients_are_torchs(name: str, framework: str, examples: list[Case]) -> None:
    problems = problems_of(name, examples)
    for problem, actual in zip(problems, GRADIENTS[framework](problems), strict=True):
        assert_close(list(actual), list(problem.expected), 1e-4)


LACKING = [
    (name, framework, example)
    for name in DIFFERENTIABLE
    for framework in GRADIENTS
    for example in CASES[name]
    if example.gradient and example.reason_to_lack(framework, "gradient") is not None
]


@pytest.mark.parametrize(("name", "framework", "example"), LACKING)
def test_a_gradient_said_to_be_lacking_is(name: str, framework: str, example: Case) -> None:
    problem = Problem(name, example)
    with pytest.raises(Exception):  # noqa: B017 - it may raise anything, or be wrong: the reason says which
        assert_close(list(GRADIENTS[framework]([problem])[0]), list(problem.expected), 1e-4)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
def test_no_gradient_flows_through_stop_gradient(framework: str) -> None:
    x = to_framework(floats(3), framework)

    def objective(inputs: list[Any]) -> Any:
        return ops.sum(inputs[0] * ops.stop_gradient(inputs[0]))

    if framework == "torch":
        (gradient,) = torch.autograd.grad(objective([x.requires_grad_()]), [x])
    else:
        (gradient,) = jax.grad(objective)([x]) if framework == "jax" else _tape(objective, [x])
    assert_close(gradient, x)
