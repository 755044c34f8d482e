"""A layer of each family beside its torch.nn class in eager PyTorch: a forward and a backward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

import bridge
from benchmarks import timing
from benchmarks.rows import Contest, rows_of

GOALS = {"torch.nn": 1.05}

IMAGES, SERIES, TOKENS = (16, 32, 28, 28), (16, 32, 256), (16, 64, 128)

LAYERS: dict[str, tuple[tuple[Any, ...], dict[str, Any], list[tuple[int, ...]]]] = {
    "Linear": ((128, 128), {}, [TOKENS]),
    "Bilinear": ((64, 64, 32), {}, [(128, 64), (128, 64)]),
    "Conv1d": ((32, 64, 3), {"padding": 1}, [SERIES]),
    "Conv2d": ((32, 64, 3), {"padding": 1}, [IMAGES]),
    "Conv3d": ((8, 16, 3), {}, [(4, 8, 12, 12, 12)]),
    "ConvTranspose2d": ((32, 16, 2), {"stride": 2}, [IMAGES]),
    "BatchNorm2d": ((32,), {}, [IMAGES]),
    "InstanceNorm2d": ((32,), {}, [IMAGES]),
    "GroupNorm": ((4, 32), {}, [IMAGES]),
    "LayerNorm": ((128,), {}, [TOKENS]),
    "RMSNorm": ((128,), {}, [TOKENS]),
    "MaxPool2d": ((2,), {}, [IMAGES]),
    "AvgPool2d": ((2,), {}, [IMAGES]),
    "AdaptiveAvgPool2d": ((7,), {}, [IMAGES]),
    "ReLU": ((), {}, [TOKENS]),
    "GELU": ((), {}, [TOKENS]),
    "Softmax": ((-1,), {}, [TOKENS]),
    "PReLU": ((), {}, [TOKENS]),
    "Dropout": ((0.1,), {}, [TOKENS]),
    "ReflectionPad2d": ((2,), {}, [IMAGES]),
    "Upsample": ((), {"scale_factor": 2, "mode": "bilinear"}, [(4, 32, 28, 28)]),
    "PixelShuffle": ((2,), {}, [IMAGES]),
    "CosineSimilarity": ((-1,), {}, [TOKENS, TOKENS]),
    "MSELoss": ((), {}, [TOKENS, TOKENS]),
    "SmoothL1Loss": ((), {}, [TOKENS, TOKENS]),
    "RNN": ((128, 64), {"batch_first": True}, [TOKENS]),
    "GRU": ((128, 64), {"batch_first": True}, [TOKENS]),
    "LSTM": ((128, 64), {"batch_first": True}, [TOKENS]),
    "LSTMCell": ((128, 64), {}, [(64, 128)]),
    "MultiheadAttention": ((128, 4), {"batch_first": True}, [TOKENS, TOKENS, TOKENS]),
    "TransformerEncoderLayer": ((128, 4), {"batch_first": True}, [TOKENS]),
    "TransformerDecoderLayer": ((128, 4), {"batch_first": True}, [TOKENS, TOKENS]),
}
"""For each class: what it is constructed with, and the shapes that it is called with."""


def contest(quick: bool) -> Contest:
    """A row for each class."""
    effort = timing.QUICK if quick else timing.LAYER
    rows = []
    for name, (args, kwargs, shapes) in LAYERS.items():
        calls = {}
        for contender, namespace in (("bridge", bridge.layers), ("torch.nn", torch.nn)):
            torch.manual_seed(0)
            calls[contender] = _pass(getattr(namespace, name)(*args, **kwargs), shapes)
        rows += rows_of(name, timing.samples(calls, effort), GOALS)
    return Contest("Layers in eager PyTorch, forward and backward", rows)


def _pass(layer: torch.nn.Module, shapes: list[tuple[int, ...]]) -> Callable[[], object]:
    inputs = [torch.randn(shape, requires_grad=True) for shape in shapes]

    def call() -> None:
        outputs = layer(*inputs)
        while not isinstance(outputs, torch.Tensor):
            outputs = outputs[0]
        outputs.sum().backward()

    return call
