"""Cases for window functions; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch
from hypothesis import strategies as st

from tests.ops.case import Case, case


def _in_a_dtype(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's window as a tensor of a dtype."""
    return lambda *args, dtype="float32": torch.tensor(function(*args).astype(dtype))


def _windows() -> dict[str, list[Case]]:
    names = ("bartlett", "blackman", "hamming", "hanning")
    plain = {name: _in_a_dtype(getattr(numpy, name)) for name in names}
    kaiser = _in_a_dtype(numpy.kaiser)
    return {
        **{
            name: [*(case(window, size) for size in (0, 1, 3, 5, 8)), case(window, 6, dtype="float64")]
            for name, window in plain.items()
        },
        "kaiser": [
            *(case(kaiser, size, 5.0) for size in (0, 1, 2, 5, 8)),
            case(kaiser, 6, 14, dtype="float64"),
            case(kaiser, 4, 0.0),
        ],
    }


CASES = _windows()


@st.composite
def _generated(draw: Any, name: str) -> Case:
    # Both values of a Blackman window of two are 0: what rounding leaves there has nothing to be measured against.
    sizes = st.integers(0, 40).filter(lambda size: (name, size) != ("blackman", 2))
    size, dtype = draw(sizes), draw(st.sampled_from(("float32", "float64")))
    shape = [draw(st.sampled_from((0.0, 1.5, 14.0)))] if name == "kaiser" else []
    return case(_in_a_dtype(getattr(numpy, name)), size, *shape, dtype=dtype).but(tolerance=2e-5)


GENERATED = {name: _generated(name) for name in CASES}

NOT_DIFFERENTIABLE = IN_A_LAYER = set(CASES)
