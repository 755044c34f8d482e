"""Cases of the layers in `layers/noise.py`."""

from __future__ import annotations

from typing import Any

from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


add("GaussianNoise", (0.1,), {}, (4, 3), random=True)
add("GaussianNoise", (0.0,), {}, (4, 3))
add("GaussianDropout", (0.3,), {}, (4, 3), random=True)
add("GaussianDropout", (0.0,), {}, (4, 3))

ANY_SHAPE = {"GaussianDropout", "GaussianNoise"}
