"""Cases for products with weights and look-ups; PyTorch is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch.nn.functional as F
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bridge import ops
from tests.ops.case import Case, by_numpy, case, floats, integers, positive
from tests.ops.strategies import FLOATING, SEEDS, array


def _multi_hot(input: Any, num_classes: int) -> Any:
    return (input[..., None] == numpy.arange(num_classes)).any(-2).astype("int64")


def _one_hot(input: Any, num_classes: int) -> Any:
    return numpy.eye(num_classes, dtype="int64")[input]


def _bags() -> list[Case]:
    rows, flat = floats(5, 3), numpy.array([1, 0, 4, 4, 2, 3])
    starts = numpy.array([0, 2, 2, 5])
    distinct = numpy.array([[0, 3], [4, 1]])
    bag = F.embedding_bag
    return [
        case(bag, integers(2, 4), rows),
        case(bag, distinct, rows, mode="sum"),
        case(bag, distinct, rows, mode="max"),
        case(bag, integers(2, 4), rows, mode="sum", per_sample_weights=positive(2, 4)),
        case(bag, distinct, rows, padding_idx=3),
        case(bag, distinct, rows, mode="max", padding_idx=-1),
        case(bag, flat, rows, starts),
        case(bag, flat, rows, starts, mode="sum", per_sample_weights=positive(6)),
        case(bag, flat, rows, starts, mode="max"),
        case(bag, flat, rows, numpy.array([0, 2, 6]), include_last_offset=True),
        case(bag, flat, rows, numpy.array([0, 6, 6]), mode="sum", padding_idx=4),
        case(bag, integers(1, 2, dtype="int32"), rows, mode="sum"),
    ]


def _lookup() -> dict[str, list[Case]]:
    rows = floats(5, 3)
    return {
        "bilinear": [
            case(F.bilinear, floats(2, 3), floats(2, 4), floats(5, 3, 4), floats(5)),
            case(F.bilinear, floats(2, 1, 3), floats(2, 1, 4), floats(1, 3, 4)),
            case(F.bilinear, floats(3), floats(4), floats(2, 3, 4), bias=floats(2)),
            case(F.bilinear, floats(0, 3), floats(0, 4), floats(2, 3, 4)),
        ],
        "embedding": [
            case(F.embedding, integers(2, 3), rows),
            case(F.embedding, integers(dtype="int32"), rows, 2),
            case(F.embedding, integers(0), rows, padding_idx=-1),
        ],
        "embedding_bag": _bags(),
        "linear": [
            case(F.linear, floats(2, 3), floats(4, 3), floats(4)),
            case(F.linear, floats(3), floats(4, 3)),
            case(F.linear, floats(2, 1, 3), floats(1, 3), floats(1)),
            case(F.linear, floats(0, 3), floats(4, 3), bias=floats(4)),
        ],
        "multi_hot": [
            case(by_numpy(_multi_hot), integers(2, 3), 5),
            case(by_numpy(_multi_hot), integers(3, dtype="int32"), num_classes=6),
            case(by_numpy(_multi_hot), integers(2, 1, 4) - 1, 4),
            case(by_numpy(_multi_hot), integers(2, 0), 3),
        ],
        "one_hot": [
            case(F.one_hot, integers(2, 3), 5),
            case(F.one_hot, integers(), num_classes=5),
            case(by_numpy(_one_hot), integers(3, dtype="int32"), 5),
        ],
    }


CASES = _lookup()

NOT_DIFFERENTIABLE = {"multi_hot", "one_hot"}


@st.composite
def _maps(draw: Any, function: Callable[..., Any], *sizes: tuple[int, ...]) -> Case:
    """Cases of a map of inputs with the same sizes before the last, by weights of the other sizes."""
    batch, dtype = draw(st.sampled_from(((), (2,), (0,), (2, 1), (1, 2, 3)))), draw(st.sampled_from(FLOATING))
    inputs = [array((*batch, *size), dtype, -1, 1, draw(SEEDS)) for size in sizes if len(size) == 1]
    weights = [array(size, dtype, -1, 1, draw(SEEDS)) for size in sizes if len(size) > 1]
    bias = [array((sizes[-1][0],), dtype, -1, 1, draw(SEEDS))] if draw(st.booleans()) else []
    return case(function, *inputs, *weights, *bias)


@st.composite
def _generated_bags(draw: Any) -> Case:
    dtype, mode = draw(st.sampled_from(FLOATING)), draw(st.sampled_from(("sum", "mean", "max")))
    weight = array((5, 3), dtype, -2, 2, draw(SEEDS))
    options: dict[str, Any] = {"mode": mode, "padding_idx": draw(st.sampled_from((None, 1)))}
    if draw(st.booleans()):
        return case(F.embedding_bag, array((3, 4), "int64", 0, 4, draw(SEEDS)), weight, **options)
    starts = sorted(draw(st.lists(st.integers(0, 6), max_size=3)))
    offsets = numpy.array([0, *starts])
    return case(F.embedding_bag, array((6,), "int64", 0, 4, draw(SEEDS)), weight, offsets, **options)


@st.composite
def _indices(draw: Any, function: Callable[..., Any], lowest: int) -> Case:
    shape, dtype = draw(st.sampled_from(((3,), (2, 3), (2, 1, 4), (1, 0)))), draw(st.sampled_from(("int32", "int64")))
    return case(function, array(shape, dtype, lowest, 4, draw(SEEDS)), 5)


@st.composite
def _of_rows(draw: Any) -> Case:
    weight = array((5, 3), draw(st.sampled_from(FLOATING)), -2, 2, draw(SEEDS))
    indices = draw(_indices(F.embedding, 0)).args[0]
    return case(F.embedding, indices, weight, draw(st.sampled_from((None, 1, -1))))


GENERATED: dict[str, SearchStrategy[Case]] = {
    "bilinear": _maps(F.bilinear, (3,), (4,), (5, 3, 4)),
    "embedding": _of_rows(),
    "embedding_bag": _generated_bags(),
    "linear": _maps(F.linear, (3,), (4, 3)),
    "multi_hot": _indices(by_numpy(_multi_hot), -1),
    "one_hot": _indices(by_numpy(_one_hot), 0),
}


def _embedding_bag(weight: Any, indices: Any, *rest: Any, **options: Any) -> Any:
    return ops.embedding_bag(indices, weight, *rest, **options)


OP_INFOS: dict[str, Callable[..., Any]] = {
    "nn.functional.bilinear": ops.bilinear,
    "nn.functional.embedding_bag": _embedding_bag,
}
