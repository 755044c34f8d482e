"""Each operation of torch's `op_db`, converted, in JAX under jit and in a TensorFlow graph, beside torch.

`make test` runs a few of them, `make conformance` one sample of each, BRIDGE_SAMPLES=3 what docs/conversion.md says.
"""

from __future__ import annotations

import os

import numpy
import pytest
import torch

from tests.helpers import to_numpy
from tests.interop.deviations import DEVIATIONS, RANDOM, UNUSABLE, WITHOUT_GRADIENT
from tests.interop.operations import OPERATIONS, Reference, fault, reference, run, samples_of
from tests.layers.cases import SWEEP

FRAMEWORKS = ("jax", "tensorflow")

SAMPLES = int(os.environ.get("BRIDGE_SAMPLES", "1"))

_HARD = {
    *("eigh", "cholesky", "index_reduce.amax", "nonzero_static", "nn.functional.ctc_loss", "masked_scatter"),
    *("nn.functional.max_unpool2d", "nn.functional.adaptive_max_pool2d", "nn.functional.batch_norm", "index_put"),
    "nn.functional.scaled_dot_product_attention",
}
CHOSEN = [name for place, name in enumerate(OPERATIONS) if SWEEP or name in _HARD or place % 20 == 0]


def _references(name: str, count: int, *, gradients: bool) -> list[Reference]:
    info = OPERATIONS[name]
    found = (reference(info, sample, gradients=gradients) for sample in samples_of(info, torch.float32, count))
    return [one for one in found if one is not None and (not gradients or one.gradients is not None)]


@pytest.mark.filterwarnings("ignore")  # torch warns of its own samples
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", [name for name in CHOSEN if name not in UNUSABLE])
def test_its_answers_are_torchs(name: str, framework: str) -> None:
    _check(name, framework, "forward")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(
    "name", [name for name in CHOSEN if name not in UNUSABLE | WITHOUT_GRADIENT and OPERATIONS[name].supports_autograd]
)
def test_its_gradients_are_torchs(name: str, framework: str) -> None:
    _check(name, framework, "gradient")


def _check(name: str, framework: str, column: str) -> None:
    gradients = column == "gradient"
    if (name, framework, column) in DEVIATIONS:
        with pytest.raises(Exception, match="."):  # an answer, right or not, is none that is said to be lacking
            _run_all(name, framework, gradients=gradients)
        return
    for found in _references(name, SAMPLES, gradients=gradients):
        received = run(found, framework, gradients=gradients)
        expected = found.gradients if gradients else found.answers
        assert expected is not None
        if name in RANDOM:
            assert [one.shape for one in map(numpy.asarray, received)] == [one.shape for one in to_numpy(expected)]
        else:
            assert fault(received, expected) is None


def _run_all(name: str, framework: str, *, gradients: bool) -> None:
    for found in _references(name, 3, gradients=gradients):
        run(found, framework, gradients=gradients)


@pytest.mark.parametrize(("name", "column"), sorted({(name, column) for name, _, column in DEVIATIONS}))
def test_what_deviates_is_an_operation_that_is_compared(name: str, column: str) -> None:
    assert name in OPERATIONS
    assert column in ("forward", "gradient")
    assert name not in UNUSABLE | (WITHOUT_GRADIENT if column == "gradient" else set())
