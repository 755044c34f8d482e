"""The contests in one framework: each model, forward and training, Bridge with its peers in turn."""

from __future__ import annotations

import importlib

from benchmarks import timing
from benchmarks.problems import SHAPES
from benchmarks.rows import CONTROL, Contest, rows_of


def contest(framework: str, quick: bool) -> Contest:
    """The rows of each model and each kind of work; one of them has a control.

    Args:
        framework: `"torch"`, `"jax"` or `"tensorflow"`; `KERAS_BACKEND` must say the same.
        quick: a second for each contest, for a first look.
    """
    arena = importlib.import_module(f"benchmarks.on_{framework}")
    effort = timing.QUICK if quick else timing.FULL
    rows = []
    for problem in SHAPES:
        contests = arena.contests(problem)
        if problem == "mlp":
            contests["training step"][CONTROL] = arena.contests(problem)["training step"][next(iter(arena.GOALS))]
        for work, contenders in contests.items():
            rows += rows_of(f"{problem}, {work}", timing.samples(contenders, effort), arena.GOALS)
    return Contest(arena.TITLE, rows)
