"""Cases for tensors joined and cut apart; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.strategies import ALL, SEEDS, array, arrays


def _tuple_of(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: tuple(function(*args, **kwargs))


def _split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    return tuple(numpy.split(x, indices_or_sections, axis))


def _array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    return tuple(numpy.array_split(x, indices_or_sections, axis))


def _joined(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, [floats(2, 3), floats(2, 3)]),
        case(reference, (floats(2, 3), floats(2, 3), floats(2, 3)), axis=1),
        case(reference, [floats(2, 3), floats(2, 3)], axis=-1),
        case(reference, [floats(2, 1)]),
        case(reference, [floats(2), integers(2)]),
        case(reference, [integers(2, dtype="int32"), integers(2)]),
        case(reference, [bools(0, 2), integers(0, 2)]),
    ]


def _stacked(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, [floats(3), floats(3)]),
        case(reference, (floats(2, 3), floats(2, 3), floats(2, 3))),
        case(reference, [floats(2, 3, 4), floats(2, 3, 4)]),
        case(reference, [floats(2, 2)]),
        case(reference, [floats(), floats()]),
        case(reference, [floats(2), integers(2)]),
        case(reference, [bools(0, 2), bools(0, 2)]),
    ]


def _joining() -> dict[str, list[Case]]:
    x = floats(2, 3, 4)
    split, array_split, append = map(by_numpy, (_split, _array_split, numpy.append))
    concat, unstack = by_numpy(numpy.concat), by_numpy(numpy.unstack)
    at_places = [
        case(split, x, (1, 3), axis=-1),
        case(split, integers(4), (0, 4)),
        case(split, integers(4), (2, 9)),
        case(split, integers(4), (3, 1)),
        case(split, integers(4), (-1,)),
        case(split, integers(4), ()),
        case(split, integers(4), [1]),
    ]
    return {
        "append": [
            case(append, floats(2, 3), floats(2)),
            case(append, floats(2, 3), floats(1, 3), axis=0),
            case(append, floats(2, 3), integers(2, 2), axis=-1),
            case(append, floats(), integers(0)),
        ],
        "array_split": [
            case(array_split, x, 2),
            case(array_split, x, 2, axis=1),
            case(array_split, x, 3, axis=-1),
            case(array_split, integers(2), 4),
            case(array_split, bools(0, 2), 2),
            *(example.but(reference=array_split) for example in at_places),
        ],
        "column_stack": _stacked(numpy.column_stack),
        "concat": [
            *_joined(numpy.concat),
            case(concat, [floats(2, 3), integers(2), floats()], axis=None),
            case(concat, [complexes(2, 1), floats(2, 2)], axis=1),
        ],
        "concatenate": [case(by_numpy(numpy.concatenate), [floats(2), floats(1)])],
        "dsplit": [case(by_numpy(_tuple_of(numpy.dsplit)), x, at) for at in (2, (1, 3))],
        "dstack": _stacked(numpy.dstack),
        "hsplit": [
            *(case(by_numpy(_tuple_of(numpy.hsplit)), x, at) for at in (3, (1, 2))),
            case(by_numpy(_tuple_of(numpy.hsplit)), floats(4), 2),
        ],
        "hstack": [*_stacked(numpy.hstack), case(by_numpy(numpy.hstack), [floats(2, 1), floats(2, 3)])],
        "split": [case(split, x, 2), case(split, x, 3, axis=1), *at_places],
        "stack": [
            *(c for c in _joined(numpy.stack) if len(c.args[0]) > 1),
            case(by_numpy(numpy.stack), [floats(), floats()]),
            case(by_numpy(numpy.stack), [floats(2, 3), floats(2, 3)], axis=-2),
        ],
        "unstack": [
            case(unstack, x),
            case(unstack, x, axis=1),
            case(unstack, integers(2, 3), axis=-1),
            case(unstack, bools(2, 0)),
            case(unstack, floats(0, 2)),
            case(unstack, complexes(2)),
        ],
        "vsplit": [case(by_numpy(_tuple_of(numpy.vsplit)), x, at) for at in (2, (1, 1))],
        "vstack": [*_stacked(numpy.vstack), case(by_numpy(numpy.vstack), [floats(3), floats(2, 3)])],
    }


CASES = _joining()


@st.composite
def _several(draw: Any, function: Callable[..., Any], axis: str = "") -> Case:
    """Tensors of one shape and dtype, joined along an axis that they have or along a new one."""
    shape = draw(st.sampled_from(((2,), (2, 3), (1, 0), (2, 1, 3))))
    dtype = draw(st.sampled_from(ALL))
    given = [array(shape, dtype, -4, 4, draw(SEEDS)) for _ in range(draw(st.integers(1, 3)))]
    rank = len(shape) + (axis == "new")
    chosen = {"axis": draw(st.integers(-rank, rank - 1))} if axis else {}
    return case(by_numpy(function), given, **chosen)


@st.composite
def _cut(draw: Any, function: Callable[..., Any], shapes: Any, along: bool = False) -> Case:
    x = draw(arrays(ALL, shapes))
    at = draw(st.just(2) | st.lists(st.integers(0, 5), max_size=3).map(lambda places: tuple(sorted(places))))
    return case(
        by_numpy(_tuple_of(function)), x, at, **({"axis": draw(st.integers(-x.ndim, x.ndim - 1))} if along else {})
    )


EVEN = ((2, 2, 4), (4, 2, 2))

GENERATED = {
    "append": st.builds(lambda x, y: case(by_numpy(numpy.append), x, y), arrays(("float32",)), arrays(("float32",))),
    "array_split": _cut(_array_split, ((3,), (2, 5), (1, 0, 3)), along=True),
    "column_stack": _several(numpy.column_stack),
    "concat": _several(numpy.concat, "own"),
    "dsplit": _cut(numpy.dsplit, EVEN),
    "dstack": _several(numpy.dstack),
    "hsplit": _cut(numpy.hsplit, EVEN),
    "hstack": _several(numpy.hstack),
    "split": _cut(_split, EVEN, along=True),
    "stack": _several(numpy.stack, "new"),
    "unstack": st.builds(lambda x: case(by_numpy(numpy.unstack), x, axis=-1), arrays(ALL, ((3,), (2, 3), (2, 0)))),
    "vsplit": _cut(numpy.vsplit, EVEN),
    "vstack": _several(numpy.vstack),
}

OP_INFOS = {
    "column_stack": ops.column_stack,
    "dsplit": ops.dsplit,
    "dstack": ops.dstack,
    "hsplit": ops.hsplit,
    "hstack": ops.hstack,
    "unbind": lambda x, dim=0: ops.unstack(x, axis=dim),
    "vsplit": ops.vsplit,
    "vstack": ops.vstack,
}
