"""Contenders in eager PyTorch: Bridge's layers, torch.nn, and Keras 3 with `KERAS_BACKEND=torch`."""

from __future__ import annotations

from collections.abc import Callable

import torch

import bridge
from benchmarks import models, models_keras
from benchmarks.problems import LEARNING_RATE, batch

TITLE = "PyTorch, eager"
GOALS = {"torch.nn": 1.05, "Keras 3": 1.0}


def contests(problem: str) -> dict[str, dict[str, Callable[[], object]]]:
    """For each kind of work, one call of each contender.

    Raises:
        AssertionError: the contenders do not compute the same, or differ in the number of weights.
    """
    inputs, labels = (torch.from_numpy(array) for array in batch(problem))
    build = {
        "bridge": lambda: models.build(problem, bridge.layers, bridge.ops),
        "torch.nn": lambda: models.build(problem, torch.nn, torch),
        "Keras 3": lambda: models_keras.build(problem),
    }
    losses = {"bridge": bridge.layers.CrossEntropyLoss(), "torch.nn": torch.nn.CrossEntropyLoss()}
    losses["Keras 3"] = _keras_loss()
    _check([make() for make in build.values()], inputs)
    return {
        "forward": {name: _forward(make(), inputs) for name, make in build.items()},
        "training step": {name: _step(make(), losses[name], inputs, labels) for name, make in build.items()},
    }


def _keras_loss() -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    loss = models_keras.loss()
    return lambda logits, labels: loss(labels, logits)


def _forward(model: torch.nn.Module, inputs: torch.Tensor) -> Callable[[], object]:
    model.eval()

    def call() -> torch.Tensor:
        with torch.no_grad():
            return model(inputs)

    return call


def _step(
    model: torch.nn.Module, loss: Callable[..., torch.Tensor], inputs: torch.Tensor, labels: torch.Tensor
) -> Callable[[], object]:
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

    def call() -> None:
        optimizer.zero_grad()
        loss(model(inputs), labels).backward()
        optimizer.step()

    return call


def _check(built: list[torch.nn.Module], inputs: torch.Tensor) -> None:
    ours, theirs, _ = (model.eval() for model in built)
    with torch.no_grad():
        torch.testing.assert_close(ours(inputs), theirs(inputs))
    counts = [sum(p.numel() for p in model.parameters() if p.requires_grad) for model in built]
    assert len(set(counts)) == 1, counts
