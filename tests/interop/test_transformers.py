"""Models of Hugging Face's transformers, converted, beside the models themselves in evaluation and in training."""

from __future__ import annotations

import pytest

from tests.interop import transformers_page
from tests.interop.huggingface import FAMILIES, SWEEP, chosen
from tests.interop.transformers_checks import EVAL_TOLERANCE, GRADIENT_TOLERANCE, draws, evaluated, trained

pytestmark = [  # what transformers and torch say of their own workings
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

_FRAMEWORKS = ("jax", "tensorflow")
_each = pytest.mark.parametrize("name", chosen())


@_each
@pytest.mark.parametrize("framework", _FRAMEWORKS)
def test_answers_and_gradients_are_torchs(name, framework):
    family = FAMILIES[name]
    if framework in family.lacking:
        with pytest.raises(family.lacking[framework].error, match=family.lacking[framework].words):
            evaluated(family, framework)
        return
    differs, seconds = evaluated(family, framework)
    slopes = trained(family, framework)
    if SWEEP:
        transformers_page.record(name, framework, eval=differs, gradient=slopes, seconds=seconds)
    assert differs <= EVAL_TOLERANCE
    assert slopes <= GRADIENT_TOLERANCE


@pytest.mark.parametrize("name", [name for name in chosen() if FAMILIES[name].dropout])
@pytest.mark.parametrize("framework", _FRAMEWORKS)
def test_dropout_follows_the_seed(name, framework):
    if framework not in FAMILIES[name].lacking:
        draws(FAMILIES[name], framework)


def test_the_page_says_what_was_recorded():
    assert transformers_page.PATH.read_text() == transformers_page.text()


def test_every_family_is_recorded_within_the_tolerances():
    for name, family in FAMILIES.items():
        for framework in _FRAMEWORKS:
            if framework not in family.lacking:
                found = transformers_page.results()[name][framework]
                assert found["eval"] <= EVAL_TOLERANCE, name
                assert found["gradient"] <= GRADIENT_TOLERANCE, name
