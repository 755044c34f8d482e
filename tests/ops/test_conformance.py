"""Proves every op against NumPy, SciPy or PyTorch, in every framework, eager and compiled."""

from __future__ import annotations

import inspect
from typing import Any

import numpy
import pytest

from bridge import ops
from tests import sweep
from tests.helpers import COMPILERS, FRAMEWORKS, assert_close, to_framework
from tests.ops.case import Case, floats
from tests.ops.cells import answers, assert_right, in_a_layer
from tests.ops.groups import CASES, IN_A_LAYER, ids, public_names, resolve

pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),  # torch copies to pad by one
    pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN"),  # torch takes another way
]

RUNS = [(framework, "eager") for framework in FRAMEWORKS] + [(framework, "compiled") for framework in COMPILERS]


def test_every_op_has_cases() -> None:
    covered = {id(resolve(name)) for name in CASES}
    assert [name for name in public_names() if id(resolve(name)) not in covered] == []
    assert all(CASES.values())


def cells(name: str) -> list[Any]:
    """An op in each framework, eager and compiled: with all its cases, or the first where each takes long."""
    found = []
    for framework, mode in RUNS:
        had = [example for example in CASES[name] if example.reason_to_lack(framework, mode) is None]
        few = 1 if mode == "compiled" or framework == "jax" else len(had)
        found += sweep.in_two(had, few, name, framework, mode, name=f"{ids(name)}-{framework}-{mode}")
    return found


@pytest.mark.parametrize(
    ("name", "framework", "mode", "examples"), [cell for name in sorted(CASES) for cell in cells(name)]
)
def test_op_agrees_with_the_reference(name: str, framework: str, mode: str, examples: list[Case]) -> None:
    for example, actual in zip(examples, answers(name, examples, framework, mode), strict=True):
        assert_right(actual, example, framework)


LACKING = [
    (name, framework, mode, example)
    for name, examples in CASES.items()
    for framework, mode in RUNS
    for example in examples
    if example.reason_to_lack(framework, mode) is not None
]


@pytest.mark.parametrize(("name", "framework", "mode", "example"), LACKING)
def test_what_is_said_to_be_lacking_is(name: str, framework: str, mode: str, example: Case) -> None:
    with pytest.raises(Exception):  # noqa: B017 - it may raise anything, or be wrong: the reason says which
        assert_right(answers(name, [example], framework, mode)[0], example, framework)


def with_names(name: str, example: Case) -> Case:
    """The same call, with each argument named that may be."""
    bound = inspect.signature(resolve(name)).bind(*example.args, **example.kwargs)
    parameters = bound.signature.parameters
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    if any(parameters[key].kind in variadic for key in bound.arguments):
        return example
    positional = [key for key in bound.arguments if parameters[key].kind is inspect.Parameter.POSITIONAL_ONLY]
    named = {key: value for key, value in bound.arguments.items() if key not in positional}
    return example.but(args=tuple(bound.arguments[key] for key in positional), kwargs=named)


@pytest.mark.parametrize("framework", [pytest.param(f, marks=() if f == "torch" else sweep.MARK) for f in FRAMEWORKS])
@pytest.mark.parametrize("name", sorted(CASES), ids=ids)
def test_arguments_may_be_named(name: str, framework: str) -> None:
    direct = [example for example in CASES[name] if not example.via and not example.reason_to_lack(framework, "eager")]
    for example in direct[:1]:
        function = with_names(name, example).of_arrays(resolve(name))
        function = in_a_layer(function, framework) if name in IN_A_LAYER else function
        arrays = to_framework(with_names(name, example).arrays(), framework)
        assert_close(function(*arrays), example.expected(), example.tolerance)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_convolution_of_an_empty_batch(framework: str) -> None:
    images, weight = numpy.zeros((0, 2, 5, 5), "float32"), floats(4, 2, 3, 3)
    output = ops.conv2d(to_framework(images, framework), to_framework(weight, framework))
    assert tuple(output.shape) == (0, 4, 3, 3)
