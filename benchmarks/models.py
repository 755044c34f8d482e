"""The models as PyTorch modules, written once: `torch.nn` or `bridge.layers` comes in as `nn`."""

from __future__ import annotations

from typing import Any

import torch

from benchmarks.problems import (
    CLASSES,
    CNN_CHANNELS,
    CNN_DROPOUT,
    CNN_IMAGE,
    LSTM_INPUT,
    LSTM_WIDTH,
    MLP_WIDTHS,
    RESNET_STAGES,
    RESNET_STEM,
    TRANSFORMER_BLOCKS,
    TRANSFORMER_HEADS,
    TRANSFORMER_HIDDEN,
    TRANSFORMER_WIDTH,
)


def build(problem: str, nn: Any, ops: Any) -> torch.nn.Module:
    """A new model with weights that are the same at each call.

    Args:
        problem: a name in `benchmarks.problems.SHAPES`.
        nn: `torch.nn` or `bridge.layers`.
        ops: `torch` or `bridge.ops`.
    """
    torch.manual_seed(0)
    builders = {"mlp": _mlp, "cnn": _cnn, "resnet": _resnet, "transformer": _transformer, "lstm": _lstm}
    return builders[problem](nn, ops)


def _mlp(nn: Any, ops: Any) -> torch.nn.Module:
    inputs, first, second = MLP_WIDTHS
    return nn.Sequential(
        nn.Linear(inputs, first), nn.ReLU(), nn.Linear(first, second), nn.ReLU(), nn.Linear(second, CLASSES)
    )


def _cnn(nn: Any, ops: Any) -> torch.nn.Module:
    first, second = CNN_CHANNELS
    return nn.Sequential(
        nn.Conv2d(1, first, 3, padding=1),
        nn.BatchNorm2d(first),
        nn.ReLU(),
        nn.Conv2d(first, second, 3, padding=1),
        nn.BatchNorm2d(second),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(CNN_DROPOUT),
        nn.Linear(second * (CNN_IMAGE // 2) ** 2, CLASSES),
    )


def _resnet(nn: Any, ops: Any) -> torch.nn.Module:
    def convolution(inputs: int, outputs: int, size: int, stride: int) -> list[torch.nn.Module]:
        convolution = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
        return [convolution, nn.BatchNorm2d(outputs)]

    class Block(nn.Module):
        def __init__(self, inputs: int, outputs: int, stride: int) -> None:
            super().__init__()
            first, second = convolution(inputs, outputs, 3, stride), convolution(outputs, outputs, 3, 1)
            self.body = nn.Sequential(*first, nn.ReLU(), *second)
            as_it_is = inputs == outputs and stride == 1
            self.shortcut = nn.Identity() if as_it_is else nn.Sequential(*convolution(inputs, outputs, 1, stride))
            self.relu = nn.ReLU()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.relu(self.body(x) + self.shortcut(x))

    channels = [RESNET_STEM, *(outputs for outputs, _ in RESNET_STAGES)]
    blocks = (
        Block(inputs, outputs, stride) for inputs, (outputs, stride) in zip(channels, RESNET_STAGES, strict=False)
    )
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels[-1], CLASSES))
    return nn.Sequential(*convolution(3, RESNET_STEM, 3, 1), nn.ReLU(), *blocks, *head)


def _transformer(nn: Any, ops: Any) -> torch.nn.Module:
    width = TRANSFORMER_WIDTH

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm1 = nn.LayerNorm(width)
            self.attention = nn.MultiheadAttention(width, TRANSFORMER_HEADS, batch_first=True)
            self.norm2 = nn.LayerNorm(width)
            self.mlp = nn.Sequential(
                nn.Linear(width, TRANSFORMER_HIDDEN), nn.GELU(), nn.Linear(TRANSFORMER_HIDDEN, width)
            )

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            normed = self.norm1(x)
            x = x + self.attention(normed, normed, normed, need_weights=False)[0]
            return x + self.mlp(self.norm2(x))

    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.Sequential(*(Block() for _ in range(TRANSFORMER_BLOCKS)))
            self.head = nn.Linear(width, CLASSES)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(ops.mean(self.blocks(x), axis=1))

    return Encoder()


def _lstm(nn: Any, ops: Any) -> torch.nn.Module:
    class Classifier(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(LSTM_INPUT, LSTM_WIDTH, batch_first=True)
            self.head = nn.Linear(LSTM_WIDTH, CLASSES)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            _, (hidden, _) = self.lstm(x)
            return self.head(hidden[-1])

    model = Classifier()
    # torch has two biases where others have one: the second is held at zero, and is trained by nobody.
    torch.nn.init.zeros_(model.lstm.bias_hh_l0).requires_grad_(False)
    return model
