"""How one family of transformers is built small, and what it is given."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import torch
from transformers import PretrainedConfig

from bridge.errors import ConversionError

Inputs = dict[str, torch.Tensor]
Draw = Callable[[torch.Generator, int, int], Inputs]


@dataclasses.dataclass(frozen=True)
class Lack:
    """What a framework cannot do with a family: the error that it must fail with, and the reason."""

    error: type[Exception]
    words: str
    reason: str


LOOKS_FOR_GLOBAL = Lack(
    ConversionError,
    "data-dependent",
    "Python asks the values of the mask whether any token attends globally, and how many, and shapes tensors by it",
)


@dataclasses.dataclass(frozen=True)
class Family:
    """A family of models, with a tiny random one of it.

    Attributes:
        name: what the page and the tests call it.
        model: makes the model of a configuration.
        config: makes the configuration.
        draw: new inputs, from a generator, a batch size and a length: of a sequence, or of an image's side.
        sizes: two batch sizes with two lengths.
        fixed: why a graph cannot leave the length open; TensorFlow then leaves the batch alone open.
        lacking: frameworks that cannot run it.
        untrained: why none of them can train it.
        noisy: why a training step cannot be compared: it draws, whatever its dropout.
        dropout: whether it has dropout.
        quick: whether it is one of the few that `make test` runs.
    """

    name: str
    model: Callable[[Any], torch.nn.Module]
    config: Callable[[], PretrainedConfig]
    draw: Draw
    sizes: tuple[tuple[int, int], tuple[int, int]] = ((2, 7), (3, 12))
    fixed: str = ""
    lacking: Mapping[str, Lack] = dataclasses.field(default_factory=dict)
    untrained: Lack | None = None
    noisy: str = ""
    dropout: bool = True
    quick: bool = False

    def build(self, dropout: float = 0.0) -> torch.nn.Module:
        """A model whose weights are random, and none of them zero or one as norms and biases start."""
        torch.manual_seed(0)
        config = self.config()
        _set_dropout(config, dropout)
        module = self.model(config).eval()
        with torch.no_grad():
            for tensor in module.parameters():
                tensor.add_(0.1 * torch.randn_like(tensor))
        return module

    def inputs(self, size: tuple[int, int]) -> Inputs:
        """The keyword arguments of the forward."""
        return self.draw(torch.Generator().manual_seed(sum(size)), *size)


def _set_dropout(config: PretrainedConfig, probability: float) -> None:
    """Sets every probability of dropping; layers are never dropped: Python draws whether they are."""
    for name, value in vars(config).items():
        if isinstance(value, PretrainedConfig):
            _set_dropout(value, probability)
        elif "drop" in name and isinstance(value, int | float) and not isinstance(value, bool):
            setattr(config, name, type(value)(0.0 if "layer" in name else probability))


VOCABULARY = 60


def ids(generator: torch.Generator, *shape: int) -> torch.Tensor:
    """Token ids, without the special ones at the beginning of the vocabulary."""
    return torch.randint(5, VOCABULARY, shape, generator=generator)


def mask(batch: int, length: int, *, left: bool = False) -> torch.Tensor:
    """A padding mask: the second row is padded on the right, and the third, if `left`, on the left."""
    padding = torch.ones(batch, length, dtype=torch.int64)
    padding[1:2, -2:] = 0
    if left:
        padding[2:3, :2] = 0
    return padding


def tokens(generator: torch.Generator, batch: int, length: int) -> Inputs:
    """What an encoder takes."""
    return {"input_ids": ids(generator, batch, length), "attention_mask": mask(batch, length)}


def labelled(draw: Draw, labels: str, classes: int = VOCABULARY) -> Draw:
    """Inputs with labels: one for each `"row"`, for each `"token"`, or a `"span"`."""

    def with_labels(generator: torch.Generator, batch: int, length: int) -> Inputs:
        inputs = draw(generator, batch, length)
        shape = (batch, length) if labels == "token" else (batch,)
        if labels == "span":
            places = [torch.randint(0, length, shape, generator=generator) for _ in range(2)]
            return inputs | dict(zip(("start_positions", "end_positions"), places, strict=True))
        return inputs | {"labels": torch.randint(0, classes, shape, generator=generator)}

    return with_labels


def causal(generator: torch.Generator, batch: int, length: int) -> Inputs:
    """What a decoder takes, with the labels of the next tokens, of which padding has none."""
    inputs, padding = ids(generator, batch, length), mask(batch, length, left=True)
    return {
        "input_ids": inputs,
        "attention_mask": padding,
        "labels": torch.where(padding == 1, inputs, torch.full_like(inputs, -100)),
    }


def translation(generator: torch.Generator, batch: int, length: int) -> Inputs:
    """What an encoder with a decoder takes."""
    return {
        "input_ids": ids(generator, batch, length),
        "attention_mask": mask(batch, length),
        "labels": ids(generator, batch, length - 2),
    }


def pixels(channels: int = 3, name: str = "pixel_values") -> Draw:
    """Square images."""
    return lambda generator, batch, side: {name: torch.randn(batch, channels, side, side, generator=generator)}


def without(draw: Draw, *names: str) -> Draw:
    """Inputs without some of them."""

    def fewer(generator: torch.Generator, batch: int, length: int) -> Inputs:
        return {name: value for name, value in draw(generator, batch, length).items() if name not in names}

    return fewer


def both(*draws: Draw) -> Draw:
    """The inputs of several together."""

    def joined(generator: torch.Generator, batch: int, length: int) -> Inputs:
        parts = [draw(generator, batch, length) for draw in draws]
        return {name: value for part in parts for name, value in part.items()}

    return joined


SMALL: Mapping[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 40,
}
"""The names that most families have for their sizes."""
