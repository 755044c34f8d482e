"""Every public symbol of the core and the layers has a docstring, whose example runs."""

import doctest
import functools
import importlib
import inspect

import jax
import numpy
import pytest
import torch

import bridge
from bridge import layers, ops
from tests.layers.cases import TORCHS_OWN
from tests.ops.groups import public_names

OWN_WORDS = TORCHS_OWN | {"lora", "utils"}  # modules, which have tests of their own
PUBLIC = (
    [("bridge", name) for name in bridge.__all__ if inspect.isfunction(getattr(bridge, name))]
    + [("bridge", name) for name in ("InputSpec", "Layer", "MixedPrecision", "Model")]
    + [("bridge.ops", name) for name in public_names()]
    + [("bridge.layers", name) for name in layers.__all__ if name not in OWN_WORDS]
)
MODULES = (
    "bridge.dtypes",
    "bridge.frameworks",
    "bridge.inference",
    "bridge.layers.utils",
    "bridge.program",
    "bridge.shapes",
)


def run_examples(symbol, name, words):
    """Runs the examples in a docstring and those of its methods, and returns how many there were."""
    words = words | {"torch": torch, "numpy": numpy, "bridge": bridge, "ops": ops, "nn": layers, "jax": jax}
    count = 0
    flags = doctest.NORMALIZE_WHITESPACE
    for test in doctest.DocTestFinder(exclude_empty=False).find(inspect.unwrap(symbol), name, globs=words):
        report = []
        outcome = doctest.DocTestRunner(optionflags=flags, verbose=False).run(test, out=report.append)
        assert outcome.failed == 0, "".join(report)
        count += outcome.attempted
    return count


@pytest.mark.parametrize(("module", "name"), PUBLIC, ids=lambda part: part)
def test_a_public_symbol_is_documented_by_an_example_that_runs(module, name):
    symbol = functools.reduce(getattr, name.split("."), importlib.import_module(module))
    assert inspect.getdoc(symbol)
    home = importlib.import_module(inspect.unwrap(symbol).__module__)
    assert run_examples(symbol, name, vars(home)) > 0


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    module = importlib.import_module(name)
    assert run_examples(module, name, vars(module)) > 0


@pytest.mark.parametrize("name", sorted(set(bridge.__all__)))
def test_everything_public_has_a_docstring(name):
    assert inspect.getdoc(getattr(bridge, name))
