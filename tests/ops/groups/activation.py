"""Cases for activations; PyTorch is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch
import torch.nn.functional as F

from tests.ops.case import Case, case, floats, integers


def _activation(function: Callable[..., Any], *options: dict[str, Any]) -> list[Case]:
    inputs = (floats(2, 3), floats(), floats(0, 3), floats(1, 1), numpy.array([-40.0, 40.0], "float32"))
    cases = [case(function, x, **option) for x in inputs for option in options or ({},)]
    return cases + [
        case(function, numpy.zeros(1, "float32"), **option).but(smooth=False) for option in options or ({},)
    ]


def _softmax(function: Callable[..., Any]) -> list[Case]:
    def reference(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
        return function(input, axis)

    large = numpy.array([1000.0, 1001.0, -1000.0], "float32")
    return [
        case(reference, floats(2, 3, 4)),
        case(reference, floats(2, 3, 4), 1),
        case(reference, floats(1, 3), axis=0),
        case(reference, large),
        case(reference, floats()),
    ]


def _activations() -> dict[str, list[Case]]:
    return {
        "gelu": _activation(F.gelu, {}, {"approximate": "tanh"}),
        "log_softmax": _softmax(torch.log_softmax),
        "relu": [*_activation(F.relu), case(F.relu, integers(3) - 2)],
        "sigmoid": _activation(torch.sigmoid),
        "silu": _activation(F.silu),
        "softmax": _softmax(torch.softmax),
    }


CASES = _activations()
