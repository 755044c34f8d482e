"""Cases for convolutions; PyTorch is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats
from tests.ops.strategies import FLOATING, SEEDS, array

CONVOLUTIONS = {"conv1d": F.conv1d, "conv2d": F.conv2d, "conv3d": F.conv3d}
TRANSPOSED = {
    "conv_transpose1d": F.conv_transpose1d,
    "conv_transpose2d": F.conv_transpose2d,
    "conv_transpose3d": F.conv_transpose3d,
}


def _depthwise(input: Any, weight: Any, bias: Any = None, *options: Any) -> torch.Tensor:
    convolve = (F.conv1d, F.conv2d, F.conv3d)[weight.ndim - 3]
    return convolve(input, weight, bias, *options, groups=input.shape[1 - weight.ndim])


def _separable(input: Any, depthwise: Any, pointwise: Any, bias: Any = None, *options: Any) -> torch.Tensor:
    convolve = (F.conv1d, F.conv2d, F.conv3d)[depthwise.ndim - 3]
    return convolve(_depthwise(input, depthwise, None, *options), pointwise, bias)


def _of_all_ranks(table: dict[str, Callable[..., Any]], x: numpy.ndarray, weight: numpy.ndarray) -> list[Case]:
    """One case for each number of spatial axes."""
    given = [(x[..., 0, 0], weight[..., 0, 0]), (x[..., 0], weight[..., 0]), (x, weight)]
    return [case(function, *arrays, stride=2) for function, arrays in zip(table.values(), given, strict=True)]


def _convolutions() -> dict[str, list[Case]]:
    one, two, three = CONVOLUTIONS.values()
    return {
        "conv": _of_all_ranks(CONVOLUTIONS, floats(2, 3, 5, 4, 3), floats(4, 3, 3, 2, 2))
        + [case(two, floats(4, 5, 5), floats(4, 2, 3, 3), floats(4), 1, "same", 1, 2)],
        "conv1d": [
            case(one, floats(2, 3, 6), floats(4, 3, 3), floats(4)),
            case(one, floats(3, 6), floats(4, 3, 2), stride=2, padding=1),
            case(one, floats(1, 4, 6), floats(4, 2, 3), None, padding="same", dilation=2, groups=2),
            case(one, floats(1, 4, 6), floats(8, 1, 3), None, padding=(1,), groups=4),
            case(one, floats(2, 3, 8), floats(4, 3, 3), stride=(2,), padding=2, dilation=(2,)),
            case(one, floats(0, 3, 6), floats(4, 3, 3), floats(4)),
        ],
        "conv2d": [
            case(two, floats(2, 3, 5, 6), floats(4, 3, 3, 2), floats(4)),
            case(two, floats(3, 5, 6), floats(4, 3, 3, 3), None, 2, 1),
            case(two, floats(1, 4, 7, 7), floats(4, 1, 3, 3), floats(4), (2, 1), (0, 2), (1, 2), 4),
            case(two, floats(1, 2, 5, 5), floats(2, 2, 4, 4), padding="same"),
            case(two, floats(1, 2, 5, 5), floats(2, 2, 3, 3), padding="valid"),
            case(two, floats(1, 2, 5, 5), floats(2, 2, 3, 3), floats(2), padding=1),
            case(two, floats(1, 4, 6, 5), floats(6, 2, 3, 3), padding="same", dilation=2, groups=2),
            case(two, floats(1, 2, 3, 3), floats(3, 2, 1, 1)),
        ],
        "conv3d": [
            case(three, floats(2, 3, 4, 5, 6), floats(4, 3, 3, 2, 1), floats(4)),
            case(three, floats(3, 5, 4, 6), floats(2, 3, 3, 3, 3), None, 2, 1),
            case(three, floats(1, 4, 5, 4, 4), floats(6, 2, 2, 3, 2), floats(6), (1, 2, 1), (1, 0, 2), 1, 2),
            case(three, floats(1, 2, 5, 5, 6), floats(2, 1, 2, 3, 2), None, 1, "same", (1, 2, 2), 2),
            case(three, floats(1, 2, 5, 5, 6), floats(2, 2, 2, 3, 2), stride=2, padding=1, dilation=2),
        ],
        "depthwise_conv": [
            case(_depthwise, floats(2, 3, 6), floats(6, 1, 3), floats(6)),
            case(_depthwise, floats(1, 3, 6, 5), floats(3, 1, 3, 2), None, 2, 1),
            case(_depthwise, floats(3, 6, 5), floats(6, 1, 3, 3), None, 1, "same", 2),
            case(_depthwise, floats(1, 2, 4, 4, 4), floats(4, 1, 2, 3, 2), floats(4), 1, 1),
        ],
        "separable_conv": [
            case(_separable, floats(2, 3, 6), floats(6, 1, 3), floats(4, 6, 1), floats(4)),
            case(_separable, floats(3, 6, 5), floats(3, 1, 3, 3), floats(2, 3, 1, 1), None, 2, 1),
            case(_separable, floats(1, 2, 4, 4, 4), floats(2, 1, 2, 3, 2), floats(3, 2, 1, 1, 1), None, 1, "same"),
        ],
    }


def _transposed() -> dict[str, list[Case]]:
    one, two, three = TRANSPOSED.values()
    return {
        "conv_transpose": _of_all_ranks(TRANSPOSED, floats(2, 4, 3, 2, 2), floats(4, 3, 3, 2, 2))
        + [case(two, floats(4, 3, 3), floats(4, 2, 3, 3), floats(4), 2, 1, 1, 2, 1)],
        "conv_transpose1d": [
            case(one, floats(2, 3, 4), floats(3, 4, 3), floats(4)),
            case(one, floats(3, 4), floats(3, 2, 3), stride=2, padding=1, output_padding=1),
            case(one, floats(1, 4, 4), floats(4, 3, 3), floats(6), 3, 2, 2, 2, 2),
            case(one, floats(1, 2, 3), floats(2, 1, 2), stride=2, dilation=4, output_padding=3),
            case(one, floats(0, 3, 4), floats(3, 4, 3)),
        ],
        "conv_transpose2d": [
            case(two, floats(2, 3, 4, 3), floats(3, 4, 3, 2), floats(4)),
            case(two, floats(3, 4, 3), floats(3, 2, 3, 4), None, 2, 1),
            case(two, floats(1, 4, 3, 3), floats(4, 1, 3, 3), floats(4), (2, 1), (0, 2), (1, 0), 4, (1, 2)),
            case(two, floats(1, 4, 3, 4), floats(4, 3, 3, 3), None, (3, 2), 1, (2, 1), 2),
        ],
        "conv_transpose3d": [
            case(three, floats(2, 3, 2, 3, 3), floats(3, 2, 3, 2, 1), floats(2)),
            case(three, floats(3, 2, 3, 2), floats(3, 2, 3, 3, 3), None, 2, 1, 1),
            case(three, floats(1, 4, 2, 3, 2), floats(4, 1, 2, 3, 2), floats(2), (1, 2, 1), (1, 0, 1), 0, 2, 2),
        ],
    }


CASES = _convolutions() | _transposed()


@st.composite
def _generated(draw: Any, function: Callable[..., Any], spatial: int, transposed: bool = False) -> Case:
    groups, dtype = draw(st.sampled_from((1, 2))), draw(st.sampled_from(FLOATING))
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(spatial))
    sizes = tuple(draw(st.sampled_from((5, 6))) for _ in range(spatial))
    batch = draw(st.sampled_from(((), (1,), (2,))))
    weight = (4, 1, *kernel) if transposed else (4, 2 // groups, *kernel)
    options = {
        "stride": draw(st.integers(1, 2)),
        "padding": draw(st.integers(0, 1)),
        "dilation": draw(st.integers(1, 2)),
    }
    if transposed:
        options["output_padding"] = draw(st.integers(0, options["stride"] - 1))
    elif options["stride"] == 1:
        options["padding"] = draw(st.sampled_from((0, 1, "same", "valid")))
    x = array((*batch, 4 if transposed else 2, *sizes), dtype, -2, 2, draw(SEEDS))
    return case(function, x, array(weight, dtype, -1, 1, draw(SEEDS)), groups=groups, **options)


@st.composite
def _of_each_channel(draw: Any, separable: bool) -> Case:
    """Cases with two channels in, and one or two of each out of a depthwise convolution."""
    spatial, outputs, dtype = draw(st.integers(1, 3)), 2 * draw(st.integers(1, 2)), draw(st.sampled_from(FLOATING))
    sizes = tuple(draw(st.sampled_from((5, 6))) for _ in range(spatial))
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(spatial))
    shapes = [(*draw(st.sampled_from(((), (1,), (2,)))), 2, *sizes), (outputs, 1, *kernel)]
    shapes += [(3, outputs, *[1] * spatial)] if separable else []
    arrays = [array(shape, dtype, -1, 1, draw(SEEDS)) for shape in shapes]
    stride, bias = draw(st.integers(1, 2)), draw(st.booleans())
    given = array((3 if separable else outputs,), dtype, -1, 1, draw(SEEDS)) if bias else None
    padding = draw(st.sampled_from((0, 1, "same", "valid") if stride == 1 else (0, 1)))
    return case(_separable if separable else _depthwise, *arrays, given, stride, padding, draw(st.integers(1, 2)))


GENERATED = {
    **{name: _generated(function, spatial) for spatial, (name, function) in enumerate(CONVOLUTIONS.items(), 1)},
    **{name: _generated(function, spatial, True) for spatial, (name, function) in enumerate(TRANSPOSED.items(), 1)},
    "conv": _generated(F.conv2d, 2),
    "conv_transpose": _generated(F.conv_transpose2d, 2, True),
    "depthwise_conv": _of_each_channel(False),
    "separable_conv": _of_each_channel(True),
}

OP_INFOS = {f"nn.functional.{name}": getattr(ops, name) for name in ("conv3d", *TRANSPOSED)}
