"""Cases for elements taken from places and put into them; NumPy and PyTorch are the references."""

from __future__ import annotations

from typing import Any

import numpy
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.skip import Skip
from tests.ops.strategies import ALL, NUMERIC, SEEDS, array, arrays

MASKED = {
    "jax compiled": "the shape follows from traced values",
    "jax gradient": "the shape follows from traced values",
}


def _get(x: Any, key: Any) -> Any:
    return x[key]


def _slice(x: Any, start_indices: Any, shape: Any) -> Any:
    return x[tuple(slice(int(start), int(start) + size) for start, size in zip(start_indices, shape, strict=True))]


def _slice_update(x: Any, start_indices: Any, updates: Any) -> Any:
    x = x.copy()
    x[tuple(slice(int(i), int(i) + size) for i, size in zip(start_indices, updates.shape, strict=True))] = updates
    return x


def _scatter_add(x: Any, indices: Any, updates: Any) -> Any:
    x = x.copy()
    numpy.add.at(x, tuple(numpy.moveaxis(indices, -1, 0)), updates.astype(x.dtype))
    return x


def _scatter_update(x: Any, indices: Any, updates: Any) -> Any:
    x = x.copy()
    x[tuple(numpy.moveaxis(indices, -1, 0))] = updates
    return x


def _scatter(indices: Any, values: Any, shape: Any) -> Any:
    return _scatter_add(numpy.zeros(shape, values.dtype), indices, values)


def _index_add(x: Any, indices: Any, updates: Any, axis: int) -> Any:
    x = numpy.moveaxis(x.copy(), axis, 0)
    numpy.add.at(x, indices, numpy.moveaxis(updates, axis, 0).astype(x.dtype))
    return numpy.moveaxis(x, 0, axis)


def _put(x: Any, indices: Any, values: Any, axis: int) -> Any:
    x = x.copy()
    numpy.put_along_axis(x, indices, values, axis)
    return x


def _places(*places: Any) -> numpy.ndarray:
    return numpy.array(places)


def _got() -> list[Case]:
    x, get, every = floats(2, 3, 4), by_numpy(_get), slice(None)
    basic: list[Any] = [1, -1, slice(1, None), ..., None, (..., 0), (0, slice(None, None, 2)), (None, 1, ..., None)]
    basic += [(every, slice(-2, None), -1), (1, 2, 3), ()]
    chosen: list[Any] = [
        _places(1, 0, -1),
        (every, _places(2, 0)),
        (every, _places([2, -1], [0, 1])),
        (_places(0, 1), _places(2, 1)),
        (_places(0, 1), every, _places(3, 1)),
        (every, 1, _places(3, 1)),
        (..., _places(0, 3), None),
        (_places([0], [1]), _places(0, 2)),
    ]
    masks: list[Any] = [_places(True, False), (every, _places(False, True, True)), x[..., 0] > 0]
    return [case(get, x, key) for key in basic + chosen] + [case(get, x, key).but(lacking=MASKED) for key in masks]


