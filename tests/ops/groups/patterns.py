"""Cases for axes named by a pattern; NumPy's own reshaping is the reference."""

from __future__ import annotations

from typing import Any

import numpy
from hypothesis import strategies as st

from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.groups.rearranging import NO_SIZE
from tests.ops.strategies import ALL, FLOATING, arrays


def _by(function: Any) -> Any:
    """A reference that takes what the op does and leaves the pattern unread."""
    return by_numpy(lambda x, *rest, **sizes: function(x))


def _patterns() -> dict[str, list[Case]]:
    x, repeat = floats(2, 3, 4), by_numpy(lambda x, repeats, axis=None, **options: numpy.repeat(x, repeats, axis))
    return {
        "rearrange": [
            case(_by(lambda x: x.transpose(2, 0, 1)), x, "a b c -> c a b"),
            case(_by(lambda x: x.reshape(2, 12)), x, "a b c -> a (b c)"),
            case(_by(lambda x: x.reshape(2, 3, 2, 2).transpose(0, 2, 1, 3)), x, "b t (h d) -> b h t d", h=2),
            case(_by(lambda x: x.reshape(6, 4, 1)), x, "a b ... -> (a b) ... 1"),
            case(_by(lambda x: x.reshape(3)), integers(1, 3), "1 a -> a"),
            case(_by(lambda x: x.T), bools(0, 2), "a b -> b a"),
            case(_by(lambda x: x.T), complexes(3, 2), "a b -> b a"),
            case(_by(lambda arrays: numpy.stack(arrays, -1)), [floats(2), floats(2)], "n a -> a n"),
        ],
        "reduce": [
            case(_by(lambda x: x.sum((0, 2))), x, "a b c -> b", "sum"),
            case(_by(lambda x: x.mean(1)), x, "a b c -> a c", "mean"),
            case(_by(lambda x: x.reshape(2, 3, 2, 2).max(3)), x, "a b (c 2) -> a b c", "max"),
            case(_by(lambda x: x.min(1, keepdims=True)), x, "a b c -> a 1 c", "min"),
            case(_by(lambda x: x.prod((0, 1))), x, "... c -> c", "prod"),
            case(_by(lambda x: x.sum()), integers(2, 3, dtype="int32"), "a b ->", "sum"),
            case(_by(lambda x: x.mean(0)), integers(2, 3), "a b -> b", "mean"),
            case(_by(lambda x: x.any(0)), bools(2, 3), "a b -> b", "any"),
            case(_by(lambda x: x.all(1)), bools(2, 3), "a b -> a", "all"),
            case(_by(lambda x: x.reshape(2, 2).sum(1)), floats(4), "(a b) -> a", reduction="sum", b=2),
        ],
        "repeat": [
            case(_by(lambda x: numpy.stack([x] * 3, -1)), floats(2, 2), "h w -> h w c", c=3),
            case(_by(lambda x: numpy.repeat(x, 2, 0)), floats(2, 3), "h w -> (h 2) w"),
            case(_by(lambda x: numpy.tile(x, (1, 2))), integers(2, 3), "h w -> h (k w)", k=2),
            case(_by(lambda x: numpy.stack([x] * 2)), bools(2), "h -> two h", two=2),
            case(repeat, floats(2, 3), 2),
            case(repeat, floats(2, 3), 2, axis=1),
            case(repeat, floats(2, 3), (1, 0), axis=0),
            case(repeat, floats(3), numpy.array([1, 0, 2]), axis=0, total_repeat_length=3),
            case(repeat, floats(2), numpy.array([1, 2]), axis=0).but(lacking=NO_SIZE),
        ],
    }


CASES = _patterns()

CUBES = ((2, 3, 4), (1, 0, 2), (1, 1, 2))

GENERATED = {
    "rearrange": st.builds(
        lambda x: case(_by(lambda x: x.reshape(-1, x.shape[2]).T), x, "a b c -> c (a b)"), arrays(ALL, CUBES)
    ),
    "reduce": st.builds(
        lambda x, name: case(_by(lambda x: getattr(numpy, name)(x, (0, 2))), x, "a b c -> b", name),
        arrays(FLOATING, ((2, 3, 4), (1, 1, 2))),
        st.sampled_from(("sum", "mean", "max", "min")),
    ),
    "repeat": st.builds(
        lambda x: case(_by(lambda x: numpy.stack([x] * 2, 1)), x, "a b c -> a two b c", two=2), arrays(ALL, CUBES)
    ),
}
