"""Cases for blocks of images, and for channels exchanged for space; PyTorch and TensorFlow's layout say how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, by_numpy, case, floats, integers
from tests.ops.strategies import ALL, FLOATING, SEEDS, array


def _depth_to_space(x: Any, block_size: int) -> numpy.ndarray:
    """Element by element: the channel of an output is the place in its block times C, plus its own."""
    *lead, depth, height, width = x.shape
    size, channels = block_size, depth // block_size**2
    output = numpy.zeros((*lead, channels, height * size, width * size), x.dtype)
    for row in range(size):
        for column in range(size):
            first = (row * size + column) * channels
            output[..., row::size, column::size] = x[..., first : first + channels, :, :]
    return output


def _space_to_depth(x: Any, block_size: int) -> numpy.ndarray:
    places = [x[..., row::block_size, column::block_size] for row in range(block_size) for column in range(block_size)]
    return numpy.concatenate(places, -3)


def _blocks() -> dict[str, list[Case]]:
    return {
        "fold": [
            case(F.fold, floats(2, 12, 12), (4, 5), 2),
            case(F.fold, floats(12, 6), (5, 4), (3, 2), stride=(1, 2)),
            case(F.fold, floats(1, 8, 28), (4, 5), 2, 2, (1, 2), 1),
            case(F.fold, floats(1, 3, 4), 2, 1),
        ],
        "unfold": [
            case(F.unfold, floats(2, 3, 4, 5), 2),
            case(F.unfold, floats(3, 5, 4), (3, 2), stride=(1, 2)),
            case(F.unfold, floats(1, 2, 4, 5), 2, 2, (1, 2), 1),
            case(F.unfold, floats(1, 1, 6, 6), 3, stride=3),
            case(F.unfold, floats(0, 2, 4, 4), 2),
        ],
    }


def _exchanges() -> dict[str, list[Case]]:
    apart, together = by_numpy(_depth_to_space), by_numpy(_space_to_depth)
    return {
        "channel_shuffle": [
            case(F.channel_shuffle, floats(2, 6, 3), 2),
            case(F.channel_shuffle, floats(1, 6, 3, 2), 3),
            case(F.channel_shuffle, integers(1, 4, 2, 1, 2), 2),
            case(F.channel_shuffle, floats(0, 4, 2), 4),
        ],
        "depth_to_space": [
            case(apart, floats(2, 12, 3, 2), 2),
            case(apart, floats(9, 1, 2), 3),
            case(apart, integers(1, 2, 4, 1, 2), block_size=2),
        ],
        "pixel_shuffle": [
            case(F.pixel_shuffle, floats(2, 12, 3, 2), 2),
            case(F.pixel_shuffle, floats(9, 1, 2), 3),
            case(F.pixel_shuffle, floats(0, 4, 2, 2), 2).but(gradient=False),  # of a wrong shape in torch
            case(F.pixel_shuffle, integers(1, 2, 4, 1, 2), 2),
        ],
        "pixel_unshuffle": [
            case(F.pixel_unshuffle, floats(2, 3, 6, 4), 2),
            case(F.pixel_unshuffle, floats(1, 3, 6), 3),
            case(F.pixel_unshuffle, integers(1, 2, 2, 2, 2), 2),
        ],
        "space_to_depth": [
            case(together, floats(2, 3, 6, 4), 2),
            case(together, floats(1, 3, 6), 3),
            case(together, integers(1, 2, 2, 2, 2), block_size=2),
        ],
    }


CASES = _blocks() | _exchanges()


@st.composite
def _blocks_of(draw: Any, folded: bool) -> Case:
    height, width = draw(st.sampled_from((4, 5))), draw(st.sampled_from((4, 6)))
    kernel, dilation, padding, stride = (draw(st.integers(low, 2)) for low in (1, 1, 0, 1))
    shape, dtype = (draw(st.integers(1, 2)), 2, height, width), draw(st.sampled_from(FLOATING))
    if not folded:
        return case(F.unfold, array(shape, dtype, -2, 2, draw(SEEDS)), kernel, dilation, padding, stride)
    count = [(size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 for size in (height, width)]
    columns = array((shape[0], 2 * kernel**2, count[0] * count[1]), dtype, -2, 2, draw(SEEDS))
    return case(F.fold, columns, (height, width), kernel, dilation, padding, stride)


@st.composite
def _exchange(draw: Any, function: Callable[..., Any], shape: tuple[int, ...]) -> Case:
    lead = draw(st.sampled_from(((), (1,), (2, 3))))
    return case(function, array((*lead, *shape), draw(st.sampled_from(ALL)), -4, 4, draw(SEEDS)), 2)


@st.composite
def _shuffled(draw: Any) -> Case:
    shape = (draw(st.integers(1, 2)), 4, *draw(st.sampled_from(((3,), (2, 1), (1, 2, 3)))))
    return case(F.channel_shuffle, array(shape, draw(st.sampled_from(ALL)), -4, 4, draw(SEEDS)), 2)


GENERATED = {
    "channel_shuffle": _shuffled(),
    "depth_to_space": _exchange(by_numpy(_depth_to_space), (8, 2, 3)),
    "fold": _blocks_of(True),
    "pixel_shuffle": _exchange(F.pixel_shuffle, (8, 2, 3)),
    "pixel_unshuffle": _exchange(F.pixel_unshuffle, (2, 4, 6)),
    "space_to_depth": _exchange(by_numpy(_space_to_depth), (2, 4, 6)),
    "unfold": _blocks_of(False),
}

OP_INFOS = {
    f"nn.functional.{name}": getattr(ops, name)
    for name in ("channel_shuffle", "pixel_shuffle", "pixel_unshuffle", "unfold")
}
