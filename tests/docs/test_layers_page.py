"""docs/layers.md says what the tests hold, and every class of torch.nn has its place in it."""

from bridge import layers
from tests.layers import page


def test_the_page_is_current():
    assert page.PATH.read_text() == page.text(), "write it anew: python -m tests.layers.page"


def test_every_module_class_of_torch_is_ours():
    assert set(page.torch_classes()) <= set(layers.__all__)
