"""Runs one section in this process and prints its tables as Markdown: Keras knows but one backend a process.

`python -m benchmarks.section torch [--quick]`; `python -m benchmarks` runs all, each in its process.
"""

from __future__ import annotations

import argparse

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


def tables(section: str, quick: bool) -> list[Table]:
    """The tables of a section; each imports what it needs and nothing else."""
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

        return conversion.tables(quick)
    if section == "layers":
        from benchmarks import layers

        return [layers.table(quick)]
    if section.startswith("layers-"):
        from benchmarks import layers_compiled

        return [layers_compiled.table(section.removeprefix("layers-"), quick)]
    from benchmarks import frameworks

    return [frameworks.table(section, quick)]


def main() -> None:
    """Prints the tables of the section that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.section")
    parser.add_argument("section", choices=SECTIONS)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    print("\n\n".join(table.markdown() for table in tables(arguments.section, arguments.quick)))


if __name__ == "__main__":
    main()
