"""Cases for the reductions that leave NaN out; NumPy is the reference."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, by_numpy, case, floats, integers
from tests.ops.skip import Skip
from tests.ops.strategies import FLOATING, SIGNED, of_an_axis


def with_nan(x: numpy.ndarray) -> numpy.ndarray:
    """`x` with every fourth element NaN, and all of its last row; integers as they are."""
    if x.dtype.kind not in "iub" and x.size:
        x = x.copy()
        x.reshape(-1)[::4] = numpy.nan
        if x.ndim > 1:
            x[-1] = numpy.nan
    return x


def quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy without its warnings of rows that are all NaN."""

    def silent(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings(), numpy.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            return function(*args, **kwargs)

    return silent


def of_nan(strategy: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    """Cases whose first array has NaN."""
    return strategy.map(lambda example: example.but(args=(with_nan(example.args[0]), *example.args[1:])))


def _some_nan() -> numpy.ndarray:
    x = floats(2, 3, 4)
    x.reshape(-1)[::5] = numpy.nan
    return x


def _reduction(function: Callable[..., Any], *options: dict[str, Any]) -> list[Case]:
    reference, x = by_numpy(function), _some_nan()
    options = options or ({"axis": (0, 2)}, {"axis": (-1, 0), "keepdims": True})
    everywhere: list[dict[str, Any]] = [{}, {"axis": 1}, {"axis": -1, "keepdims": True}, {"keepdims": True}]
    return [
        *(case(reference, x, **option) for option in (*everywhere, *options)),
        case(reference, floats(3)),
        case(reference, floats(1, 2), axis=0),
        case(reference, integers(2, 3), axis=-1),
        case(reference, floats()),
    ]


def _running(function: Callable[..., Any]) -> list[Case]:
    reference, x = by_numpy(function), _some_nan()
    cases = [case(reference, x, axis=axis) for axis in (1, -1)]
    return [
        *cases,
        case(reference, x[0, 0]),
        case(reference, integers(2, 3), axis=0),
        case(reference, floats(1, 2), axis=0),
    ]


def _initial(x: Any, axis: int, include_initial: bool) -> Any:
    assert include_initial
    return numpy.cumulative_sum(numpy.nan_to_num(x), axis=axis, include_initial=True)


def _variance(function: Callable[..., Any]) -> list[Case]:
    return _reduction(function, {"axis": (0, 2), "correction": 1}, {"correction": 1, "keepdims": True})[:-1]


def _place_or_minus_one(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's place, and -1 where it raises."""

    def place(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
        nothing = numpy.isnan(x).all(axis=axis, keepdims=keepdims)
        safe = numpy.where(numpy.isnan(x).all(axis=axis, keepdims=True), 0, x)
        return numpy.where(nothing, -1, function(safe, axis=axis, keepdims=keepdims))

    return place


CASES: dict[str, list[Case]] = {
    "nanargmax": [
        *_reduction(_place_or_minus_one(numpy.nanargmax), {}),
        case(by_numpy(_place_or_minus_one(numpy.nanargmax)), with_nan(floats(3, 4)), axis=1),
    ],
    "nanargmin": [
        *_reduction(_place_or_minus_one(numpy.nanargmin), {}),
        case(by_numpy(_place_or_minus_one(numpy.nanargmin)), with_nan(floats(3, 4)), axis=1),
    ],
    "nancumprod": _running(numpy.nancumprod),
    "nancumsum": [
        *_running(numpy.nancumsum),
        case(by_numpy(_initial), _some_nan(), axis=1, include_initial=True),
        case(by_numpy(numpy.nancumsum), integers(2, 3), axis=1, dtype="float32"),
    ],
    "nanmax": _reduction(numpy.nanmax),
    "nanmean": _reduction(numpy.nanmean),
    "nanmin": _reduction(numpy.nanmin),
    "nanprod": [*_reduction(numpy.nanprod), case(by_numpy(numpy.nanprod), integers(3), dtype="float32")],
    # The root of a variance that is 0 has no gradient.
    "nanstd": [example.but(gradient=example.args[0].shape[0] > 1) for example in _variance(numpy.nanstd)],
    "nansum": [*_reduction(numpy.nansum), case(by_numpy(numpy.nansum), integers(3), dtype="float32")],
    "nanvar": _variance(numpy.nanvar),
}

NOT_DIFFERENTIABLE = {"nanargmax", "nanargmin"}


def _generated(function: Callable[..., Any], several: bool = True, **options: Any) -> st.SearchStrategy[Case]:
    return of_nan(of_an_axis(quiet(function), (*FLOATING, *SIGNED), several=several, none=several, **options))


_KEEPDIMS = {"keepdims": st.booleans()}
_SPREAD = {"dtypes": ("float32", "float64"), "several": True, "none": True, "correction": st.sampled_from([0, 1, 3])}

GENERATED = {
    **{
        name: _generated(getattr(numpy, name), **_KEEPDIMS)
        for name in ("nanmax", "nanmean", "nanmin", "nanprod", "nansum")
    },
    **{name: _generated(getattr(numpy, name), several=False) for name in ("nancumprod", "nancumsum")},
    **{name: of_nan(of_an_axis(quiet(getattr(numpy, name)), **_SPREAD, **_KEEPDIMS)) for name in ("nanstd", "nanvar")},
    **{
        name: of_nan(of_an_axis(_place_or_minus_one(getattr(numpy, name)), none=True, **_KEEPDIMS))
        for name in ("nanargmax", "nanargmin")
    },
}


def _reduced(op: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(x: Any, dim: Any = None, keepdim: bool = False, **options: Any) -> Any:
        return op(x, axis=tuple(dim) if isinstance(dim, list) else dim, keepdims=keepdim, **options)

    return reduce


OP_INFOS = {"nanmean": _reduced(ops.nanmean), "nansum": _reduced(ops.nansum)}

SKIPS = (
    Skip(
        "torch takes axis 0 of a tensor without axes, which NumPy refuses",
        {"nanmean", "nansum"},
        lambda sample: sample.input.ndim == 0 and "dim" in sample.kwargs,
    ),
)
