"""Cases for normalisation; PyTorch is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bridge import ops
from tests.ops.case import Case, case, floats, positive
from tests.ops.skip import Skip
from tests.ops.strategies import FLOATING, SEEDS, array


def _batch_norm_training(
    input: torch.Tensor,
    mean: torch.Tensor,
    var: torch.Tensor,
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[torch.Tensor, ...]:
    return F.batch_norm(input, mean, var, weight, bias, True, momentum, eps), mean, var


def _instance_norm_training(
    input: torch.Tensor,
    mean: torch.Tensor,
    var: torch.Tensor,
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[torch.Tensor, ...]:
    return F.instance_norm(input, mean, var, weight, bias, True, momentum, eps), mean, var


def _instance() -> dict[str, list[Case]]:
    norm, running, affine = F.instance_norm, (floats(3), positive(3)), (floats(3), floats(3))
    return {
        "instance_norm": [
            case(norm, floats(2, 3, 4)),
            case(norm, floats(2, 3, 4, 2), *running, *affine, use_input_stats=False),
            case(norm, floats(1, 3, 5), *running, floats(3), None, False, 0.1, 1e-3),
            case(norm, floats(2, 3, 2, 2), None, None, *affine, eps=1e-2),
            case(norm, floats(2, 3, 2, 1, 2), weight=floats(3)),
            case(norm, floats(0, 3, 4)),
        ],
        "instance_norm_training": [
            case(_instance_norm_training, floats(4, 3, 5), *running, *affine),
            case(_instance_norm_training, floats(2, 3, 4, 4), *running, momentum=0.5, eps=1e-2),
            case(_instance_norm_training, floats(1, 3, 5), *running, floats(3), None, 0.25),
        ],
    }


def _response() -> list[Case]:
    norm = F.local_response_norm
    return [
        case(norm, floats(2, 5, 3), 3),
        case(norm, floats(2, 4, 3, 3), 2, alpha=0.5, beta=0.5, k=2.0),
        case(norm, floats(1, 3, 2, 2, 2), 5, 1.0),
        case(norm, floats(1, 1, 1), 1),
        case(norm, floats(0, 3, 4), 2),
    ]


def _normalization() -> dict[str, list[Case]]:
    batch, layer, group, rms = F.batch_norm, F.layer_norm, F.group_norm, F.rms_norm
    running, affine = (floats(3), positive(3)), (floats(3), floats(3))
    return {
        "batch_norm": [
            case(batch, floats(4, 3), *running, *affine),
            case(batch, floats(2, 3, 4, 4), *running),
            case(batch, floats(1, 3, 5), *running, floats(3), None, False, 0.1, 1e-3),
            case(batch, floats(4, 3), None, None, *affine, training=True),
            case(batch, floats(2, 3, 4), None, None, None, floats(3), True),
        ],
        "batch_norm_training": [
            case(_batch_norm_training, floats(4, 3), *running, *affine),
            case(_batch_norm_training, floats(2, 3, 4, 4), *running, momentum=0.5, eps=1e-2),
            case(_batch_norm_training, floats(1, 3, 5), *running, floats(3), None, 0.25),
        ],
        "group_norm": [
            case(group, floats(2, 6, 4), 3, floats(6), floats(6)),
            case(group, floats(1, 6), 2),
            case(group, floats(2, 4, 3, 3), 4, floats(4), eps=1e-2),
        ],
        **_instance(),
        "layer_norm": [
            case(layer, floats(2, 3, 4), (4,), floats(4), floats(4)),
            case(layer, floats(2, 3, 4), (3, 4), None, floats(3, 4), 1e-2),
            case(layer, floats(0, 4), (4,)),
            case(layer, floats(4), (4,), floats(4)),
        ],
        "local_response_norm": _response(),
        "rms_norm": [
            case(rms, floats(2, 3, 4), (4,), floats(4)),
            case(rms, floats(2, 3, 4), (3, 4), None, 1e-2),
            case(rms, floats(0, 4), (4,)),
        ],
    }


CASES = _normalization()

FIXED = {
    "batch_norm": ("running_mean", "running_var"),
    "batch_norm_training": ("running_mean", "running_var"),
    "instance_norm": ("running_mean", "running_var"),
    "instance_norm_training": ("running_mean", "running_var"),
}


@st.composite
def _of_channels(
    draw: Any, function: Callable[..., Any], shapes: tuple[tuple[int, ...], ...], **options: SearchStrategy[Any]
) -> Case:
    """Cases over three channels, with or without a weight and a bias for each."""
    dtype = draw(st.sampled_from(FLOATING))
    x = array(draw(st.sampled_from(shapes)), dtype, -4, 4, draw(SEEDS))
    affine = {name: array((3,), dtype, -2, 2, draw(SEEDS)) for name in ("weight", "bias") if draw(st.booleans())}
    return case(function, x, **{name: draw(strategy) for name, strategy in options.items()}, **affine)


@st.composite
def _of_neighbours(draw: Any) -> Case:
    """Without half precision, which torch's own pooling of volumes does not have on the CPU."""
    x = array(
        draw(st.sampled_from(((2, 5, 3), (1, 3, 2, 2), (2, 1, 4), (0, 3, 2)))),
        draw(st.sampled_from(("float32", "float64"))),
        -4,
        4,
        draw(SEEDS),
    )
    return case(F.local_response_norm, x, draw(st.integers(1, 4)), draw(st.sampled_from((1e-4, 0.5))), k=1.5)


