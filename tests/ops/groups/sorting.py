"""Cases for sorting; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, floats, integers
from tests.ops.skip import Skip
from tests.ops.strategies import FLOATING, SEEDS, WHOLE, array, arrays, of_an_axis

TIES = numpy.array([[2, 1, 2, 0, 1], [0, 0, 3, 3, 0]], "float32")
WITH_NAN = numpy.array([1, numpy.nan, -numpy.inf, 3, numpy.inf, numpy.nan, -0.0, 0], "float32")


def _argsort(x: Any, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """Stable in both directions."""
    if not descending:
        return numpy.argsort(x, axis, stable=True)
    reversed_order = numpy.argsort(numpy.flip(x, axis), axis, stable=True)
    return numpy.flip(x.shape[axis] - 1 - reversed_order, axis)


def _sort(x: Any, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    return numpy.take_along_axis(x, _argsort(x, axis, descending), axis)


def _sorting(function: Callable[..., Any]) -> list[Case]:
    reference, x = by_numpy(function), floats(2, 3, 4)
    options: list[dict[str, Any]] = [
        {},
        {"axis": 0},
        {"axis": 1, "descending": True},
        {"axis": -2, "stable": False},
        {"descending": True},
    ]
    others = (integers(6, dtype="int32"), integers(6, dtype="uint8"), bools(6), TIES, floats(0), floats(1, 1))
    cases = [case(reference, x, **option) for option in options]
    return cases + [case(reference, x, descending=descending) for x in others for descending in (False, True)]


def _top_k(x: Any, k: int, axis: int = -1) -> Any:
    order = numpy.take(_argsort(x, axis, descending=True), range(k), axis)
    return numpy.take_along_axis(x, order, axis), order


def _with_places(op: Callable[..., Any]) -> Callable[..., Any]:
    """What `top_k` finds, which stands where it says: in `x` taken at its indices."""
    return lambda x, *args, **kwargs: ops.take_along_axis(x, op(x, *args, **kwargs)[1], axis=kwargs.get("axis", -1))


def _values_in_order(op: Callable[..., Any]) -> Callable[..., Any]:
    """What `top_k` finds, in an order of its own."""
    return lambda *args, **kwargs: ops.sort(op(*args, **kwargs)[0], axis=kwargs.get("axis", -1), descending=True)


def _values_of_top_k(x: Any, k: int, sorted: bool = True, axis: int = -1) -> Any:
    return _top_k(x, k, axis)[0]


def _parts(op: Callable[..., Any]) -> Callable[..., Any]:
    """What `argpartition` chooses: the elements up to `kth` in order, and those behind in order."""

    def parts(x: Any, kth: int, axis: int = -1) -> Any:
        chosen = ops.take_along_axis(x, op(x, kth, axis=axis), axis=axis)
        place = kth % x.shape[axis]
        return [ops.sort(part, axis=axis) for part in ops.split(chosen, (place, place + 1), axis=axis)]

    return parts


def _sorted_parts(x: Any, kth: int, axis: int = -1) -> Any:
    place = kth % x.shape[axis]
    return numpy.split(numpy.sort(x, axis), (place, place + 1), axis)


def _searchsorted(x1: Any, x2: Any, side: str = "left", sorter: Any = None) -> Any:
    return numpy.searchsorted(x1, x2, side, sorter)


def _in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    classes = predictions.shape[1]
    known = (targets >= 0) & (targets < classes)
    own = predictions[numpy.arange(len(targets)), numpy.where(known, targets, 0)]
    rank = (predictions > own[:, None]).sum(1)
    return known & (rank < k) & numpy.isfinite(predictions).all(1)


EDGES = numpy.array([-1, 0, 0.5, 1.5], "float32")
UNSORTED = floats(5)
PREDICTIONS = numpy.array([[0.1, 0.5, 0.5, 0.2], [4, 3, 2, 1], [0, numpy.inf, 1, 2], [1, 1, 1, 1]], "float32")

CASES: dict[str, list[Case]] = {
    "argpartition": [
        case(by_numpy(_sorted_parts), x, kth, **options).but(via=_parts)
        for x, kth, options in (
            (floats(5), 2, {}),
            (floats(2, 3, 4), 1, {"axis": 1}),
            (integers(6), -2, {}),
            (floats(1, 3), 0, {"axis": 0}),
        )
    ],
    "argsort": [*_sorting(_argsort), case(by_numpy(_argsort), WITH_NAN)],
    "digitize": [
        case(by_numpy(numpy.digitize), floats(3, 4), EDGES),
        case(by_numpy(numpy.digitize), EDGES, EDGES),
        case(by_numpy(numpy.digitize), EDGES, EDGES, right=True),
        case(by_numpy(numpy.digitize), floats(5), EDGES[::-1].copy()),
        case(by_numpy(numpy.digitize), EDGES, EDGES[::-1].copy(), right=True),
        case(by_numpy(numpy.digitize), EDGES, EDGES[::-1].copy()),
        case(by_numpy(numpy.digitize), integers(2, 3), [1, 3]),
        case(by_numpy(numpy.digitize), floats(), EDGES),
    ],
    "in_top_k": [case(by_numpy(_in_top_k), numpy.array([1, 2, 1, 0]), PREDICTIONS, k) for k in (1, 2, 4)]
    + [case(by_numpy(_in_top_k), numpy.array([3, -1, 4, 3], "int32"), PREDICTIONS, 2)]
    + [case(by_numpy(_in_top_k), integers(1, below=3), floats(1, 3), 1)],
    "searchsorted": [
        case(by_numpy(_searchsorted), EDGES, floats(2, 3)),
        case(by_numpy(_searchsorted), EDGES, EDGES, side="right"),
        case(by_numpy(_searchsorted), UNSORTED, floats(3), sorter=numpy.argsort(UNSORTED)),
        case(by_numpy(_searchsorted), EDGES, integers(3, dtype="int32")),
        case(by_numpy(_searchsorted), numpy.array([0, 2, 2, 7]), integers(2, 1, 3), side="right"),
        case(by_numpy(_searchsorted), EDGES, floats()),
        case(by_numpy(_searchsorted), floats(0), floats(2)),
        case(by_numpy(_searchsorted), numpy.array([False, True]), bools(4)),
        case(by_numpy(_searchsorted), EDGES, 0.7),
    ],
    "sort": [example.but(gradient=example.args[0] is not TIES) for example in _sorting(_sort)],
    "top_k": [
        case(by_numpy(_top_k), floats(6), 2),
        case(by_numpy(_top_k), floats(2, 3, 4), 2, axis=1),
        case(by_numpy(_top_k), floats(2, 3), 2, axis=0),
        case(by_numpy(_top_k), numpy.array([3, 1, 9, 4]), 4),
        case(by_numpy(_top_k), floats(1, 1), 1),
        case(by_numpy(_values_of_top_k), floats(3, 5), 3, sorted=False, axis=-1).but(via=_values_in_order),
        case(by_numpy(_values_of_top_k), bools(6), 3).but(via=_values_in_order),
        case(by_numpy(_values_of_top_k), TIES, 3, axis=-1).but(via=_with_places, gradient=False),
    ],
    "unravel_index": [
        case(by_numpy(numpy.unravel_index), integers(3, 2, below=24), (2, 3, 4)),
        case(by_numpy(numpy.unravel_index), integers(4, below=6, dtype="int32"), (6,)),
        case(by_numpy(numpy.unravel_index), integers(0), (2, 3)),
    ],
}

NOT_DIFFERENTIABLE = {"argpartition", "argsort", "digitize", "in_top_k", "searchsorted", "unravel_index"}


@st.composite
def _of_sorted(draw: Any) -> Case:
    dtype = draw(st.sampled_from((*FLOATING, *WHOLE)))
    edges = numpy.sort(array((draw(st.integers(0, 6)),), dtype, -4, 4, draw(st.integers(0, 99))))
    return case(by_numpy(_searchsorted), edges, draw(arrays((dtype,))), side=draw(st.sampled_from(["left", "right"])))


@st.composite
def _of_largest(draw: Any) -> Case:
    example = draw(of_an_axis(_values_of_top_k, (*FLOATING, *WHOLE, "bool")))
    size = example.args[0].shape[example.kwargs["axis"]]
    return example.but(args=(*example.args, draw(st.integers(1, size))), via=_values_in_order)


@st.composite
def _of_parts(draw: Any) -> Case:
    example = draw(of_an_axis(_sorted_parts, (*FLOATING, *WHOLE)))
    size = example.args[0].shape[example.kwargs["axis"]]
    return example.but(args=(*example.args, draw(st.integers(-size, size - 1))), via=_parts)


@st.composite
def _of_bins(draw: Any) -> Case:
    dtype = draw(st.sampled_from((*FLOATING, *WHOLE)))
    edges = numpy.sort(array((draw(st.integers(1, 6)),), dtype, -4, 4, draw(SEEDS)))
    edges = edges[::-1].copy() if draw(st.booleans()) else edges
    return case(by_numpy(numpy.digitize), draw(arrays((dtype,))), edges, right=draw(st.booleans()))


@st.composite
def _of_predictions(draw: Any) -> Case:
    """Targets of which some are no class."""
    rows, classes = draw(st.sampled_from(((1, 2), (3, 4), (2, 1))))
    targets = array((rows,), draw(st.sampled_from(("int32", "int64"))), -1, classes, draw(SEEDS))
    predictions = array((rows, classes), draw(st.sampled_from(FLOATING)), -4, 4, draw(SEEDS))
    return case(by_numpy(_in_top_k), targets, predictions, draw(st.integers(1, classes)))


@st.composite
def _of_places(draw: Any) -> Case:
    shape = draw(st.sampled_from(((6,), (2, 3), (2, 3, 4), (1, 5))))
    places = draw(arrays(("int32", "int64"), low=0, high=int(numpy.prod(shape)) - 1))
    return case(by_numpy(numpy.unravel_index), places, shape)


_ORDER = {"descending": st.booleans(), "stable": st.just(True)}

GENERATED = {
    "argpartition": _of_parts(),
    "argsort": of_an_axis(_argsort, (*FLOATING, *WHOLE, "bool"), **_ORDER),
    "digitize": _of_bins(),
    "in_top_k": _of_predictions(),
    "searchsorted": _of_sorted(),
    "sort": of_an_axis(_sort, (*FLOATING, *WHOLE, "bool"), **_ORDER),
    "top_k": _of_largest(),
    "unravel_index": _of_places(),
}


def _sort_of_torch(x: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    order = {"axis": dim, "descending": descending}
    return ops.sort(x, **order), ops.argsort(x, **order)


OP_INFOS = {
    "argsort": lambda x, dim=-1, descending=False, stable=False: ops.argsort(x, axis=dim, descending=descending),
    "bucketize": lambda x, edges, right=False, out_int32=False: ops.digitize(x, edges, right=not right),
    "searchsorted": lambda x1, x2, side=None, right=False, sorter=None, out_int32=False: ops.searchsorted(
        x1, x2, side=side or ("right" if right else "left"), sorter=sorter
    ),
    "sort": _sort_of_torch,
    "topk": lambda x, k, dim=-1, largest=True, sorted=True: ops.top_k(x, k, axis=dim),
    "unravel_index": ops.unravel_index,
}

SKIPS = (
    Skip(
        "JAX without x64 holds no such size",
        {"unravel_index"},
        lambda sample: any(size > 2**31 for size in sample.args[0]) or sample.args[0][0] * sample.args[0][-1] > 2**31,
    ),
)
