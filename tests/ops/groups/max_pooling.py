"""Cases for pooling by maxima; PyTorch is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats, integers, positive
from tests.ops.strategies import FLOATING, SEEDS, array


def _tied(*shape: int) -> numpy.ndarray:
    """Whole numbers, of which several are the largest of a window: the gradient is the first one's."""
    return integers(*shape, below=3).astype("float32")


def _largest() -> dict[str, list[Case]]:
    one, two, three = F.max_pool1d, F.max_pool2d, F.max_pool3d
    return {
        "max_pool1d": [
            case(one, floats(2, 3, 6), 2),
            case(one, floats(3, 7), (3,), (2,), (1,)),
            case(one, floats(1, 2, 9), 3, 2, 1, 2),
            case(one, floats(1, 2, 6), 3, 2, 1, ceil_mode=True),
            case(one, floats(1, 2, 6), 3, 2, 1, ceil_mode=True, return_indices=True),
            case(one, _tied(1, 2, 8), 3, 2, 1, return_indices=True).but(smooth=False),
            case(one, _tied(1, 2, 8), 4).but(smooth=False),
            case(one, floats(0, 2, 6), 2),
        ],
        "max_pool2d": [
            case(two, floats(2, 3, 6, 6), 2),
            case(two, floats(3, 6, 7), (3, 2), (1, 2), (1, 0)),
            case(two, floats(1, 2, 8, 8), 3, 2, 1, 2),
            case(two, floats(1, 2, 6, 6), 3, 2, 1, ceil_mode=True),
            case(two, floats(1, 2, 5, 5), 2, None, 0, 1, True),
            case(two, floats(1, 1, 4, 4), 5, 5, ceil_mode=True),
            case(two, integers(1, 1, 4, 4), 2),
            case(two, floats(2, 3, 7, 6), (3, 2), return_indices=True),
            case(two, floats(3, 7, 6), 3, 2, 1, (2, 1), True, True),
            case(two, _tied(1, 2, 6, 6), 3, 2, 1, return_indices=True).but(smooth=False),
            case(two, _tied(1, 2, 6, 7), (3, 2)).but(smooth=False),
            case(two, _tied(1, 2, 6, 6), 3, 1, 1).but(smooth=False),
            case(two, _tied(1, 2, 6, 6), 2, 1, 0, 2).but(smooth=False),
        ],
        "max_pool3d": [
            case(three, floats(2, 3, 4, 4, 6), 2),
            case(three, floats(3, 4, 6, 5), (3, 2, 1), (1, 2, 2), (1, 0, 0)),
            case(three, floats(1, 2, 6, 5, 7), 3, 2, 1, 2),
            case(three, floats(1, 2, 6, 5, 4), 3, 2, 1, ceil_mode=True),
            case(three, floats(1, 2, 6, 5, 4), 3, 2, 1, ceil_mode=True, return_indices=True),
            case(three, _tied(1, 2, 4, 4, 6), 2).but(smooth=False),
            case(three, _tied(1, 2, 4, 4, 5), 3, 1, 1).but(smooth=False),
            case(three, _tied(3, 4, 4, 5), 3, 1, 1, return_indices=True).but(smooth=False),
        ],
    }


def _adaptive() -> dict[str, list[Case]]:
    one, two, three = F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d
    return {
        "adaptive_max_pool1d": [
            case(one, floats(2, 3, 6), 1),
            case(one, floats(2, 3, 6), (3,), True),
            case(one, floats(3, 7), 3, return_indices=True),
            case(one, floats(1, 2, 3), 5),
        ],
        "adaptive_max_pool2d": [
            case(two, floats(2, 3, 4, 6), 1),
            case(two, floats(2, 3, 4, 6), (2, 3), return_indices=True),
            case(two, floats(3, 5, 7), (3, None)),
            case(two, floats(1, 1, 2, 3), (4, 5), True),
            case(two, _tied(1, 2, 7, 5), 3, True).but(smooth=False),
        ],
        "adaptive_max_pool3d": [
            case(three, floats(2, 3, 4, 6, 2), 1),
            case(three, floats(2, 3, 4, 6, 2), (2, 3, None), return_indices=True),
            case(three, floats(3, 5, 7, 4), (3, 2, 1), True),
            case(three, floats(1, 1, 2, 3, 2), (4, 5, 3)),
        ],
    }


