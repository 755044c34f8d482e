"""Cases for elements in another order; NumPy is the reference."""

from __future__ import annotations

from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.strategies import ALL, arrays, of_an_axis, of_one

NO_SIZE = dict.fromkeys(
    ("jax compiled", "jax gradient"), "the size follows from traced counts: give total_repeat_length"
)

AXES = ((2, 3), (2, 3, 4), (1, 2, 1, 3))


def _repeat(x: Any, repeats: Any, axis: int | None = None, total_repeat_length: int | None = None) -> Any:
    return numpy.repeat(x, repeats, axis)


def _repeated() -> list[Case]:
    x, repeat = floats(2, 3), by_numpy(_repeat)
    return [
        case(repeat, x, 2),
        case(repeat, x, 3, axis=1),
        case(repeat, x, 2, axis=-2),
        case(repeat, x, 0, axis=0),
        case(repeat, x, (2, 0, 1), axis=1),
        case(repeat, x, [1, 2], axis=0),
        case(repeat, integers(0, 2), 2, axis=0),
        case(repeat, bools(3), 2),
        case(repeat, x, numpy.array([1, 0, 2]), axis=1, total_repeat_length=3),
        case(repeat, x, numpy.array([1, 2], "int32"), axis=0).but(lacking=NO_SIZE),
        case(repeat, x, numpy.array([1, 2], "int8"), axis=0).but(lacking=NO_SIZE),
    ]


def _rearranging() -> dict[str, list[Case]]:
    x = floats(2, 3, 4)
    flip, roll, rot90, tile = map(by_numpy, (numpy.flip, numpy.roll, numpy.rot90, numpy.tile))
    matrices = (floats(2, 3), integers(2, 3, 2), bools(1, 2), floats(0, 2))
    return {
        "flip": [case(flip, x), case(flip, x, axis=1), case(flip, x, axis=(0, -1)), case(flip, floats(0, 2))],
        "fliplr": [case(by_numpy(numpy.fliplr), matrix) for matrix in matrices],
        "flipud": [case(by_numpy(numpy.flipud), matrix) for matrix in (*matrices, floats(3))],
        "repeat_interleave": _repeated(),
        "roll": [
            case(roll, x, 5),
            case(roll, x, -1, axis=1),
            case(roll, x, 7, axis=-1),
            case(roll, x, (1, 2), axis=(0, 2)),
            case(roll, x, 1, axis=(0, 1)),
            case(roll, x, (1, 1), axis=(1, 1)),
            case(roll, x, (1, 2), axis=1),
            case(roll, integers(4), 1, axis=0),
            case(roll, bools(0, 2), 1, axis=0),
            case(roll, floats(), 1),
        ],
        "rot90": [case(rot90, x, k) for k in (-1, 0, 1, 2, 3, 4)]
        + [case(rot90, integers(2, 3), axes=(1, 0)), case(rot90, x, 1, (-1, 0)), case(rot90, floats(0, 2))],
        "tile": [
            case(tile, floats(2, 3), (2, 1)),
            case(tile, floats(2, 3), 2),
            case(tile, floats(2, 3), (2,)),
            case(tile, floats(3), (2, 1, 2)),
            case(tile, floats(), (2,)),
            case(tile, floats(), ()),
            case(tile, floats(2, 3), ()),
            case(tile, complexes(2), (0, 2)),
            case(tile, bools(1, 2), (3, 1)),
        ],
    }


CASES = _rearranging()


@st.composite
def _rolls(draw: Any) -> Case:
    x = draw(arrays(ALL))
    shift: Any = draw(st.integers(-9, 9))
    axis: Any = draw(st.none() | st.integers(-x.ndim, x.ndim - 1)) if x.ndim else None
    if axis is not None and draw(st.booleans()):
        axis = tuple(range(x.ndim))
        shift = tuple(draw(st.integers(-9, 9)) for _ in axis) if draw(st.booleans()) else shift
    return case(by_numpy(numpy.roll), x, shift, axis=axis)


GENERATED = {
    "flip": of_an_axis(numpy.flip, ALL, several=True, none=True),
    "fliplr": of_one(numpy.fliplr, ALL, shapes=AXES),
    "flipud": of_one(numpy.flipud, ALL, shapes=AXES),
    "repeat_interleave": of_an_axis(_repeat, ALL, none=True, shapes=((2,), (2, 2), (0, 0)), repeats=st.integers(0, 3)),
    "roll": _rolls(),
    "rot90": st.builds(lambda x, k: case(by_numpy(numpy.rot90), x, k), arrays(ALL, AXES), st.integers(-5, 5)),
    "tile": st.builds(
        lambda x, counts: case(by_numpy(numpy.tile), x, counts),
        arrays(ALL),
        st.lists(st.integers(0, 2), max_size=3).map(tuple) | st.integers(0, 2),
    ),
}

OP_INFOS = {
    "fliplr": ops.fliplr,
    "flipud": ops.flipud,
    "repeat_interleave": lambda x, repeats, dim=None, output_size=None: ops.repeat_interleave(
        x, repeats, axis=dim, total_repeat_length=output_size
    ),
    "roll": lambda x, shifts, dims=None: ops.roll(x, shifts, axis=dims),
    "rot90": lambda x, k=1, dims=(0, 1): ops.rot90(x, k, tuple(dims)),
    "tile": ops.tile,
}
