"""Strategies that draw cases: arrays of many shapes and dtypes, alone, in pairs that broadcast, and with an axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ml_dtypes
import numpy
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.ops.case import Case, by_numpy, case

FLOATING = ("float32", "float64", "float16", "bfloat16")
SIGNED = ("int8", "int16", "int32", "int64")
WHOLE = (*SIGNED, "uint8")
REAL = (*FLOATING, *WHOLE)
NUMERIC = (*REAL, "complex64")
ALL = (*NUMERIC, "bool")

SHAPES = ((), (1,), (4,), (0,), (2, 3), (1, 3), (2, 0), (2, 3, 4), (2, 1, 4), (1, 2, 1, 3))
"""Few, so that compiled kernels are found again; batch 1, size 0 and no axes among them."""

PAIRS = (
    ((), ()),
    ((), (3,)),
    ((4,), (4,)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((2, 1, 4), (3, 1)),
    ((0, 3), (1, 3)),
    ((2, 3), ()),
)
"""Shapes that broadcast."""


def array(shape: tuple[int, ...], dtype: str, low: float, high: float, seed: int) -> numpy.ndarray:
    """Values of `dtype` spread evenly between `low` and `high`; an unsigned dtype has none below 0."""
    generator = numpy.random.default_rng(seed)
    if dtype == "bool":
        return generator.integers(0, 2, shape).astype(bool)
    if numpy.dtype(_numpy_dtype(dtype)).kind in "iu":
        lowest = max(int(numpy.ceil(low)), 0 if dtype.startswith("u") else -100)
        return numpy.asarray(generator.integers(lowest, max(int(numpy.floor(high)), lowest) + 1, shape), dtype)
    values = generator.uniform(low, high, shape)
    if dtype.startswith("complex"):
        values = values + 1j * generator.uniform(low, high, shape)
    return numpy.asarray(values).astype(_numpy_dtype(dtype))


def _numpy_dtype(dtype: str) -> Any:
    return ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype


SEEDS = st.integers(0, 2**16)


@st.composite
def arrays(
    draw: Any,
    dtypes: Sequence[str] = ("float32",),
    shapes: Sequence[tuple[int, ...]] = SHAPES,
    low: float = -4,
    high: float = 4,
) -> numpy.ndarray:
    """An array of one of `shapes` and one of `dtypes`, with values from `low` to `high`."""
    return array(draw(st.sampled_from(shapes)), draw(st.sampled_from(dtypes)), low, high, draw(SEEDS))


@st.composite
def of_one(
    draw: Any,
    function: Callable[..., Any],
    dtypes: Sequence[str] = FLOATING,
    low: float = -4,
    high: float = 4,
    shapes: Sequence[tuple[int, ...]] = SHAPES,
) -> Case:
    """Cases of a NumPy or SciPy function of one array."""
    return case(by_numpy(function), draw(arrays(dtypes, shapes, low, high)))


@st.composite
def of_two(
    draw: Any,
    function: Callable[..., Any],
    dtypes: Sequence[str] = REAL,
    low: float = -4,
    high: float = 4,
    pairs: Sequence[tuple[tuple[int, ...], tuple[int, ...]]] = PAIRS,
) -> Case:
    """Cases of a NumPy or SciPy function of two arrays of one dtype that broadcast."""
    first, second = draw(st.permutations(draw(st.sampled_from(pairs))))
    dtype = draw(st.sampled_from(dtypes))
    return case(by_numpy(function), *(array(shape, dtype, low, high, draw(SEEDS)) for shape in (first, second)))


@st.composite
def of_an_axis(
    draw: Any,
    function: Callable[..., Any],
    dtypes: Sequence[str] = FLOATING,
    low: float = -4,
    high: float = 4,
    shapes: Sequence[tuple[int, ...]] = ((4,), (2, 3), (2, 3, 4), (1, 2, 1, 3)),
    several: bool = False,
    none: bool = False,
    **options: SearchStrategy[Any],
) -> Case:
    """Cases of a NumPy or SciPy function of an array along `axis`.

    Args:
        draw: given by hypothesis.
        function: the reference.
        dtypes: of the array.
        low: the smallest value.
        high: the largest value.
        shapes: of the array.
        several: whether `axis` may be a tuple.
        none: whether `axis` may be `None`.
        options: strategies for further named arguments.
    """
    x = draw(arrays(dtypes, shapes, low, high))
    axes: SearchStrategy[Any] = st.integers(-x.ndim, x.ndim - 1)
    if several:
        axes |= st.lists(st.integers(0, x.ndim - 1), min_size=1, unique=True).map(tuple)
    if none:
        axes |= st.none()
    given = {name: draw(strategy) for name, strategy in options.items()}
    return case(by_numpy(function), x, axis=draw(axes), **given)
