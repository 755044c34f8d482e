"""Every operation of torch's `op_db`, converted, in JAX under jit and in a TensorFlow graph, beside torch.

Three samples each of float32, int64, bool and bfloat16, in value and in gradient. Those that other converters get wrong
run in `make test`, the others in `make conformance`. What tests/interop/deviations.py names has to raise, and all else
to be right.
"""

from __future__ import annotations

import functools

import numpy
import pytest
import torch

from bridge import ConversionError, UnsupportedOpError
from tests.interop.deviations import (
    DEVIATIONS,
    DEVIATIONS_BY_DTYPE,
    FROM_VALUES,
    OPEN_GRADIENTS,
    OPEN_IN_DTYPE,
    OTHER_DTYPES,
    RANDOM,
    UNDEFINED,
    UNUSABLE,
    WITHOUT_SAMPLES,
)
from tests.interop.operations import (
    OPERATIONS,
    Outcome,
    Reference,
    fault,
    names_in,
    reference,
    run,
    samples_of,
    unlikeness,
)
from tests.sweep import MARK

FRAMEWORKS = ("jax", "tensorflow")

ALWAYS = frozenset(
    {
        *("add", "cat", "index_put", "masked_scatter", "softmax", "native_layer_norm", "as_strided", "searchsorted"),
        *("nn.functional.batch_norm", "nn.functional.group_norm", "nn.functional.max_unpool2d", "linalg.matrix_norm"),
        *("nn.functional.adaptive_max_pool2d", "nn.functional.ctc_loss", "sum", "unfold", "max.reduction_with_dim"),
    }
)

CELLS = [
    pytest.param(name, framework, marks=() if name in ALWAYS else MARK)
    for name in OPERATIONS
    if name not in UNUSABLE
    for framework in FRAMEWORKS
]


CELLS_BY_DTYPE = [
    pytest.param(name, dtype, framework, marks=() if name in ALWAYS else MARK)
    for dtype in OTHER_DTYPES
    for name in names_in(dtype)
    for framework in FRAMEWORKS
]


@functools.lru_cache(maxsize=1)  # the frameworks come one after the other, and share a graph
def _references(name: str, dtype: str = "float32") -> list[Reference]:
    info = OPERATIONS[name]
    gradients = not (dtype != "float32" and name in OPEN_GRADIENTS)
    found = (reference(info, sample, gradients=gradients) for sample in samples_of(info, getattr(torch, dtype)))
    return [one for one in found if one is not None]


@pytest.mark.filterwarnings("ignore")  # torch warns of its own samples
@pytest.mark.parametrize(("name", "framework"), CELLS)
def test_its_answers_and_gradients_are_torchs(name: str, framework: str) -> None:
    references = _references(name)
    assert references
    assert any(found.gradients is not None for found in references) == OPERATIONS[name].supports_autograd
    assert name in UNDEFINED or any(found.random for found in references) == (name in RANDOM)
    forward, gradient = ((name, framework, column) in DEVIATIONS for column in ("forward", "gradient"))
    refused = [_is_refused(found, framework, name, gradients=not (forward or gradient)) for found in references]
    assert any(refused) == forward
    if name in RANDOM:
        assert any(_follows_the_seed(found, framework) for found in references if found.random)
    if gradient:
        assert any(_is_refused(found, framework, name, gradients=True) for found in references)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "dtype", "framework"), CELLS_BY_DTYPE)
def test_in_other_dtypes_too(name: str, dtype: str, framework: str) -> None:
    references, lacking = _references(name, dtype), (name, framework, dtype) in DEVIATIONS_BY_DTYPE
    assert references
    info = OPERATIONS[name]
    has_gradient = info.supports_autograd and getattr(torch, dtype) in info.supported_backward_dtypes("cpu")
    assert name in OPEN_GRADIENTS or not has_gradient or any(found.gradients is not None for found in references)
    refused = [_is_refused(found, framework, name, gradients=not lacking, dtype=dtype) for found in references]
    assert any(refused) == lacking


def _is_refused(found: Reference, framework: str, name: str, *, gradients: bool, dtype: str = "float32") -> bool:
    """Whether a clear error comes; asserts that else the answers are torch's."""
    gradients = gradients and found.gradients is not None
    try:
        outcome = run(found, framework, gradients=gradients)
    except (ConversionError, UnsupportedOpError):
        return True
    except (OverflowError, TypeError):  # of a dtype
        if dtype == "float32":
            raise
        return True
    if name in UNDEFINED or _is_drawn(found, name) or (name, dtype) in OPEN_IN_DTYPE:
        assert unlikeness(outcome.answers, found.answers) is None
        assert not gradients or unlikeness(outcome.gradients, found.gradients) is None
    else:
        assert fault(outcome.answers, found.answers, found.wide and found.wide.answers) is None
        assert not gradients or fault(outcome.gradients, found.gradients, found.wide and found.wide.gradients) is None
    if name in RANDOM:
        assert all(numpy.isfinite(array).all() for array in (*outcome.answers, *outcome.gradients))
    return False


def _is_drawn(found: Reference, name: str) -> bool:
    """Whether the sample's values are drawn; of a single number two draws may have been the same."""
    return name in RANDOM and (found.random or all(answer.numel() < 2 for answer in found.answers))


def _follows_the_seed(found: Reference, framework: str) -> bool:
    """Whether another seed draws other numbers; asserts that the same seed draws the same."""
    first, again = (run(found, framework, seed=1) for _ in range(2))
    assert _are_equal(first, again)
    return any(not _are_equal(first, run(found, framework, seed=seed)) for seed in range(2, 10))


def _are_equal(one: Outcome, other: Outcome) -> bool:
    return all(map(numpy.array_equal, one.answers, other.answers))


@MARK
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(UNUSABLE))
def test_torch_has_no_sample_of_it(name: str) -> None:
    assert not _references(name)


@MARK
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", OTHER_DTYPES)
@pytest.mark.parametrize("name", sorted(WITHOUT_SAMPLES))
def test_torch_has_no_sample_of_it_in_other_dtypes(name: str, dtype: str) -> None:
    assert not _references(name, dtype)


@MARK
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(FROM_VALUES))
def test_outside_jit_it_is_torchs(name: str) -> None:
    for found in _references(name):
        assert fault(run(found, "jax", compiled=False).answers, found.answers) is None
