"""`python -m benchmarks`: every section in processes of its own, printed, and written to README.md if asked."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys

from benchmarks import tables
from benchmarks.rows import Contest, merged
from benchmarks.section import SECTIONS, read
from benchmarks.tables import Table

PROCESSES = 5
"""So many run a contest, in turn: where one process has what in memory moves a ratio by some hundredths."""

PACKAGES = ("torch", "jax", "flax", "optax", "tensorflow-cpu", "keras", "numpy")


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Bridge timed beside its peers.")
    parser.add_argument("--only", choices=SECTIONS, help="one section instead of all")
    parser.add_argument("--quick", action="store_true", help="a first look in two minutes; the figures are rough")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    arguments = parser.parse_args()
    for section in [arguments.only] if arguments.only else SECTIONS:
        text = _tables(section, arguments.quick)
        print(text, end="\n\n", flush=True)
        if arguments.write:
            tables.write(section, text)
    if arguments.write:
        tables.write("machine", _machine())


def _tables(section: str, quick: bool) -> str:
    """The tables of one section; its contests are run again, unless it is to be quick."""
    first = _run(section, quick)
    is_contest = any(isinstance(each, Contest) for each in first)
    runs = [first, *(_run(section, quick) for _ in range(PROCESSES - 1) if is_contest and not quick)]
    found = [merged(same).table() if isinstance(same[0], Contest) else same[0] for same in zip(*runs, strict=True)]
    return "\n\n".join(table.markdown() for table in found)


def _run(section: str, quick: bool) -> list[Contest | Table]:
    """What one section finds in a process that has Keras on that framework and idle threads that sleep."""
    environment = {"OMP_WAIT_POLICY": "PASSIVE", "TF_CPP_MIN_LOG_LEVEL": "2"} | os.environ
    framework = section.removeprefix("ops-").removeprefix("layers-")
    if framework in ("torch", "jax", "tensorflow"):
        environment["KERAS_BACKEND"] = framework
    command = [sys.executable, "-m", "benchmarks.section", section, *(["--quick"] if quick else [])]
    return read(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _machine() -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    processor = f"{os.cpu_count()}-core {platform.machine().replace('_', '-')} CPU"
    return f"A {processor}; Python {platform.python_version()}, {versions}."


if __name__ == "__main__":
    main()
