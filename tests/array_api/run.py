"""Runs data-apis/array-api-tests over `bridge.ops` for each framework and writes docs/array_api.md.

`python -m tests.array_api.run FOLDER`, where FOLDER holds a checkout of https://github.com/data-apis/array-api-tests
with its submodule, and the environment what its requirements.txt asks for.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.array_api.deviations import reason_for

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "array_api.md"
# What a framework has no kernels for; the suite itself leaves it out where it is told to.
LEFT_OUT = {"torch": "uint16,uint32,uint64"}
FRAMEWORKS = {"torch": "PyTorch", "jax": "JAX, with x64", "tensorflow": "TensorFlow"}

HEADER = """# The Array API's own tests

The suite [data-apis/array-api-tests](https://github.com/data-apis/array-api-tests) (commit {commit}), for version
2024.12 of the standard, run over `bridge.ops` with the arrays of each framework as they are, {examples} examples a
test. What is no op, such as the operators and methods of an array, is the framework's own. Only the shapes of
TensorFlow's arrays are given to the suite as tuples, and what ops tell of dtypes as dtypes of the framework. In PyTorch
the suite leaves out uint16, uint32 and uint64, for which PyTorch has hardly a kernel.

`python -m tests.array_api.run FOLDER` writes this page; no test of ours runs it, since the suite is no package.
"""


def main() -> None:
    """Runs what the command line asks for, and writes the page when every framework ran."""
    parser = argparse.ArgumentParser(prog="python -m tests.array_api.run", description=__doc__)
    parser.add_argument("folder", type=Path, help="a checkout of the suite")
    parser.add_argument("--framework", choices=FRAMEWORKS, help="one instead of all; then no page is written")
    parser.add_argument("--examples", type=int, default=25, help="how many hypothesis draws for each test")
    parser.add_argument("--only", default="", help="what pytest's -k takes")
    arguments = parser.parse_args()
    chosen = [arguments.framework] if arguments.framework else list(FRAMEWORKS)
    results = {name: outcomes(arguments.folder, name, arguments.examples, arguments.only) for name in chosen}
    for name, found in results.items():
        print(f"{FRAMEWORKS[name]}: {dict(collections.Counter(outcome for outcome, _ in found.values()))}")
        for test, (outcome, text) in found.items():
            if outcome in ("failed", "error"):
                print(f"  {test}: {reason_for(name, test) or 'NO REASON: ' + text}")
    if not arguments.framework:
        PAGE.write_text(page(arguments.folder, arguments.examples, results))


def outcomes(folder: Path, framework: str, examples: int, only: str) -> dict[str, tuple[str, str]]:
    """For each test of the suite what became of it, and the last line of its error."""
    module = f"exec('from tests.array_api.namespace import namespace; xp = namespace(\"{framework}\")')"
    environment = os.environ | {
        "ARRAY_API_TESTS_MODULE": module,
        "ARRAY_API_TESTS_VERSION": "2024.12",
        "ARRAY_API_TESTS_SKIP_DTYPES": LEFT_OUT.get(framework, ""),
        "PYTHONPATH": str(ROOT),
        "OMP_WAIT_POLICY": "PASSIVE",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        command = [sys.executable, "-m", "pytest", "array_api_tests", "-q", "--max-examples", str(examples)]
        command += ["--disable-deadline", "--derandomize", "-p", "no:cacheprovider", "-W", "ignore", "-k", only]
        command += ["--json-report", f"--json-report-file={report}"]
        subprocess.run(command, cwd=folder, env=environment, check=False, stdout=subprocess.DEVNULL)
        tests = json.loads(report.read_text())["tests"]
    return {test["nodeid"].removeprefix("array_api_tests/"): (test["outcome"], _last_line(test)) for test in tests}


def _last_line(test: dict) -> str:
    for phase in ("setup", "call", "teardown"):
        crash = test.get(phase, {}).get("crash")
        if crash:
            return crash["message"].strip().splitlines()[0][:160]
    return ""


def page(folder: Path, examples: int, results: dict[str, dict[str, tuple[str, str]]]) -> str:
    """The page of these results."""
    commit = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "--short=10", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    lines = [HEADER.format(commit=commit, examples=examples)]
    lines += ["| framework | passed | failed | skipped by the suite |", "|---|---|---|---|"]
    for name, found in results.items():
        counts = collections.Counter(outcome for outcome, _ in found.values())
        failed = counts["failed"] + counts["error"]
        lines.append(
            f"| {FRAMEWORKS[name]} | {counts['passed']} | {failed} | {counts['skipped'] + counts['xfailed']} |"
        )
    for name, found in results.items():
        reasons: collections.defaultdict[str, list[str]] = collections.defaultdict(list)
        for test, (outcome, _) in found.items():
            if outcome in ("failed", "error"):
                reasons[reason_for(name, test) or "Not yet looked into"].append(test)
        lines += ["", f"## {FRAMEWORKS[name]}", ""]
        for reason, tests in sorted(reasons.items(), key=lambda item: -len(item[1])):
            lines.append(f"- {reason[0].upper()}{reason[1:]}: {', '.join(_counted(tests))}.")
    return "\n".join(lines) + "\n"


def _counted(tests: list[str]) -> list[str]:
    """The names of tests, such as `test_pow[__pow__(x1, x2)]` and `test_pow[__pow__(x, s)]`, as one and a count."""
    counts = collections.Counter(re.sub(r"\[(\w+)\(.*\]$", r"[\1]", test) for test in tests)
    return [f"`{name}`" + (f" ({count} cases)" if count > 1 else "") for name, count in counts.items()]


if __name__ == "__main__":
    main()
