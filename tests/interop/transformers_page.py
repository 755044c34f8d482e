"""The page docs/transformers.md: each family of tests/interop/huggingface, converted, beside the model itself.

`python -m tests.interop.transformers_page` runs them all, which takes hours, and writes the page; with names of
families it runs these alone, and leaves what the page says of the others.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import jax

import tests.conftest  # noqa: F401  # XLA compiles as in the tests
from tests.interop.huggingface import FAMILIES
from tests.interop.huggingface.family import Family
from tests.interop.transformers_checks import evaluated, trained

PATH = Path(__file__).parents[2] / "docs" / "transformers.md"

HEADER = """# Hugging Face transformers in every framework

Each row is a family of `transformers`, as a tiny model with random weights that `bridge.interop.jax.functionalize` and
`bridge.interop.tf.as_module` convert as it is. *Evaluation* is the largest difference from the model itself in PyTorch,
over every tensor of its answer, at two batch sizes and lengths (or sides of images), with padding masks where it takes
them, relative to the largest value of the tensor: under `jax.jit`, and in one `tf.function` that leaves these axes
open. *Training* is the largest difference in one step: of the loss, of a gradient relative to the model's largest, of a
running statistic. *Capture* is the processor time that one graph of the forward takes, the longest of those taken.

The tests allow 1e-4 in evaluation and 1e-3 in training, and refuse what is not finite. Dropout is off where values are
compared; another test holds that it follows the seed. `no` stands where a framework cannot, for the reasons below the
table, and the tests hold that there is an error; `-` where the page has not been written anew since the family came to
the tests. It is written by `python -m tests.interop.transformers_page`.
"""

_TITLES = {"jax": "JAX", "tensorflow": "TensorFlow"}
_HEADS = "| family | model | JAX: evaluation | training | TensorFlow: evaluation | training | capture |"

Found = Mapping[str, tuple[float, float | None, float]]
"""By framework: the differences in evaluation and, where it trains, in training, and the seconds of a capture."""


def text(rows: Mapping[str, str]) -> str:
    """The whole page, with the rows of the families that have been run."""
    names = sorted(FAMILIES, key=str.lower)
    notes = [
        f"- {name}, {_TITLES[framework]}: {lack.reason}."
        for name in names
        for framework, lack in FAMILIES[name].lacking.items()
    ]
    notes += [f"- {name}, training: {lack.reason}." for name in names if (lack := FAMILIES[name].untrained)]
    notes += [f"- {name}, training beside torch: {FAMILIES[name].noisy}." for name in names if FAMILIES[name].noisy]
    notes += [
        f"- {name}, a length left open in TensorFlow: {FAMILIES[name].fixed}." for name in names if FAMILIES[name].fixed
    ]
    table = [_HEADS, "|---|---|---|---|---|---|---|", *(rows.get(name) or row(FAMILIES[name], None) for name in names)]
    return "\n".join([HEADER, f"{len(names)} families.\n", *table, "\n## What is lacking\n", *notes]) + "\n"


def rows() -> dict[str, str]:
    """The rows of the page as it stands, by family."""
    lines = PATH.read_text().splitlines() if PATH.exists() else []
    table = [line for line in lines if line.startswith("| ") and line != _HEADS]
    return {line.split(" | ")[0].removeprefix("| "): line for line in table}


def row(family: Family, found: Found | None) -> str:
    """What a run has found, as a row; `None` where there was none."""
    cells = []
    for framework in _TITLES:
        if framework in family.lacking:
            cells += ["no", "no"]
        else:
            values = found[framework][:2] if found else ()
            cells += ["no" if value is None else f"{value:.0e}" for value in values] or ["-", "-"]
    seconds = [one[2] for one in found.values()] if found else []
    cells.append(f"{max(seconds):.1f} s" if seconds else "-")
    return f"| {family.name} | `{family.model.__name__}` | {' | '.join(cells)} |"


def run(family: Family) -> Found:
    """Runs a family in each framework that can."""
    found = {}
    for framework in _TITLES:
        if framework not in family.lacking:
            differs, seconds = evaluated(family, framework)
            compared = not (family.untrained or family.noisy)
            found[framework] = differs, trained(family, framework) if compared else None, seconds
    return found


if __name__ == "__main__":
    written = rows()
    for name in sys.argv[1:] or FAMILIES:
        written[name] = row(FAMILIES[name], run(FAMILIES[name]))
        print(written[name], flush=True)
        jax.clear_caches()
    PATH.write_text(text(written))
