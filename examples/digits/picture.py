"""The picture of the loss curves."""

from __future__ import annotations

from pathlib import Path

import numpy
from matplotlib.figure import Figure

STYLES = ("-", "--", ":")


def draw(curves: dict[str, list[float]], first_steps: dict[str, list[float]], path: Path) -> Path:
    """Draws the first steps, which agree, beside the whole training, and returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure(curves, first_steps).savefig(path, dpi=120)
    return path


def figure(curves: dict[str, list[float]], first_steps: dict[str, list[float]]) -> Figure:
    """Two panels: the losses of the first steps, and those of the whole training, smoothed."""
    picture = Figure(figsize=(10, 4), layout="constrained")
    left, right = picture.subplots(1, 2)
    for style, (name, losses) in zip(STYLES, first_steps.items(), strict=True):
        left.plot(losses, style, label=name, linewidth=2)
    left.set(title="The first SGD steps, dropout off: one line", xlabel="step", ylabel="cross entropy")
    for style, (name, losses) in zip(STYLES, curves.items(), strict=True):
        right.plot(_smooth(losses), style, label=name)
    right.set(title="Trained by Adam, each with its own dropout", xlabel="step", yscale="log")
    for axes in (left, right):
        axes.legend()
        axes.grid(alpha=0.3)
    return picture


def _smooth(losses: list[float], window: int = 15) -> numpy.ndarray:
    return numpy.convolve(losses, numpy.ones(window) / window, mode="valid")
