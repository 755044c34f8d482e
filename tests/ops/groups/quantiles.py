"""Cases for quantiles; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, floats, integers
from tests.ops.groups.nan_reductions import of_nan, quiet, with_nan
from tests.ops.skip import Skip
from tests.ops.strategies import SIGNED, of_an_axis

METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def _options(scale: float) -> list[tuple[Any, dict[str, Any]]]:
    """What a quantile is asked for, with `q` from 0 to `scale`."""
    several = [0.0, 0.3 * scale, 0.5 * scale, scale]
    return [
        (0.25 * scale, {}),
        (0.3 * scale, {"axis": 1}),
        (0.6 * scale, {"axis": -1, "keepdims": True}),
        (several, {"axis": (0, 2)}),
        (several, {"axis": (-1, 0), "keepdims": True}),
        (several, {"axis": 0, "keepdims": True}),
        (several, {}),
        *((several, {"axis": 2, "method": method}) for method in METHODS),
        (numpy.array([0.25 * scale, 0.7 * scale], "float32"), {"axis": 1}),
        (numpy.array(0.4 * scale, "float32"), {"axis": 2}),
    ]


def _quantile(function: Callable[..., Any], scale: float) -> list[Case]:
    reference, x = by_numpy(function), floats(2, 3, 4)
    return [
        *(case(reference, x, q, **options) for q, options in _options(scale)),
        case(reference, floats(1), 0.5 * scale),
        case(reference, floats(0, 3), 0.5 * scale, axis=1),
        case(reference, floats(), 0.5 * scale),
        *(case(reference, integers(7), 0.4 * scale, method=method) for method in METHODS),
        case(reference, integers(2, 5, dtype="int32"), [0.1 * scale], axis=1, method="nearest"),
    ]


def _of_nan(function: Callable[..., Any], scale: float) -> list[Case]:
    x = floats(2, 3, 4)
    x.reshape(-1)[::5] = numpy.nan
    return _quantile(function, scale) + [case(by_numpy(function), x, q, **o) for q, o in _options(scale)]


def _median(function: Callable[..., Any]) -> list[Case]:
    reference, x = by_numpy(function), floats(2, 3, 4)
    options: list[dict[str, Any]] = [{"axis": 1}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)}, {"keepdims": True}]
    others = (floats(5), floats(1), floats(), integers(4), integers(3), bools(5))
    return [case(reference, x, **option) for option in options] + [case(reference, x) for x in others]


_HOLES = with_nan(floats(3, 4))[:2]

CASES: dict[str, list[Case]] = {
    "median": _median(numpy.median),
    "nanmedian": [*_median(numpy.nanmedian)[:-1], case(by_numpy(numpy.nanmedian), _HOLES, axis=1)],
    "nanpercentile": _of_nan(numpy.nanpercentile, 100),
    "nanquantile": _of_nan(numpy.nanquantile, 1),
    "percentile": _quantile(numpy.percentile, 100),
    "quantile": _quantile(numpy.quantile, 1),
}

FIXED = dict.fromkeys(("nanpercentile", "nanquantile", "percentile", "quantile"), ("q",))


@st.composite
def _quantiles(draw: Any, function: Callable[..., Any], scale: float) -> Case:
    dtypes = ("float32", "float64", "float16", "bfloat16", *SIGNED)
    options = {"method": st.sampled_from(METHODS), "keepdims": st.booleans()}
    example = draw(of_an_axis(quiet(function), dtypes, several=True, none=True, **options))
    parts = st.sampled_from([0, 0.125, 0.25, 0.5, 0.75, 1]).map(lambda part: part * scale)
    return example.but(args=(*example.args, draw(parts | st.lists(parts, min_size=1, max_size=3))))


GENERATED = {
    "median": of_an_axis(numpy.median, ("float32", "float64", "float16", *SIGNED), several=True, none=True),
    "nanmedian": of_nan(of_an_axis(quiet(numpy.nanmedian), several=True, none=True, keepdims=st.booleans())),
    "nanpercentile": of_nan(_quantiles(numpy.nanpercentile, 100)),
    "nanquantile": of_nan(_quantiles(numpy.nanquantile, 1)),
    "percentile": _quantiles(numpy.percentile, 100),
    "quantile": of_nan(_quantiles(numpy.quantile, 1)),
}


def _of_torch(op: Callable[..., Any]) -> Callable[..., Any]:
    def quantile(x: Any, q: Any, dim: int | None = None, keepdim: bool = False, interpolation: str = "linear") -> Any:
        return op(x, q, axis=dim, keepdims=keepdim, method=interpolation)

    return quantile


OP_INFOS = {"nanquantile": _of_torch(ops.nanquantile), "quantile": _of_torch(ops.quantile)}

SKIPS = (
    Skip(
        "torch takes axis 0 of a tensor without axes, which NumPy refuses",
        {"nanquantile", "quantile"},
        lambda sample: sample.input.ndim == 0 and "dim" in sample.kwargs,
    ),
)
