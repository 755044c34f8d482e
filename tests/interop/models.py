"""The models of these tests, written once: of `torch.nn` they are the reference, of `bridge.layers` what is tested."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import torch

from bridge import layers


def mlp(nn: Any) -> torch.nn.Module:
    return nn.Sequential(nn.Linear(6, 16), nn.GELU(), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 3))


def cnn(nn: Any, dropout: float = 0.0) -> torch.nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.GELU(),
        nn.Conv2d(4, 8, 3, stride=2),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(8, 3),
    )


class Transformer(torch.nn.Module):
    def __init__(self, nn: Any) -> None:
        super().__init__()
        self.embedding = nn.Embedding(11, 8, padding_idx=0)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.first_norm = nn.LayerNorm(8)
        self.feed_forward = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.last_norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 3)

    def forward(self, ids: Any) -> Any:
        hidden = self.embedding(ids)
        hidden = self.first_norm(hidden + self.attention(hidden, hidden, hidden, need_weights=False)[0])
        hidden = self.last_norm(hidden + self.feed_forward(hidden))
        return self.head(hidden[:, 0])


class Recurrent(torch.nn.Module):
    def __init__(self, nn: Any) -> None:
        super().__init__()
        self.lstm = nn.LSTM(6, 5, num_layers=2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(10, 3)

    def forward(self, sequence: Any) -> Any:
        return self.head(self.lstm(sequence)[0][:, -1])


@dataclasses.dataclass(frozen=True)
class Model:
    """How a model is made from a namespace of layers, and the shape of one input."""

    make: Callable[[Any], torch.nn.Module]
    shape: tuple[int, ...]
    dtype: torch.dtype = torch.float32

    def pair(self) -> tuple[torch.nn.Module, torch.nn.Module]:
        """The model of `torch.nn` and the model of `bridge.layers`, with the same weights."""
        reference, tested = self.make(torch.nn), self.make(layers)
        with torch.no_grad():
            for tensor in reference.parameters():  # so that none is zero or one, as norms and biases start
                tensor.add_(0.1 * torch.randn_like(tensor))
        tested.load_state_dict(reference.state_dict())
        return reference, tested

    def inputs(self, batch: int = 4, seed: int = 1) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        if self.dtype.is_floating_point:
            return torch.randn(batch, *self.shape, generator=generator)
        return torch.randint(11, (batch, *self.shape), generator=generator)

    def labels(self, batch: int = 4, seed: int = 1) -> torch.Tensor:
        return torch.randint(3, (batch,), generator=torch.Generator().manual_seed(seed))


MODELS = {
    "mlp": Model(mlp, (6,)),
    "cnn": Model(cnn, (1, 8, 8)),
    "transformer": Model(Transformer, (5,), torch.int64),
    "lstm": Model(Recurrent, (5, 6)),
}
