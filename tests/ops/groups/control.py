"""Cases for branches and loops; Python's own, over NumPy and PyTorch, are the reference."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy
import torch
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats
from tests.ops.strategies import SEEDS, array, arrays

NO_REVERSE = "JAX differentiates no while loop backward"


def _twice(x: Any) -> Any:
    return x * 2


def _less_one(x: Any) -> Any:
    return x - 1


def _same(x: Any) -> Any:
    return x


def _chosen(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], *operands: Any) -> Any:
    return (true_fn if pred else false_fn)(*operands)


def _branch(index: int, branches: list[Callable[..., Any]], *operands: Any) -> Any:
    return branches[min(max(int(index), 0), len(branches) - 1)](*operands)


def _cumulative(f: Any, elems: torch.Tensor, reverse: bool = False, axis: int = 0) -> torch.Tensor:
    slices = list(elems.unbind(axis))[:: -1 if reverse else 1]
    return torch.stack(list(itertools.accumulate(slices, f))[:: -1 if reverse else 1], axis)


def _running(total: Any, x: Any) -> tuple[Any, Any]:
    return total + x, {"before": total, "twice": x * 2}


def _running_totals(f: Any, init: Any, xs: torch.Tensor, reverse: bool = False) -> Any:
    totals = torch.cumsum(xs.flip(0) if reverse else xs, 0) + init
    before = torch.cat([init[None], totals[:-1]])
    return totals[-1], {"before": before.flip(0) if reverse else before, "twice": xs * 2}


def _control() -> dict[str, list[Case]]:
    x, true, false = floats(3), numpy.array(True), numpy.array(False)
    return {
        "associative_scan": [case(_cumulative, ops.add, floats(count, 2)) for count in (1, 2, 3, 4, 5, 8)]
        + [
            case(_cumulative, ops.multiply, floats(2, 5), axis=1),
            case(_cumulative, ops.multiply, floats(2, 4), axis=-1, reverse=True),
            case(lambda f, elems: tuple(torch.cumsum(x, 0) for x in elems), _pairwise(ops.add), (x, floats(3, 2))),
        ],
        "cond": [
            case(_chosen, true, _twice, _less_one, x),
            case(_chosen, false, _twice, _less_one, x),
            case(_chosen, true, _same, _twice, x),
            case(_chosen, False, _twice, _less_one, x),
            case(lambda p, t, f, x, y: (x + y, y), true, lambda x, y: (x + y, y), lambda x, y: (x, x), x, floats(3)),
        ],
        "fori_loop": [
            case(lambda low, high, f, x: 8 * x + 7, 0, 3, lambda i, x: x * 2 + 1, x),
            case(lambda low, high, f, x: x + 2 + 3, 2, 4, lambda i, x: ops.add(x, i), x),
            case(lambda low, high, f, x: x, 3, 3, lambda i, x: x * 2, x),
            case(
                lambda low, high, f, pair: (4 * pair[0], pair[1] + 2), 0, 2, lambda i, p: (p[0] * 2, p[1] + 1), (x, x)
            ),
        ],
        "map": [
            case(lambda f, xs: xs * xs, lambda x: x * x, floats(4, 2)),
            case(lambda f, xs: xs[0] * xs[1], lambda pair: pair[0] * pair[1], (floats(4), floats(4))),
            case(lambda f, xs: xs + 1, lambda x: x + 1, floats(0, 2)),
        ],
        "scan": [
            case(_running_totals, _running, floats(), floats(4)),
            case(_running_totals, _running, floats(2), floats(3, 2), reverse=True),
            case(lambda f, init, xs, length: (8 * init, None), lambda c, _: (c * 2, None), x, None, length=3),
            case(lambda f, init, xs: (init, torch.zeros(0, 3)), lambda c, x: (c + x, c), x, floats(0, 3)),
        ],
        "switch": [case(_branch, numpy.array(index), [_same, _twice, _less_one], x) for index in (-1, 0, 1, 2, 7)]
        + [case(_branch, 1, [_same, _twice], x)],
        "vectorized_map": [
            case(lambda f, xs: xs * xs, lambda x: x * x, floats(4, 2)),
            case(lambda f, xs: xs[0] @ xs[1], lambda pair: ops.sum(pair[0] * pair[1]), (floats(4), floats(4))).but(
                reference=lambda f, xs: xs[0] * xs[1]
            ),
        ],
        "while_loop": [
            _loop(lambda c, b, given: (torch.tensor(7), given[1] * 32), lambda i, x: i < 7, _step, (numpy.array(2), x)),
            _loop(lambda c, b, x: x * 2**5, lambda x: ops.all(ops.abs(x) < 50), _twice, numpy.full(3, 2.0, "float32")),
            _loop(lambda c, b, x, most: x * 8, lambda x: ops.all(x < 1e9), _twice, x, 3),
            _loop(lambda c, b, given: given[0], lambda x: ops.all(x > 1e9), lambda x: [x], [x]).but(
                reference=lambda c, b, given: given
            ),
        ],
    }


def _loop(reference: Callable[..., Any], *arguments: Any) -> Case:
    return case(reference, *arguments).but(lacking={"jax gradient": NO_REVERSE})


def _step(i: Any, x: Any) -> tuple[Any, Any]:
    return i + 1, x * 2


def _pairwise(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, b: tuple(map(functools.partial(function), a, b))


CASES = _control()

DTYPES = ("float32", "float64", "int32", "int64")


@st.composite
def _totals(draw: Any, associative: bool) -> Case:
    x = draw(arrays(DTYPES, ((1,), (4,), (5, 2), (3, 1, 2))))
    reverse = draw(st.booleans())
    if associative:
        return case(_cumulative, ops.add, x, reverse=reverse, axis=draw(st.integers(-x.ndim, x.ndim - 1)))
    return case(_running_totals, _running, array(x.shape[1:], x.dtype.name, -4, 4, draw(SEEDS)), x, reverse=reverse)


@st.composite
def _branches(draw: Any, several: bool) -> Case:
    x = draw(arrays(DTYPES))
    if several:
        return case(_branch, numpy.array(draw(st.integers(-2, 5))), [_same, _twice, _less_one], x)
    return case(_chosen, numpy.array(draw(st.booleans())), _twice, _less_one, x)


ELEMENTS = arrays(DTYPES, ((1,), (4,), (0, 2), (3, 2), (2, 1, 3))).map(lambda x: case(lambda f, xs: xs * 2, _twice, x))

GENERATED = {
    "associative_scan": _totals(True),
    "cond": _branches(False),
    "fori_loop": st.builds(
        lambda count, x: case(lambda low, high, f, x: x * 2**count, 0, count, lambda i, x: x * 2, x),
        st.integers(0, 4),
        arrays(DTYPES),
    ),
    "map": ELEMENTS,
    "scan": _totals(False),
    "switch": _branches(True),
    "vectorized_map": ELEMENTS,
}
