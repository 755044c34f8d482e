"""What `import bridge` takes beside `import torch`, which it contains."""

from __future__ import annotations

import statistics
import subprocess
import sys

from benchmarks.rows import verdict
from benchmarks.tables import Table

GOAL = 1.15
ROUNDS, QUICK_ROUNDS = 12, 3


def table(quick: bool) -> Table:
    """Medians of imports in fresh processes, the two in turn."""
    seconds: dict[str, list[float]] = {"torch": [], "bridge": []}
    for turn in range(1 + (QUICK_ROUNDS if quick else ROUNDS)):
        for name in sorted(seconds, reverse=bool(turn % 2)):
            taken = _seconds_to_import(name)
            if turn:  # the first only brings the files into memory
                seconds[name].append(taken)
    bridge, torch = (statistics.median(seconds[name]) for name in ("bridge", "torch"))
    ratio = bridge / torch
    row = [f"{bridge:.2f}", f"{torch:.2f}", f"{ratio:.2f}", f"{GOAL}", verdict(round(ratio, 2) <= GOAL)]
    return Table("Import", ["import bridge, s", "import torch, s", "ratio", "goal", ""], [row])


def _seconds_to_import(name: str) -> float:
    program = f"import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout)