def _fractional() -> dict[str, list[Case]]:
    two, three = F.fractional_max_pool2d, F.fractional_max_pool3d

    def samples(*shape: int) -> numpy.ndarray:
        return (positive(*shape) - 0.5) / 1.6

    return {
        "fractional_max_pool2d": [
            case(two, floats(2, 3, 7, 9), 2, 3, _random_samples=samples(2, 3, 2)),
            case(two, floats(2, 3, 7, 9), (2, 3), (4, 5), None, True, samples(2, 3, 2)),
            case(two, floats(3, 8, 6), 2, None, (0.5, 0.7), _random_samples=samples(1, 3, 2)),
            case(two, floats(3, 8, 6), 2, (1, 2), return_indices=True, _random_samples=samples(1, 3, 2)),
        ],
        "fractional_max_pool3d": [
            case(three, floats(2, 2, 6, 7, 9), 2, 3, _random_samples=samples(2, 2, 3)),
            case(three, floats(2, 2, 6, 7, 9), (2, 1, 3), (3, 4, 5), None, True, samples(2, 2, 3)),
            case(three, floats(2, 5, 8, 6), 2, None, (0.5, 0.5, 0.7), _random_samples=samples(1, 2, 3)),
        ],
    }


CASES = _largest() | _adaptive() | _fractional()

FIXED = {"fractional_max_pool2d": ("_random_samples",), "fractional_max_pool3d": ("_random_samples",)}


@st.composite
def _of_windows(draw: Any, function: Callable[..., Any], spatial: int) -> Case:
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(spatial))
    options = {
        "stride": draw(st.sampled_from((None, 1, 2))),
        "padding": tuple(draw(st.integers(0, size // 2)) for size in kernel),
        "dilation": draw(st.integers(1, 2)),
        "ceil_mode": draw(st.booleans()),
        "return_indices": draw(st.booleans()),
    }
    return case(function, draw(_images(spatial, FLOATING)), kernel, **options)


@st.composite
def _of_a_target(draw: Any, function: Callable[..., Any], spatial: int) -> Case:
    target = tuple(draw(st.integers(1, 6)) for _ in range(spatial))
    return case(function, draw(_images(spatial, FLOATING)), target, return_indices=draw(st.booleans()))


@st.composite
def _of_fractions(draw: Any, function: Callable[..., Any], spatial: int) -> Case:
    x = draw(_images(spatial, ("float32", "float64")))
    batch = x.shape[0] if x.ndim == spatial + 2 else 1
    samples = array((batch, 2, spatial), x.dtype.name, 0.05, 0.95, draw(SEEDS))
    return case(function, x, draw(st.integers(1, 2)), draw(st.integers(1, 3)), None, True, samples)


@st.composite
def _images(draw: Any, spatial: int, dtypes: tuple[str, ...]) -> Any:
    batch = draw(st.sampled_from(((), (1,), (2,))))
    sizes = tuple(draw(st.sampled_from((5, 6, 7))) for _ in range(spatial))
    return array((*batch, 2, *sizes), draw(st.sampled_from(dtypes)), -2, 2, draw(SEEDS))


GENERATED = {
    **{f"adaptive_max_pool{n}d": _of_a_target(getattr(F, f"adaptive_max_pool{n}d"), n) for n in (1, 2, 3)},
    **{f"fractional_max_pool{n}d": _of_fractions(getattr(F, f"fractional_max_pool{n}d"), n) for n in (2, 3)},
    **{f"max_pool{n}d": _of_windows(getattr(F, f"max_pool{n}d"), n) for n in (1, 2, 3)},
}

OP_INFOS = {
    f"nn.functional.{name}": getattr(ops, name)
    for name in ("adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d", "max_pool1d", "max_pool3d")
}
