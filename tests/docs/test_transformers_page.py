"""docs/transformers.md has a row for each family, within what the tests allow, and says what is lacking."""

from tests.interop import transformers_page as page
from tests.interop.huggingface import FAMILIES
from tests.interop.transformers_checks import EVAL_TOLERANCE, GRADIENT_TOLERANCE


def test_the_page_is_current():
    written = page.text(page.rows())
    assert page.PATH.read_text() == written, "write it anew: python -m tests.interop.transformers_page NAME..."


def test_its_differences_are_allowed():
    for name, row in page.rows().items():
        _, _, *cells, _ = row.removeprefix("| ").split(" | ")
        for framework, found in zip(("jax", "tensorflow"), (cells[:2], cells[2:]), strict=True):
            if framework in FAMILIES[name].lacking:
                assert found == ["no", "no"]
            elif found != ["-", "-"]:
                assert float(found[0]) <= EVAL_TOLERANCE
                assert (
                    found[1] == "no"
                    if FAMILIES[name].untrained or FAMILIES[name].noisy
                    else float(found[1]) <= GRADIENT_TOLERANCE
                )
