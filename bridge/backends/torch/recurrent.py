"""Overrides of `bridge.ops.recurrent` for PyTorch."""

from collections.abc import Sequence

import torch

from bridge.typing import Array


def lstm(
    input: Array,
    hx: tuple[Array, Array],
    weights: Sequence[Array],
    has_biases: bool,
    num_layers: int,
    dropout_p: float,
    training: bool,
    bidirectional: bool,
    batch_first: bool,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return torch.lstm(
        input, hx, tuple(weights), has_biases, num_layers, dropout_p, training, bidirectional, batch_first
    )
