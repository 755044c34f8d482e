"""Cases for pooling by means; PyTorch is the reference."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats, positive
from tests.ops.strategies import FLOATING, SEEDS, array


def _averages() -> dict[str, list[Case]]:
    one, two, three = F.avg_pool1d, F.avg_pool2d, F.avg_pool3d
    return {
        "avg_pool1d": [
            case(one, floats(2, 3, 6), 2),
            case(one, floats(3, 7), (3,), (2,), (1,)),
            case(one, floats(1, 2, 6), 3, 2, 1, True),
            case(one, floats(1, 2, 6), 3, 2, 1, True, False),
            case(one, floats(0, 2, 6), 2),
        ],
        "avg_pool2d": [
            case(two, floats(2, 3, 6, 6), 2),
            case(two, floats(3, 6, 7), (3, 2), (1, 2), (1, 0)),
            case(two, floats(1, 2, 6, 6), 3, 2, 1, True),
            case(two, floats(1, 2, 6, 6), 3, 2, 1, True, False),
            case(two, floats(1, 2, 5, 5), 2, 2, 0, True),
            case(two, floats(1, 1, 4, 4), 5, 5, 0, True),
            case(two, floats(1, 2, 6, 6), 3, 2, 1, divisor_override=5),
        ],
        "avg_pool3d": [
            case(three, floats(2, 3, 4, 4, 6), 2),
            case(three, floats(3, 4, 6, 5), (3, 2, 1), (1, 2, 2), (1, 0, 0)),
            case(three, floats(1, 2, 6, 5, 4), 3, 2, 1, True),
            case(three, floats(1, 2, 6, 5, 4), 3, 2, 1, True, False),
            case(three, floats(1, 2, 6, 5, 4), 3, 2, 1, divisor_override=5),
        ],
    }


def _adaptive() -> dict[str, list[Case]]:
    one, two, three = F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d
    return {
        "adaptive_avg_pool1d": [
            case(one, floats(2, 3, 6), 1),
            case(one, floats(2, 3, 6), (3,)),
            case(one, floats(3, 7), 3),
            case(one, floats(1, 2, 3), 5),
        ],
        "adaptive_avg_pool2d": [
            case(two, floats(2, 3, 4, 6), 1),
            case(two, floats(2, 3, 4, 6), (2, 3)),
            case(two, floats(3, 5, 7), (3, None)),
            case(two, floats(1, 1, 2, 3), (4, 5)),
            case(two, floats(1, 2, 5, 6), (1, 4)),
        ],
        "adaptive_avg_pool3d": [
            case(three, floats(2, 3, 4, 6, 2), 1),
            case(three, floats(2, 3, 4, 6, 2), (2, 3, None)),
            case(three, floats(3, 5, 7, 4), (3, 2, 1)),
            case(three, floats(1, 1, 2, 3, 2), (4, 5, 3)),
        ],
    }


def _norms() -> dict[str, list[Case]]:
    one, two, three = F.lp_pool1d, F.lp_pool2d, F.lp_pool3d
    return {
        "lp_pool1d": [
            case(one, floats(2, 3, 6), 2, 2),
            case(one, positive(3, 7), 3, 3, 2),
            case(one, positive(1, 2, 6), 1.5, 4, 3, True),
            case(one, floats(1, 2, 6), math.inf, 2),
        ],
        "lp_pool2d": [
            case(two, floats(2, 3, 6, 4), 2, 2),
            case(two, positive(3, 7, 6), 3, (3, 2), (2, 1)),
            case(two, floats(1, 2, 5, 6), 2.0, 3, 2, True),
            case(two, floats(1, 2, 6, 4), -math.inf, 2),
        ],
        "lp_pool3d": [
            case(three, floats(2, 3, 4, 4, 2), 2, 2),
            case(three, positive(3, 4, 3, 4), 3, (3, 2, 1), (2, 1, 1)),
            case(three, floats(1, 2, 4, 4, 2), math.inf, 2),
        ],
    }


CASES = _averages() | _adaptive() | _norms()


@st.composite
def _of_windows(draw: Any, function: Callable[..., Any], spatial: int, dtypes: tuple[str, ...] = FLOATING) -> Case:
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(spatial))
    options = {
        "stride": draw(st.sampled_from((None, 1, 2))),
        "padding": tuple(draw(st.integers(0, size // 2)) for size in kernel),
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.booleans()),
    }
    return case(function, draw(_images(spatial, dtypes)), kernel, **options)


@st.composite
def _of_a_norm(draw: Any, function: Callable[..., Any], spatial: int, dtypes: tuple[str, ...]) -> Case:
    x = abs(draw(_images(spatial, dtypes))) + 1
    return case(function, x.astype(x.dtype), draw(st.sampled_from((1, 2, 3.0))), draw(st.integers(1, 3)))


@st.composite
def _of_a_target(draw: Any, function: Callable[..., Any], spatial: int) -> Case:
    return case(function, draw(_images(spatial, FLOATING)), tuple(draw(st.integers(1, 6)) for _ in range(spatial)))


@st.composite
def _images(draw: Any, spatial: int, dtypes: tuple[str, ...]) -> Any:
    batch = draw(st.sampled_from(((), (1,), (2,))))
    sizes = tuple(draw(st.sampled_from((4, 5, 6))) for _ in range(spatial))
    return array((*batch, 2, *sizes), draw(st.sampled_from(dtypes)), -2, 2, draw(SEEDS))


HELD = {1: FLOATING, 2: FLOATING, 3: ("float32", "float64")}
"""torch has no means over three axes of half precision on the CPU."""

GENERATED = {
    **{f"adaptive_avg_pool{n}d": _of_a_target(getattr(F, f"adaptive_avg_pool{n}d"), n) for n in (1, 2, 3)},
    **{f"avg_pool{n}d": _of_windows(getattr(F, f"avg_pool{n}d"), n, HELD[n]) for n in (1, 2, 3)},
    **{f"lp_pool{n}d": _of_a_norm(getattr(F, f"lp_pool{n}d"), n, HELD[n]) for n in (1, 2, 3)},
}

OP_INFOS = {
    f"nn.functional.{name}": getattr(ops, name)
    for name in ("adaptive_avg_pool1d", "adaptive_avg_pool3d", "avg_pool1d", "avg_pool3d")
}
