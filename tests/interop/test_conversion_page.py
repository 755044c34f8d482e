"""docs/conversion.md says what the tests hold."""

from tests.interop import page
from tests.interop.deviations import DEVIATIONS, FROM_VALUES, RANDOM, UNDEFINED, UNUSABLE
from tests.interop.operations import OPERATIONS


def test_the_page_is_current():
    assert page.PATH.read_text() == page.text(), "write it anew: python -m tests.interop.page"


def test_what_it_names_are_operations():
    named = RANDOM | UNDEFINED | UNUSABLE | FROM_VALUES | {name for name, _, _ in DEVIATIONS}
    assert named <= set(OPERATIONS)
