"""docs/transformers.md has a row for each family, within what the tests allow, and says what is lacking."""

from tests.interop import transformers_page as page
from tests.interop.huggingface import FAMILIES
from tests.interop.transformers_checks import EVAL_TOLERANCE, GRADIENT_TOLERANCE


def test_the_page_is_current():
    rows = page.rows()
    assert FAMILIES.keys() <= rows.keys(), "run these: python -m tests.interop.transformers_page NAME..."
    assert page.PATH.read_text() == page.text(rows), "write it anew: python -m tests.interop.transformers_page NAME..."


def test_its_differences_are_allowed():
    for name, row in page.rows().items():
        _, _, *cells, _ = row.removeprefix("| ").split(" | ")
        for framework, (evaluation, training) in zip(("jax", "tensorflow"), (cells[:2], cells[2:]), strict=True):
            if framework in FAMILIES[name].lacking:
                assert (evaluation, training) == ("no", "no")
            else:
                assert float(evaluation) <= EVAL_TOLERANCE
                assert float(training) <= GRADIENT_TOLERANCE
