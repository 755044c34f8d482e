"""One model.py, four lives: trained in Lightning, in JAX and in TensorFlow, and exported three ways.

Run it with `make demo`. It writes the exported files and a picture of the loss curves to the folder given.
"""

from __future__ import annotations

import argparse
import copy
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy
import optax
import rich
import rich.table
import torch

import bridge
from bridge.interop import jax as bridge_jax
from bridge.interop import tf as bridge_tf
from examples.digits import jax_life, tf_life, torch_life
from examples.digits.data import Digits, batches, digits
from examples.digits.model import DigitClassifier
from examples.digits.picture import draw

BATCH_SIZE, EPOCHS, LEARNING_RATE, FIRST_STEPS = 32, 12, 2e-3, 20


class Life(NamedTuple):
    """A row of the table: the accuracy on held-out digits, and how far the logits are from torch's."""

    name: str
    accuracy: float
    largest_difference: float
    seconds: float


def main() -> None:
    """Runs all four lives and prints the table."""
    parser = argparse.ArgumentParser(description="One model.py, four lives.")
    parser.add_argument("--out", type=Path, default=Path("out"), help="where files and the picture go")
    folder = parser.parse_args().out
    # Deprecated names that torch and Lightning use themselves, and the fork of OpenVINO's telemetry.
    warnings.filterwarnings("ignore", message=r".*LeafSpec|os\.fork\(\) was called")
    data = digits()
    torch.manual_seed(0)
    model = DigitClassifier()
    agreement = compare_first_steps(model, batches(data, BATCH_SIZE, 1)[:FIRST_STEPS])
    lives, curves = train_everywhere(model, data)
    lives += export_everywhere(model, data, folder)
    picture = draw(curves, agreement, folder / "loss_curves.png")
    rich.print(table_of(lives))
    rich.print(f"The picture of the loss curves is {picture}.")


def compare_first_steps(
    model: torch.nn.Module, steps: list[tuple[numpy.ndarray, numpy.ndarray]]
) -> dict[str, list[float]]:
    """The losses of the first SGD steps in each framework: same weights, same batches, dropout off."""
    model = copy.deepcopy(model)
    model.dropout.p = 0.0
    losses = {
        "JAX": jax_life.train(model, steps, optax.sgd(0.05))[0],
        "TensorFlow": tf_life.train(model, steps, tf_life.SGD, 0.05)[0],
        "PyTorch": torch_life.first_steps(model, steps, 0.05),  # last, since it moves the model
    }
    for name in ("JAX", "TensorFlow"):
        difference = float(numpy.abs(numpy.subtract(losses[name], losses["PyTorch"])).max())
        rich.print(f"The losses of {len(steps)} steps in {name} differ from PyTorch's by at most {difference:.1e}.")
        if not difference < 1e-4:
            raise SystemExit(f"{name} does not follow PyTorch")
    return losses


def train_everywhere(model: torch.nn.Module, data: Digits) -> tuple[list[Life], dict[str, list[float]]]:
    """Trains from the same weights on the same batches in three frameworks; `model` ends as Lightning trained it."""
    steps = batches(data, BATCH_SIZE, EPOCHS)
    start = copy.deepcopy(model)
    curves, lives = {}, []

    started = time.perf_counter()
    curves["PyTorch, Lightning"] = torch_life.train(model, steps, LEARNING_RATE)
    logits = torch_life.logits(model, data.test_images)
    lives.append(Life("PyTorch, trained in Lightning", accuracy(logits, data), 0.0, time.perf_counter() - started))

    started = time.perf_counter()
    curves["JAX, optax"], params, buffers = jax_life.train(start, steps, optax.adam(LEARNING_RATE))
    logits = jax_life.logits(start, params, buffers, data.test_images)
    seconds = time.perf_counter() - started
    returned = copy.deepcopy(start)
    bridge_jax.load(returned, params, buffers)
    lives.append(life("JAX, trained by optax", logits, returned, data, seconds))

    started = time.perf_counter()
    curves["TensorFlow, GradientTape"], module = tf_life.train(start, steps, tf_life.Adam, LEARNING_RATE)
    logits = tf_life.logits(module, data.test_images)
    seconds = time.perf_counter() - started
    bridge_tf.load(returned, module)
    lives.append(life("TensorFlow, trained by GradientTape", logits, returned, data, seconds))
    return lives, curves


def export_everywhere(model: torch.nn.Module, data: Digits, folder: Path) -> list[Life]:
    """Exports the model that Lightning trained, and asks each file for the held-out digits."""
    inputs = [bridge.InputSpec(("batch", 1, 8, 8), "float32", "images")]
    reports = [
        bridge.export.saved_model(model, folder / "digits" / "1", inputs, overwrite=True),
        bridge.export.openvino(model, folder / "digits.xml", inputs, overwrite=True),
        bridge.export.safetensors(model, folder / "digits.safetensors", inputs, overwrite=True),
    ]
    lives = []
    for report in reports:
        rich.print(str(report))
        if report.format == "safetensors":
            fresh = bridge.export.load(report.path, DigitClassifier())
            logits = torch_life.logits(fresh, data.test_images)
        else:
            logits = bridge.export.load(report.path)(data.test_images)
        lives.append(life(f"{report.format}, served from its file", logits, model, data, report.seconds))
    return lives


def life(name: str, logits: numpy.ndarray, model: torch.nn.Module, data: Digits, seconds: float) -> Life:
    """A row for logits that torch gives for the same weights too."""
    difference = float(numpy.abs(logits - torch_life.logits(model, data.test_images)).max())
    return Life(name, accuracy(logits, data), difference, seconds)


def accuracy(logits: numpy.ndarray, data: Digits) -> float:
    """The share of held-out digits that the logits get right."""
    return float((logits.argmax(-1) == data.test_labels).mean())


def table_of(lives: list[Life]) -> rich.table.Table:
    """The table that the demonstration prints."""
    table = rich.table.Table("life", title="One model.py, four lives")
    for heading in ("test accuracy", "largest difference from torch", "seconds"):
        table.add_column(heading, justify="right")
    for row in lives:
        table.add_row(row.name, f"{row.accuracy:.4f}", f"{row.largest_difference:.1e}", f"{row.seconds:.1f}")
    return table


if __name__ == "__main__":
    main()
