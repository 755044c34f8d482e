"""Cases of the layers in `layers/container.py`."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import torch

from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _build_mlp(nn: ModuleType) -> torch.nn.Module:
    return nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.GELU(), nn.Dropout(0.2), nn.Linear(6, 3), nn.Softmax(-1))


def _build_cnn(nn: ModuleType) -> torch.nn.Module:
    features = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.MaxPool2d(2))
    return nn.Sequential(features, nn.AdaptiveAvgPool2d((2, 1)), nn.Flatten(), nn.Linear(8, 3))


MLP = Case("Sequential", _build_mlp, lambda: (torch.randn(2, 4),), random=True)
CNN = Case("Sequential", _build_cnn, lambda: (torch.randn(2, 2, 6, 6),))


def _in_turn(layers: Any, x: torch.Tensor) -> torch.Tensor:
    for layer in layers.values() if hasattr(layers, "values") else layers:
        x = layer(x)
    return x


def _multiplied(parameters: Any, x: torch.Tensor) -> torch.Tensor:
    for parameter in parameters.values() if hasattr(parameters, "values") else parameters:
        x = x * parameter
    return x


def _build_container(nn: ModuleType) -> torch.nn.Module:
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # it is deprecated
        return nn.Container(first=nn.Linear(4, 4), second=nn.Tanh())


_NEVER_CALLED = {"hooks": "no backward hook is called"}


def _a_row() -> tuple[torch.Tensor, ...]:
    return (torch.randn(2, 4),)


CASES += [
    CNN,
    MLP,
    Case("Container", _build_container, _a_row, lambda module, x: module.second(module.first(x)), _NEVER_CALLED),
    Case("DataParallel", lambda nn: nn.DataParallel(nn.Linear(4, 3)), _a_row),
    Case("DataParallel", lambda nn: nn.DataParallel(nn.BatchNorm1d(4)), _a_row),
    Case("ModuleList", lambda nn: nn.ModuleList([nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 2)]), _a_row, _in_turn),
    Case("ModuleDict", lambda nn: nn.ModuleDict({"linear": nn.Linear(4, 4), "act": nn.SiLU()}), _a_row, _in_turn),
    Case("ParameterList", lambda nn: nn.ParameterList([torch.randn(4), torch.randn(2, 1)]), _a_row, _multiplied),
    Case("ParameterDict", lambda nn: nn.ParameterDict({"a": torch.randn(4), "b": torch.randn(1)}), _a_row, _multiplied),
]

_CONTAINERS = ("Container", "DataParallel", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential")
WITHOUT_ENTRY = dict.fromkeys(_CONTAINERS, "a container")
ANY_SHAPE = set(_CONTAINERS)  # their layers say it
