"""How contenders are timed: in turn, in one process, and compared by ratios."""

from __future__ import annotations

import dataclasses
import gc
import random
import time
from collections.abc import Callable, Mapping


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long one contest runs: at least `rounds` rounds, and then up to `seconds`."""

    seconds: float
    rounds: int = 15
    warm_up: int = 5
    most: int = 2000


QUICK = Effort(seconds=1.0, rounds=7, warm_up=3)
FULL = Effort(seconds=3.0)
LAYER = Effort(seconds=1.5)


def samples(contenders: Mapping[str, Callable[[], object]], effort: Effort) -> dict[str, list[float]]:
    """The seconds of each contender's calls, one a round.

    They take turns, so that whatever else the machine does falls on all alike; in another order each round, so that
    none always runs in the wake of the same neighbour and its caches.
    """
    for _ in range(effort.warm_up):
        for call in contenders.values():
            call()
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    order, shuffle = list(contenders.items()), random.Random(0).shuffle
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        for done in range(effort.most):
            if done >= effort.rounds and time.perf_counter() - start > effort.seconds:
                break
            for name, call in order:
                taken[name].append(_seconds_of(call))
            shuffle(order)
    finally:
        if collecting:
            gc.enable()
    return taken


def _seconds_of(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
