"""Cases of the layers in `layers/local_response_norm.py`."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_NO_KERNEL = {"dtypes": "not implemented for 'BFloat16'"}  # of torch's avg_pool3d
for _args, _kwargs, _shape, _refused in (
    ((2,), {}, (2, 4, 3), {}),
    ((3,), {"alpha": 0.5, "beta": 0.5, "k": 2.0}, (2, 5, 3, 2), _NO_KERNEL),
    ((4,), {"alpha": 2.0}, (2, 3, 2, 2, 2), _NO_KERNEL),
):
    add("LocalResponseNorm", _args, _kwargs, _shape, **_refused)
for _args, _kwargs, _shape in (
    ((3,), {}, (2, 6, 2, 3)),
    ((5,), {"alpha": 0.5, "beta": 0.5, "k": 2.0}, (2, 7, 2, 3)),
    ((4,), {"alpha": 2.0}, (1, 3, 2, 2)),
):
    add("CrossMapLRN2d", _args, _kwargs, _shape, compile=r"resize_as_", vmap=r"autograd\.Function")

WRONG_SHAPES = {
    "LocalResponseNorm": (lambda: nn.LocalResponseNorm(2), [(2, 4)], "(N, C, *) with at least one axis after"),
    "CrossMapLRN2d": (lambda: nn.CrossMapLRN2d(2), [(2, 4, 3)], "(N, C, H, W)"),
}

WITHOUT_ENTRY = {"CrossMapLRN2d": "module_db has no entry"}
