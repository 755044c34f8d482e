"""What an op of Bridge costs a torch user beyond torch's own call, in microseconds."""

from __future__ import annotations

import timeit
from collections.abc import Callable

import torch
import torch.nn.functional as F

from benchmarks.rows import verdict
from benchmarks.tables import Table
from bridge import ops

GOAL = 0.5
torch.set_num_threads(1)  # no op on so few numbers should wait for a second thread
CALLS, ROUNDS, QUICK_ROUNDS = 2000, 300, 30

_x, _y = torch.randn(4, 4), torch.randn(4, 4)
_weight, _bias = torch.randn(4, 4), torch.randn(4)

PAIRS: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    "relu(x)": (lambda: ops.relu(_x), lambda: torch.relu(_x)),
    "add(x, y)": (lambda: ops.add(_x, _y), lambda: torch.add(_x, _y)),
    "linear(x, w, b)": (lambda: ops.linear(_x, _weight, _bias), lambda: F.linear(_x, _weight, _bias)),
    "sum(x, axis=1)": (lambda: ops.sum(_x, axis=1), lambda: torch.sum(_x, dim=1)),
    "reshape(x, (2, 8))": (lambda: ops.reshape(_x, (2, 8)), lambda: torch.reshape(_x, (2, 8))),
    "maximum(x, y)": (lambda: ops.maximum(_x, _y), lambda: torch.maximum(_x, _y)),
    "concat([x, y], axis=0)": (lambda: ops.concat([_x, _y], axis=0), lambda: torch.cat([_x, _y], dim=0)),
    "layer_norm(x, (4,), w, b)": (
        lambda: ops.layer_norm(_x, (4,), _bias, _bias),
        lambda: F.layer_norm(_x, (4,), _bias, _bias),
    ),
}
"""The same call by Bridge and by torch, on tensors so small that the call itself is what takes time."""


def table(quick: bool) -> Table:
    """The cost of each op in `PAIRS`."""
    rows = []
    for name, (ours, theirs) in PAIRS.items():
        bridge, plain = _least_microseconds(ours, theirs, QUICK_ROUNDS if quick else ROUNDS)
        cost = bridge - plain
        rows.append([name, f"{bridge:.2f}", f"{plain:.2f}", f"{cost:+.2f}", verdict(round(cost, 2) <= GOAL)])
    header = ["op", "Bridge, µs", "torch, µs", "difference", f"goal: {GOAL}"]
    return Table("Dispatch, eager PyTorch on 4 by 4 tensors", header, rows)


def _least_microseconds(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The least time of one call of each: what disturbs a call only ever adds to it."""
    timers = timeit.Timer(ours), timeit.Timer(theirs)
    least = [float("inf"), float("inf")]
    for turn in range(rounds):
        for place in (0, 1) if turn % 2 else (1, 0):
            least[place] = min(least[place], timers[place].timeit(CALLS) / CALLS * 1e6)
    return least[0], least[1]
