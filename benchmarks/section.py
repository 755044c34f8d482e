"""Runs one section in this process and prints what it finds as JSON: Keras knows but one backend a process.

`python -m benchmarks.section torch [--quick]`; `python -m benchmarks` runs all, each in its process.
"""

from __future__ import annotations

import argparse
import dataclasses
import json

from benchmarks.rows import Contest, Row
from benchmarks.tables import Table

SECTIONS = (
    "torch",
    "jax",
    "tensorflow",
    "ops-torch",
    "ops-jax",
    "ops-tensorflow",
    "layers",
    "layers-jax",
    "layers-tensorflow",
    "conversion",
    "dispatch",
    "import",
)


def results(section: str, quick: bool) -> list[Contest | Table]:
    """What a section finds; each imports what it needs and nothing else."""
    if section == "import":
        from benchmarks import imports

        return [imports.table(quick)]
    if section == "dispatch":
        from benchmarks import dispatch

        costs = dispatch.table(quick)  # before the other frameworks and their threads are here
        from benchmarks import graphs

        return [costs, graphs.table()]
    if section.startswith("ops-"):
        from benchmarks import ops

        return [ops.table(section.removeprefix("ops-"), quick)]
    if section == "conversion":
        from benchmarks import conversion

        return conversion.results(quick)
    if section == "layers":
        from benchmarks import layers

        return [layers.contest(quick)]
    if section.startswith("layers-"):
        from benchmarks import layers_compiled

        return [layers_compiled.contest(section.removeprefix("layers-"), quick)]
    from benchmarks import frameworks

    return [frameworks.contest(section, quick)]


def read(text: str) -> list[Contest | Table]:
    """What `main` has printed."""
    return [
        Table(**each) if "header" in each else Contest(each["title"], [Row(**row) for row in each["rows"]])
        for each in json.loads(text)
    ]


def main() -> None:
    """Prints what the section finds that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.section")
    parser.add_argument("section", choices=SECTIONS)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    print(json.dumps([dataclasses.asdict(each) for each in results(arguments.section, arguments.quick)]))


if __name__ == "__main__":
    main()
