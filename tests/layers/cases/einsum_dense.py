"""Cases of the layers in `layers/einsum_dense.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


for _equation, _output, _bias, _shape in (
    ("ab,bc->ac", 5, "c", (3, 4)),
    ("abc,cde->abde", (None, 2, 4), "de", (2, 3, 8)),
    ("...x,xy->...y", 5, "y", (2, 3, 4)),
    ("abc...,cd->abd...", (None, 5), "d", (2, 3, 4, 6)),
    ("abc,bd->adc", (6, 4), None, (2, 3, 4)),
    ("abcd,cde->abe", (None, 5), "be", (2, 3, 4, 2)),
):
    add("EinsumDense", (_equation, _output, _bias), {"input_shape": _shape}, _shape)

WRONG_SHAPES = {
    "EinsumDense": (
        lambda: nn.EinsumDense("abc,cd->abd", (None, 5), input_shape=(None, None, 4)),
        [(2, 3, 5)],
        "(a, b, 4)",
    ),
}
