"""Proves ops on inputs that hypothesis draws: many shapes and dtypes, in every framework, 64-bit ones in JAX too.

The reference computes in double precision on the same values; what is allowed follows from the dtype given.
"""

from __future__ import annotations

import contextlib
from typing import Any

import jax
import ml_dtypes
import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch.utils._pytree import tree_leaves, tree_map

from tests import sweep
from tests.helpers import FRAMEWORKS, to_framework, to_numpy
from tests.ops.case import Case
from tests.ops.cells import dtypes_of, in_a_layer
from tests.ops.groups import GENERATED, IN_A_LAYER, ids, resolve

pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),  # torch copies to pad by one
    pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN"),  # torch takes another way
]

FEW, MANY = 1, 15
"""How many cases are drawn for each op, outside a sweep and in it."""

TOLERANCES = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 2e-5, "complex64": 2e-5, "float64": 1e-8}
"""What is allowed for each dtype among the arguments, relative to the largest value expected."""


def drawn(examples: int) -> Any:
    """Gives a test so many cases of each op."""
    settled = settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )

    def decorate(test: Any) -> Any:
        return pytest.mark.parametrize("name", sorted(GENERATED), ids=ids)(settled(given(data=st.data())(test)))

    return decorate


@drawn(FEW)
def test_op_agrees_on_generated_inputs(name: str, data: Any) -> None:
    check(name, data.draw(GENERATED[name]))


@sweep.MARK
@drawn(MANY)
def test_op_agrees_on_many_generated_inputs(name: str, data: Any) -> None:
    check(name, data.draw(GENERATED[name]))


def check(name: str, example: Case) -> None:
    """Asserts that every framework agrees with the reference in double precision, and on the dtypes."""
    expected = to_numpy(in_double(example).expected())
    found: dict[str, list[str]] = {}
    for framework in FRAMEWORKS:
        if framework == "numpy" and any(array.dtype == ml_dtypes.bfloat16 for array in example.arrays()):
            continue  # NumPy has no bfloat16
        if example.reason_to_lack(framework, "eager") is not None:
            continue
        with jax.enable_x64(True) if framework == "jax" else contextlib.nullcontext():
            function = example.of_arrays(resolve(name))
            function = in_a_layer(function, framework) if name in IN_A_LAYER else function
            actual = function(*to_framework(example.arrays(), framework))
            assert_near(to_numpy(actual), expected, tolerance(example), framework)
            found[framework] = dtypes_of(actual)
    first = next(iter(found.values()))
    assert all(names == first for names in found.values()), found


def in_double(example: Case) -> Case:
    """The same case in double precision."""

    def widened(leaf: Any) -> Any:
        if not isinstance(leaf, numpy.ndarray):
            return leaf
        if leaf.dtype == ml_dtypes.bfloat16 or leaf.dtype.kind == "f":
            return leaf.astype("float64")
        return leaf.astype("complex128") if leaf.dtype.kind == "c" else leaf

    return example.but(args=tree_map(widened, example.args), kwargs=tree_map(widened, example.kwargs))


def tolerance(example: Case) -> float:
    """What is allowed for the coarsest dtype among the arguments, or by the case itself."""
    allowed = [TOLERANCES.get(array.dtype.name, TOLERANCES["float32"]) for array in example.arrays()]
    return max([*allowed, example.tolerance if example.tolerance > 1e-5 else 0])


def assert_near(actual: Any, expected: Any, allowed: float, framework: str) -> None:
    """Infinities and NaN stand in the same places, whole numbers are equal, and the rest is near."""
    actual, expected = tree_leaves(actual), tree_leaves(expected)
    assert len(actual) == len(expected), framework
    for received, wanted in zip(map(numpy.asarray, actual), map(numpy.asarray, expected), strict=True):
        assert received.shape == wanted.shape, framework
        if received.dtype.kind in "biu" and wanted.dtype.kind in "biu":
            numpy.testing.assert_array_equal(received, wanted, framework)
            continue
        finite = numpy.isfinite(wanted)
        numpy.testing.assert_array_equal(received[~finite], wanted[~finite], framework)
        scale = numpy.abs(wanted[finite]).max(initial=1e-3)
        difference = numpy.abs(received[finite].astype(wanted.dtype) - wanted[finite]).max(initial=0)
        assert difference <= allowed * scale, f"{framework} differs by {difference} where the largest is {scale}"
