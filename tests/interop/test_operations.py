"""Operations of torch's `op_db`, converted, in JAX under jit and in a TensorFlow graph, beside torch.

Three float32 samples each, in value and in gradient; those that other converters get wrong are among them.
"""

from __future__ import annotations

import pytest
import torch

from tests.interop.operations import OPERATIONS, Reference, fault, reference, run, samples_of

FRAMEWORKS = ("jax", "tensorflow")

NAMES = (
    *("add", "cat", "index_put", "masked_scatter", "softmax", "native_layer_norm", "as_strided", "searchsorted"),
    *("nn.functional.batch_norm", "nn.functional.group_norm", "nn.functional.max_unpool2d", "linalg.matrix_norm"),
    *("nn.functional.adaptive_max_pool2d", "nn.functional.ctc_loss", "sum", "unfold", "max.reduction_with_dim"),
)


def _references(name: str, *, gradients: bool) -> list[Reference]:
    info = OPERATIONS[name]
    found = (reference(info, sample, gradients=gradients) for sample in samples_of(info, torch.float32))
    return [one for one in found if one is not None and (not gradients or one.gradients is not None)]


@pytest.mark.filterwarnings("ignore")  # torch warns of its own samples
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", NAMES)
def test_its_answers_are_torchs(name: str, framework: str) -> None:
    references = _references(name, gradients=False)
    assert references
    for found in references:
        assert fault(run(found, framework), found.answers) is None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", [name for name in NAMES if OPERATIONS[name].supports_autograd])
def test_its_gradients_are_torchs(name: str, framework: str) -> None:
    references = _references(name, gradients=True)
    assert references
    for found in references:
        assert found.gradients is not None
        assert fault(run(found, framework, gradients=True), found.gradients) is None
