"""docs/conversion.md says what the tests hold."""

from tests.interop import page


def test_the_page_is_current():
    assert page.PATH.read_text() == page.text(), "write it anew: python -m tests.interop.page"
