"""Cases of the layers in `layers/adaptive_softmax.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _log_prob(layer: Any, input: Any) -> Any:
    return layer.log_prob(input)


def _predict(layer: Any, input: Any) -> Any:
    return layer.predict(input), layer.log_prob(input)


_NO_VMAP = {"vmap": "vmap: (We do not support|It looks like you're)"}
_NO_HOOKS = {"hooks": "no backward hook"}  # a method is no call
_BEYOND = dict.fromkeys(("compile", "export"), "data-dependent expression")  # it asks which clusters have a target
_NAME = "AdaptiveLogSoftmaxWithLoss"
_TARGETS = torch.tensor([0, 9, 4, 3, 6, 7])
for _kwargs in ({}, {"div_value": 2.0, "head_bias": True}):
    add(_NAME, (16, 10, [4, 7]), _kwargs, lambda: (torch.randn(6, 16), _TARGETS), beyond=_BEYOND, **_NO_VMAP)
    add(_NAME, (16, 10, [4, 7]), _kwargs, [(6, 16)], _log_prob, **_NO_HOOKS)
    add(_NAME, (16, 10, [4, 7]), _kwargs, [(20, 16)], _predict, **_NO_VMAP, **_NO_HOOKS)
for _target in (2, 8):
    add(_NAME, (16, 10, [4, 7]), {}, lambda target=_target: (torch.randn(16), torch.tensor(target)), **_NO_VMAP)
add(_NAME, (16, 10, [9]), {}, lambda: (torch.randn(3, 16), torch.tensor([1, 1, 0])), **_NO_VMAP)

WITHOUT_ENTRY = {_NAME: "module_db has none"}
WRONG_SHAPES: dict[str, Any] = {
    _NAME: (lambda: nn.AdaptiveLogSoftmaxWithLoss(16, 10, [4, 7]), [(4, 16), (3,)], "(4,) as its target"),
}
