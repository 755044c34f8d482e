"""The page docs/transformers.md: what a sweep of test_transformers.py found.

`BRIDGE_SWEEP=1 python -m pytest tests/interop/test_transformers.py` records, `python -m tests.interop.transformers_page`
writes the page.
"""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import Any

from tests.interop.huggingface import FAMILIES
from tests.interop.huggingface.family import Family

PATH = Path(__file__).parents[2] / "docs" / "transformers.md"
_RECORD = Path(__file__).with_name("transformers.json")

HEADER = """# Hugging Face transformers in every framework

Each row is a family of `transformers`, as a tiny model with random weights, converted as it is by
`bridge.interop.jax.functionalize` and `bridge.interop.tf.as_module`. *Evaluation* is the largest difference from the
model itself in PyTorch, over every tensor of its answer and two batch sizes and lengths (or image sizes), with padding
masks where it takes them, relative to the largest value of the tensor; under `jax.jit`, and in one `tf.function` that
leaves these axes open. *Training* is the largest difference in one step, of the loss, of a gradient relative to the
model's largest, or of a running statistic. The tests allow 1e-4 and 1e-3, and a value that is not finite fails; dropout
is off where values are compared, and another test holds that it follows the seed.
*Capture* is the processor seconds for one graph of a mode, the longest of those taken, on a machine with two busy cores.

This page is written by `python -m tests.interop.transformers_page` from what a sweep of the tests has recorded.
"""


def record(name: str, framework: str, **found: float) -> None:
    """Keeps what a test has found, whichever process it runs in."""
    with open(_RECORD, "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        kept = json.loads(file.read() or "{}")
        kept.setdefault(name, {})[framework] = {key: float(f"{value:.2g}") for key, value in found.items()}
        file.truncate(0)
        file.write(json.dumps(kept, indent=1, sort_keys=True) + "\n")


def results() -> dict[str, Any]:
    """What the last sweep found: by family, framework and measure."""
    return json.loads(_RECORD.read_text()) if _RECORD.exists() else {}


def text() -> str:
    """The whole page."""
    found = results()
    heads = "| family | model | JAX: evaluation | training | TensorFlow: evaluation | training | capture |"
    rows = [
        _row(family, found.get(name, {})) for name, family in sorted(FAMILIES.items(), key=lambda one: one[0].lower())
    ]
    notes = [
        f"- {name}, {_TITLES[framework]}: {lack.reason}."
        for name, family in FAMILIES.items()
        for framework, lack in family.lacking.items()
    ] + [f"- {name}, TensorFlow, sizes not open: {family.fixed}." for name, family in FAMILIES.items() if family.fixed]
    counted = f"{len(FAMILIES)} families.\n"
    parts = [HEADER, counted, "\n".join([heads, "|---|---|---|---|---|---|---|", *rows])]
    return "\n".join([*parts, *(["\n## What is lacking\n", "\n".join(notes)] if notes else [])]).rstrip() + "\n"


_TITLES = {"jax": "JAX", "tensorflow": "TensorFlow"}


def _row(family: Family, found: dict[str, Any]) -> str:
    cells = []
    for framework in _TITLES:
        one = found.get(framework)
        cells += (
            [f"{one['eval']:.0e}", f"{one['gradient']:.0e}"]
            if one
            else ["no", "no"]
            if framework in family.lacking
            else ["", ""]
        )
    seconds = max((one["seconds"] for one in found.values()), default=None)
    cells.append("" if seconds is None else f"{seconds:.1f} s")
    return f"| {family.name} | `{getattr(family.model, '__name__', '')}` | {' | '.join(cells)} |"


if __name__ == "__main__":
    PATH.write_text(text())