def _indexing() -> dict[str, list[Case]]:
    x, at = floats(2, 3, 4), integers(2, 2, below=3)
    take, along, put = by_numpy(numpy.take), by_numpy(numpy.take_along_axis), by_numpy(_put)
    block, update, scatter = by_numpy(_slice), by_numpy(_slice_update), by_numpy(_scatter)
    scatter_add, scatter_update, index_add = by_numpy(_scatter_add), by_numpy(_scatter_update), by_numpy(_index_add)
    return {
        "get_item": _got(),
        "index_add": [
            case(index_add, floats(3), _places(2, 0, 2), floats(3), axis=0),
            case(index_add, x, _places(1, 1), floats(2, 2, 4), axis=1),
            case(index_add, x, numpy.array([3, 0], "int32"), floats(2, 3, 2), axis=-1),
            case(index_add, integers(3), _places(0), integers(1), axis=0),
            case(index_add, floats(3), integers(0), floats(0), axis=0),
        ],
        "put_along_axis": [
            case(put, x, integers(2, 1, 4, below=3), floats(2, 1, 4), axis=1),
            case(put, x, numpy.array([[[0, -1]]]), floats(2, 3, 2), axis=-1),
            case(put, x, numpy.array([[[1]]], "int32"), floats(1, 3, 1), axis=0),
            case(put, floats(3), _places(2, 0), 7.0, axis=0),
            case(put, integers(2, 3), numpy.array([[1], [2]]), 7, axis=1),
            case(put, floats(0, 3), integers(0, 2), floats(0, 2), axis=1),
        ],
        "scatter": [
            case(scatter, _places([0], [2], [0]), floats(3), (4,)),
            case(scatter, _places([0, 1], [1, 2]), floats(2, 4), (2, 3, 4)),
            case(scatter, numpy.array([[[0, 1]], [[1, 0]]], "int32"), integers(2, 1), (2, 2)),
            case(scatter, _places([1]), floats(1, 2), shape=(3, 2)),
            case(scatter, integers(0, 1), floats(0), (2,)),
        ],
        "scatter_add": [
            case(scatter_add, floats(3), _places([0], [-1], [0]), floats(3)),
            case(scatter_add, x, _places([0, 1], [0, 1]), floats(2, 4)),
            case(scatter_add, floats(2, 3), _places([[0], [1]], [[1], [1]]), floats(2, 2, 3)),
            case(scatter_add, floats(3), _places([0], [1]), integers(2)),
            case(scatter_add, complexes(3), _places([0], [0]), complexes(2)),
        ],
        "scatter_update": [
            case(scatter_update, floats(3), _places([0], [-1]), floats(2)),
            case(scatter_update, x, _places([0, 1], [1, 2]), floats(2, 4)),
            case(scatter_update, integers(2, 2), numpy.array([[0, 1]], "int32"), integers(1)),
            case(scatter_update, bools(3), _places([1]), bools(1)),
            case(scatter_update, floats(3), integers(0, 1), floats(0)),
        ],
        "slice": [
            case(block, x, (0, 1, 2), (2, 2, 1)),
            case(block, x, [1, 0, 0], shape=(1, 3, 4)),
            case(block, x, _places(1, 1, 0), (1, 2, 3)),
            case(block, x, [numpy.array(1, "int32"), numpy.array(0, "int32"), numpy.array(2, "int32")], (1, 2, 2)),
            case(block, x, [0, numpy.array(1, "int32"), 0], (2, 2, 4)),
            case(block, integers(3), (1,), (0,)),
            case(block, floats(), (), ()),
        ],
        "slice_update": [
            case(update, x, (0, 1, 2), floats(2, 2, 1)),
            case(update, x, _places(1, 1, 0), updates=floats(1, 2, 3)),
            case(update, x, [0, numpy.array(1, "int32"), 0], floats(2, 1, 4)),
            case(update, floats(3), (1,), integers(2)),
            case(update, bools(3), (1,), bools(0)),
            case(update, floats(), (), floats()),
        ],
        "take": [
            case(take, x, at, axis=1),
            case(take, x, integers(below=3), axis=-2),
            case(take, x, integers(3, below=2, dtype="int32"), axis=0),
            case(take, floats(2, 3), integers(0), axis=0),
            case(take, x, integers(2, 2, below=24)),
            case(take, bools(3), integers(2, below=3), axis=-1),
        ],
        "take_along_axis": [
            case(along, x, integers(2, 1, 4, below=3), axis=1),
            case(along, x, integers(2, 3, 2, dtype="int32", below=4)),
            case(along, x, numpy.array([[[0, -1]]])),
            case(along, floats(3), integers(5, below=3), axis=0),
        ],
    }


CASES = _indexing()

SOME = ((3,), (2, 3), (1, 2, 4))


@st.composite
def _taken(draw: Any) -> Case:
    x = draw(arrays(ALL, SOME))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    return case(by_numpy(numpy.take), x, array((2, 2), "int64", 0, x.shape[axis] - 1, draw(SEEDS)), axis=axis)


