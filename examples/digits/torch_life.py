"""First life: the model trains in Lightning."""

from __future__ import annotations

import functools
import warnings

import lightning
import numpy
import torch
from torch.utils.data import DataLoader

from bridge import layers as nn
from bridge.interop.lightning import LitModule

Batches = list[tuple[numpy.ndarray, numpy.ndarray]]


class _Losses(lightning.Callback):
    """Keeps the training loss of every step, for the picture."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_index) -> None:
        self.values.append(float(outputs["loss"]))


def train(model: torch.nn.Module, batches: Batches, learning_rate: float) -> list[float]:
    """Trains `model` in place and returns the loss of every step."""
    losses = _Losses()
    trainer = lightning.Trainer(
        max_epochs=1,
        accelerator="cpu",
        callbacks=[losses],
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
    )
    module = LitModule(
        model, loss=nn.CrossEntropyLoss(), optimizer=functools.partial(torch.optim.Adam, lr=learning_rate)
    )
    ready = [(torch.from_numpy(images), torch.from_numpy(labels)) for images, labels in batches]
    warnings.filterwarnings("ignore", message=r".*(have no `val_dataloader`|does not have many workers)")
    trainer.fit(module, DataLoader(ready, batch_size=None))
    return losses.values


def first_steps(model: torch.nn.Module, batches: Batches, learning_rate: float) -> list[float]:
    """The losses of plain SGD steps; `model` moves."""
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    losses = []
    for images, labels in batches:
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(torch.from_numpy(images)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


def logits(model: torch.nn.Module, images: numpy.ndarray) -> numpy.ndarray:
    """What the model answers in eval mode."""
    with torch.no_grad():
        return model.eval()(torch.from_numpy(images)).numpy()
