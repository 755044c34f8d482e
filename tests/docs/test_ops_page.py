"""The table of ops in the docs is what the tests hold."""

from tests.ops import page


def test_the_page_is_current():
    assert page.PATH.read_text() == page.text(), "write it anew: python -m tests.ops.page"