@st.composite
def _along(draw: Any, put: bool = False) -> Case:
    x = draw(arrays(ALL, SOME))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    sizes = list(x.shape)
    sizes[axis] = 1 if put else 5
    indices = array(tuple(sizes), "int64", -x.shape[axis], x.shape[axis] - 1, draw(SEEDS))
    if not put:
        return case(by_numpy(numpy.take_along_axis), x, indices, axis=axis)
    return case(by_numpy(_put), x, indices, array(tuple(sizes), x.dtype.name, -4, 4, draw(SEEDS)), axis=axis)


@st.composite
def _blocks(draw: Any, update: bool = False) -> Case:
    x = draw(arrays(ALL, SOME))
    sizes = tuple(draw(st.integers(0, size)) for size in x.shape)
    starts = [draw(st.integers(0, size - length)) for size, length in zip(x.shape, sizes, strict=True)]
    given: Any = numpy.array(starts) if draw(st.booleans()) else tuple(starts)
    if not update:
        return case(by_numpy(_slice), x, given, sizes)
    return case(by_numpy(_slice_update), x, given, array(sizes, x.dtype.name, -4, 4, draw(SEEDS)))


@st.composite
def _scattered(draw: Any, function: Any, dtypes: Any, distinct: bool = False) -> Case:
    x = draw(arrays(dtypes, ((3, 2), (2, 3, 4))))
    depth = draw(st.integers(1, 2))
    count = int(numpy.prod(x.shape[:depth]))
    flat = draw(st.lists(st.integers(0, count - 1), max_size=4, unique=distinct))
    indices = numpy.stack(numpy.unravel_index(numpy.array(flat, "int64"), x.shape[:depth]), -1)
    updates = array((len(flat), *x.shape[depth:]), x.dtype.name, -4, 4, draw(SEEDS))
    if function is _scatter:
        return case(by_numpy(function), indices, updates, x.shape)
    return case(by_numpy(function), x, indices, updates)


@st.composite
def _added(draw: Any) -> Case:
    x = draw(arrays(NUMERIC, SOME))
    axis, count = draw(st.integers(-x.ndim, x.ndim - 1)), draw(st.integers(0, 3))
    sizes = list(x.shape)
    sizes[axis] = count
    indices = array((count,), "int64", 0, x.shape[axis] - 1, draw(SEEDS))
    return case(by_numpy(_index_add), x, indices, array(tuple(sizes), x.dtype.name, -4, 4, draw(SEEDS)), axis=axis)


KEYS = (0, -1, slice(1, None), ..., None, slice(None, None, 2), numpy.array([0, -1, 1]), numpy.array([[1], [0]]))


def _is_key(key: tuple[Any, ...]) -> bool:
    """Whether a key has one `...` at most, and no numbers beside arrays, which torch takes otherwise than NumPy."""
    kinds = {type(item) for item in key}
    return sum(item is ... for item in key) < 2 and not {int, numpy.ndarray} <= kinds


GENERATED = {
    "get_item": st.builds(
        lambda x, key: case(by_numpy(_get), x, key),
        arrays(ALL, ((2, 3, 4), (2, 2, 2))),
        st.lists(st.sampled_from(KEYS), max_size=3).map(tuple).filter(_is_key),
    ),
    "index_add": _added(),
    "put_along_axis": _along(put=True),
    "scatter": _scattered(_scatter, NUMERIC),
    "scatter_add": _scattered(_scatter_add, NUMERIC),
    "scatter_update": _scattered(_scatter_update, ALL, distinct=True),
    "slice": _blocks(),
    "slice_update": _blocks(update=True),
    "take": _taken(),
    "take_along_axis": _along(),
}

OP_INFOS = {
    "index_add": lambda x, dim, index, source, alpha=1: ops.index_add(x, index, source * alpha, axis=dim),
}

SKIPS = (
    Skip(
        "torch takes axis 0 of a tensor without axes, which NumPy refuses",
        {"index_add"},
        lambda sample: sample.input.ndim == 0,
    ),
)