@st.composite
def _of_statistics(draw: Any, function: Callable[..., Any], shapes: tuple[tuple[int, ...], ...]) -> Case:
    """Cases over three channels, each with a mean and a variance."""
    example = draw(
        _of_channels(function, shapes, momentum=st.sampled_from((0.1, 0.5)), eps=st.sampled_from((1e-5, 1e-2)))
    )
    dtype = example.args[0].dtype.name
    running = array((3,), dtype, -1, 1, draw(SEEDS)), array((3,), dtype, 0.5, 2, draw(SEEDS))
    return example.but(args=(*example.args, *running))


@st.composite
def _of_groups(draw: Any) -> Case:
    dtype = draw(st.sampled_from(FLOATING))
    shape, groups = draw(st.sampled_from((((2, 6, 4), 3), ((1, 6), 2), ((2, 4, 3, 3), 4), ((3, 2, 5), 1))))
    affine = {name: array(shape[1:2], dtype, -2, 2, draw(SEEDS)) for name in ("weight", "bias") if draw(st.booleans())}
    return case(F.group_norm, array(shape, dtype, -4, 4, draw(SEEDS)), groups, **affine)


@st.composite
def _of_last_axes(draw: Any, function: Callable[..., Any], *parameters: str) -> Case:
    """Cases over one axis or more, the last ones, with or without each of the parameters."""
    dtype, shape = draw(st.sampled_from(FLOATING)), draw(st.sampled_from(((4,), (2, 3), (1, 2, 5), (2, 3, 2, 4))))
    sizes = shape[draw(st.integers(0, len(shape) - 1)) :]
    affine = {name: array(sizes, dtype, -2, 2, draw(SEEDS)) for name in parameters if draw(st.booleans())}
    x = array(shape, dtype, -4, 4, draw(SEEDS))
    return case(function, x, sizes, eps=draw(st.sampled_from((1e-5, 1e-2))), **affine)


SPATIAL = ((2, 3, 4), (1, 3, 2, 3), (2, 3, 2, 1, 2))
CHANNELS = ((4, 3), *SPATIAL)

GENERATED: dict[str, SearchStrategy[Case]] = {
    "batch_norm": _of_statistics(F.batch_norm, CHANNELS),
    "batch_norm_training": _of_statistics(_batch_norm_training, CHANNELS),
    "group_norm": _of_groups(),
    "instance_norm": _of_channels(F.instance_norm, SPATIAL, eps=st.sampled_from((1e-5, 1e-2))),
    "instance_norm_training": _of_statistics(_instance_norm_training, SPATIAL),
    "layer_norm": _of_last_axes(F.layer_norm, "weight", "bias"),
    "local_response_norm": _of_neighbours(),
    "rms_norm": _of_last_axes(F.rms_norm, "weight"),
}

OP_INFOS: dict[str, Callable[..., Any]] = {
    "nn.functional.instance_norm": ops.instance_norm,
    "nn.functional.local_response_norm": ops.local_response_norm,
}

SKIPS: tuple[Skip, ...] = ()
