"""Cases for shapes; NumPy is the reference, PyTorch for `pad`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
import torch
import torch.nn.functional as F

from tests.ops.case import Case, bools, by_numpy, case, floats, integers


def _split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    return tuple(numpy.split(x, indices_or_sections, axis))


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


def _triangle(function: Callable[..., Any]) -> list[Case]:
    reference = by_numpy(function)
    return [
        case(reference, floats(3, 3)),
        case(reference, floats(2, 2, 4), k=1),
        case(reference, integers(4, 2), k=-1),
        case(reference, bools(1, 3)),
        case(reference, floats(0, 3)),
    ]


def _manipulation() -> dict[str, list[Case]]:
    x, at = floats(2, 3, 4), integers(2, 2, below=3)
    take, along = by_numpy(numpy.take), by_numpy(numpy.take_along_axis)
    flip, reshape, split = map(by_numpy, (numpy.flip, numpy.reshape, _split))
    squeeze, expand, permute = map(by_numpy, (numpy.squeeze, numpy.expand_dims, numpy.permute_dims))
    astype, broadcast = map(by_numpy, (numpy.astype, numpy.broadcast_to))
    return {
        "astype": [
            case(astype, x, "float32").but(smooth=False),
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


def _padding() -> list[Case]:
    return [
        case(F.pad, floats(2, 3), (1, 2)),
        case(F.pad, floats(2, 3), (1, 0, 0, 2), value=math.pi),
        case(F.pad, integers(3), (0, 2), "constant", 7),
        case(F.pad, floats(2, 4), (-1, 2, 0, -1)),
        case(F.pad, floats(1, 2, 4), (2, 1), mode="reflect"),
        case(F.pad, floats(1, 2, 4, 4), (2, 1, 0, 3), mode="replicate"),
        case(F.pad, floats(2, 4, 4), (2, 1, 1, 3), mode="circular"),
    ]


CASES = _manipulation() | {"pad": _padding()}

NOT_DIFFERENTIABLE = {"shape", "stop_gradient"}
