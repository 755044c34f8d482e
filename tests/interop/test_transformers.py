"""Models of Hugging Face's transformers, converted, beside the models themselves in evaluation and in training."""

from __future__ import annotations

import pytest

from tests import sweep
from tests.interop.huggingface import FAMILIES
from tests.interop.transformers_checks import EVAL_TOLERANCE, GRADIENT_TOLERANCE, draws, evaluated, trained

pytestmark = [  # what transformers and torch say of their own workings
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

_FRAMEWORKS = ("jax", "tensorflow")
_NAMES = [name if family.quick else pytest.param(name, marks=sweep.FAMILIES) for name, family in FAMILIES.items()]
_each = pytest.mark.parametrize("name", _NAMES)


@_each
@pytest.mark.parametrize("framework", _FRAMEWORKS)
def test_answers_and_gradients_are_torchs(name, framework):
    family = FAMILIES[name]
    if framework in family.lacking:
        with pytest.raises(family.lacking[framework].error, match=family.lacking[framework].words):
            evaluated(family, framework)
        return
    differs, _ = evaluated(family, framework)
    assert differs <= EVAL_TOLERANCE
    if family.untrained:
        with pytest.raises(family.untrained.error, match=family.untrained.words):
            trained(family, framework)
    elif not family.noisy:
        assert trained(family, framework) <= GRADIENT_TOLERANCE


_DROPPING = [
    pytest.param(name, framework, marks=() if family.quick else sweep.FAMILIES)
    for name, family in FAMILIES.items()
    for framework in _FRAMEWORKS
    if family.dropout and framework not in family.lacking  # what is lacking is tested above
]


@pytest.mark.parametrize(("name", "framework"), _DROPPING)
def test_dropout_follows_the_seed(name, framework):
    draws(FAMILIES[name], framework)
