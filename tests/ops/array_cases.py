"""Cases for reductions, new tensors and shapes; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy
import torch

from tests.ops.case import Case, bools, by_numpy, case, floats, integers


def _reduction(function: Callable[..., Any], inputs: Sequence[numpy.ndarray], empty: bool = True) -> list[Case]:
    reference = by_numpy(function)
    cases = [case(reference, x) for x in inputs]
    x = inputs[0]
    options: list[dict[str, Any]] = [
        {"axis": 1},
        {"axis": -1, "keepdims": True},
        {"axis": (0, 2)},
        {"axis": (-1, 0), "keepdims": True},
        {"keepdims": True},
    ]
    cases += [case(reference, x, **option) for option in options]
    return cases + ([case(reference, x[:, :0], axis=1)] if empty else [])


def _place(function: Callable[..., Any]) -> list[Case]:
    reference, x = by_numpy(function), floats(2, 3, 4)
    ties = numpy.array([1, 3, 3, 0, 0])
    options: list[dict[str, Any]] = [{}, {"axis": 1}, {"axis": -1, "keepdims": True}, {"keepdims": True}]
    return [case(reference, x, **option) for option in options] + [case(reference, ties, axis=0)]


def _split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    return tuple(numpy.split(x, indices_or_sections, axis))


def _cumulative_sum(x: Any, axis: int) -> Any:
    return numpy.cumulative_sum(x, axis=axis)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return numpy.log(numpy.sum(numpy.exp(x), axis=axis, keepdims=keepdims))


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


def _like(function: Callable[..., Any], *fill: Any) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, floats(2, 3), *fill),
        case(reference, integers(), *fill),
        case(reference, floats(0, 2), *fill, dtype="int32"),
        case(reference, integers(2), *fill, dtype="float16"),
        case(reference, floats(2, 3), *fill, shape=(1, 4)),
        case(reference, floats(2), *fill, dtype="bool", shape=()),
    ]


def _filled(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, (2, 3)),
        case(reference, 3),
        case(reference, ()),
        case(reference, (0, 2), dtype="int64"),
        case(reference, (1,), dtype="float16"),
        case(reference, (2,), dtype="bool"),
    ]


def _triangle(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, floats(3, 3)),
        case(reference, floats(2, 2, 4), k=1),
        case(reference, integers(4, 2), k=-1),
        case(reference, bools(1, 3)),
        case(reference, floats(0, 3)),
    ]


def _reductions() -> dict[str, list[Case]]:
    x = floats(2, 3, 4)
    mixed = (x, integers(3), integers(2, dtype="int32"), bools(4), floats())
    return {
        "all": _reduction(numpy.all, (bools(2, 3, 4), floats(3), integers(3), bools())),
        "any": _reduction(numpy.any, (bools(2, 3, 4), floats(3), integers(3), bools())),
        "argmax": _place(numpy.argmax),
        "argmin": _place(numpy.argmin),
        "cumulative_sum": [case(by_numpy(_cumulative_sum), x, axis=1)]
        + [case(by_numpy(_cumulative_sum), x, axis=-1) for x in (integers(3, dtype="int32"), bools(4), floats(0, 2))],
        "logsumexp": _reduction(_logsumexp, (x, integers(3), floats(1)), empty=False)
        + [case(torch.logsumexp, numpy.array([1000.0, 1000.0], "float32"), axis=0)],
        "max": _reduction(numpy.max, (x, integers(3), floats()), empty=False),
        "mean": _reduction(numpy.mean, mixed, empty=False),
        "min": _reduction(numpy.min, (x, integers(3), floats()), empty=False),
        "prod": _reduction(numpy.prod, mixed) + [case(by_numpy(numpy.prod), integers(3), dtype="float32")],
        "std": _reduction(numpy.std, mixed[:-1], empty=False) + [case(by_numpy(numpy.std), x, axis=1, correction=1)],
        "sum": _reduction(numpy.sum, mixed) + [case(by_numpy(numpy.sum), bools(3, 4), axis=1, dtype="float32")],
        "var": _reduction(numpy.var, mixed, empty=False)
        + [case(by_numpy(numpy.var), x, axis=1, correction=1), case(by_numpy(numpy.var), x, correction=1)],
    }


def _creation() -> dict[str, list[Case]]:
    asarray, arange, full = map(by_numpy, (numpy.asarray, numpy.arange, numpy.full))
    return {
        "arange": [
            case(arange, 3),
            case(arange, 0),
            case(arange, 2, 7, 3),
            case(arange, 5, 0, -2),
            case(arange, 3.0),
            case(arange, 0, 1, 0.25),
            case(arange, 3, dtype="float32"),
            case(arange, 1, 4, dtype="int32"),
        ],
        "asarray": [
            case(asarray, 2.5),
            case(asarray, 3),
            case(asarray, True),
            case(asarray, [[1, 2], [3, 4]]),
            case(asarray, [1.0, 2.0]),
            case(asarray, [1, 2], dtype="float32"),
            case(asarray, [1.5], dtype="int32"),
        ],
        "full": [
            case(full, (2, 3), 0.5),
            case(full, 2, 3),
            case(full, (), True),
            case(full, (0,), 1.0, dtype="float16"),
            case(full, (2,), 7, dtype="int32"),
        ],
        "full_like": _like(numpy.full_like, 1),
        "ones": _filled(numpy.ones),
        "ones_like": _like(numpy.ones_like),
        "zeros": _filled(numpy.zeros),
        "zeros_like": _like(numpy.zeros_like),
    }


def _manipulation() -> dict[str, list[Case]]:
    x, at = floats(2, 3, 4), integers(2, 2, below=3)
    take, along = by_numpy(numpy.take), by_numpy(numpy.take_along_axis)
    flip, reshape, split = map(by_numpy, (numpy.flip, numpy.reshape, _split))
    squeeze, expand, permute = map(by_numpy, (numpy.squeeze, numpy.expand_dims, numpy.permute_dims))
    astype, matmul, broadcast = map(by_numpy, (numpy.astype, numpy.matmul, numpy.broadcast_to))
    return {
        "astype": [
            case(astype, x, "float32"),
            case(astype, x, "int32"),
            case(astype, x, "bool"),
            case(astype, bools(3), "float32"),
            case(astype, integers(3), "float16"),
            case(astype, integers(0), "uint8"),
        ],
        "broadcast_to": [case(broadcast, floats(3), (2, 3)), case(broadcast, floats(1, 1), (0, 2))],
        "concat": _joined(numpy.concat),
        "concatenate": [case(by_numpy(numpy.concatenate), [floats(2), floats(1)])],
        "expand_dims": [case(expand, x, 0), case(expand, x, axis=-1), case(expand, floats(), 0), case(expand, x, 2)],
        "flatten": [
            case(torch.flatten, x),
            case(torch.flatten, x, 1),
            case(torch.flatten, x, 0, -2),
            case(torch.flatten, floats()),
            case(torch.flatten, floats(0, 3)),
        ],
        "flip": [case(flip, x), case(flip, x, axis=1), case(flip, x, axis=(0, -1)), case(flip, floats(0, 2))],
        "matmul": [
            case(matmul, floats(2, 3), floats(3, 4)),
            case(matmul, floats(3), floats(3)),
            case(matmul, floats(3), floats(2, 3, 4)),
            case(matmul, floats(2, 2, 3), floats(3)),
            case(matmul, floats(5, 1, 2, 3), floats(2, 3, 1)),
            case(matmul, floats(0, 3), floats(3, 2)),
            case(matmul, floats(2, 0), floats(0, 3)),
            case(matmul, integers(2, 3, dtype="int32"), integers(3, 2, dtype="int32")),
        ],
        "matrix_transpose": [case(by_numpy(numpy.matrix_transpose), x) for x in (x, floats(1, 2), integers(0, 3))],
        "permute_dims": [
            case(permute, x),
            case(permute, x, (2, 0, 1)),
            case(permute, x, axes=(-1, 0, 1)),
            case(permute, integers(0, 2)),
            case(permute, floats()),
        ],
        "transpose": [case(by_numpy(numpy.transpose), x)],
        "reshape": [
            case(reshape, x, (4, 6)),
            case(reshape, x, (2, -1)),
            case(reshape, x, -1),
            case(reshape, floats(1), ()),
            case(reshape, floats(0, 3), (3, 0, 2)),
        ],
        "shape": [case(by_numpy(numpy.shape), x) for x in (x, floats(), integers(0, 2))],
        "split": [
            case(split, x, 2),
            case(split, x, 3, axis=1),
            case(split, x, (1, 3), axis=-1),
            case(split, integers(4), (0, 4)),
        ],
        "squeeze": [
            case(squeeze, floats(1, 3, 1), 0),
            case(squeeze, floats(1, 3, 1), axis=(0, 2)),
            case(squeeze, floats(1, 3, 1), -1),
        ],
        "stack": [
            *(c for c in _joined(numpy.stack) if len(c.args[0]) > 1),
            case(by_numpy(numpy.stack), [floats(), floats()]),
        ],
        "stop_gradient": [case(lambda x: x, x), case(lambda x: x, integers(2))],
        "swapaxes": [case(by_numpy(numpy.swapaxes), x, *axes) for axes in ((0, 1), (-1, 0), (1, 1))],
        "take": [
            case(take, x, at, axis=1),
            case(take, x, integers(below=3), axis=-2),
            case(take, x, integers(3, below=2, dtype="int32"), axis=0),
            case(take, floats(2, 3), integers(0), axis=0),
        ],
        "take_along_axis": [
            case(along, x, integers(2, 1, 4, below=3), axis=1),
            case(along, x, integers(2, 3, 2, dtype="int32", below=4)),
            case(along, floats(3), integers(5, below=3), axis=0),
        ],
        "tril": _triangle(numpy.tril),
        "triu": _triangle(numpy.triu),
    }


ARRAY_CASES = _reductions() | _creation() | _manipulation()
