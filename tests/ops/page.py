"""The page docs/ops.md: every public op times framework, as the tests prove it. `python -m tests.ops.page` writes it.

It says nothing of its own: a cell is what the cases of the op say, and the tests run each case in each cell.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from tests.ops.groups import CASES, GENERATED, GROUP_OF, NOT_DIFFERENTIABLE, public_names, resolve

PATH = Path(__file__).parents[2] / "docs" / "ops.md"

COLUMNS = [
    *(
        (framework, column)
        for framework in ("torch", "jax", "tensorflow")
        for column in ("eager", "compiled", "gradient")
    ),
    ("numpy", "eager"),
]

HEADER = """# What every op does where

Each row is a public op of `bridge.ops`, each cell what the tests hold for it: `yes` where every case of the op, run
there, agrees with NumPy, SciPy or PyTorch in values, shapes and dtypes. *compiled* is `torch.compile(fullgraph=True)`,
`jax.jit` and `tf.function`. *gradient*: PyTorch's is checked by finite differences, the others' against PyTorch's; `-`
stands where there is none to ask for: the answer is bool or whole, or no function of the values of tensors.
*generated*: inputs of many shapes and dtypes that hypothesis draws, in every framework. NumPy arrays ride on PyTorch.

A number refers to the reasons below the table; the tests hold that the op really fails there: `partly` for some of its
options, `no` for all.

`make test` runs some of the cases of each cell, `make conformance` all the others, and many more generated inputs.
This page is written by `python -m tests.ops.page`, and a test compares it with what the tests know.
"""


def text() -> str:
    """The whole page."""
    reasons: dict[str, int] = {}
    rows = [_row(name, names, reasons) for name, names in sorted(_same_objects().items(), key=_by_group)]
    heads = [f"{_SHORT[framework]} {column}" for framework, column in COLUMNS]
    table = [f"| {' | '.join(['group', 'op', *heads, 'generated'])} |", "|" + "---|" * (len(COLUMNS) + 3), *rows]
    notes = [f"{number}. {reason}." for reason, number in reasons.items()]
    counted = f"{len(rows)} ops under {len(public_names())} names, {sum(map(len, CASES.values()))} cases.\n"
    parts = [HEADER, counted, "\n".join(table), "\n## Reasons\n" if notes else "", "\n".join(notes)]
    return "\n".join(part for part in parts if part).rstrip() + "\n"


_SHORT = {"torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow", "numpy": "NumPy"}


def _same_objects() -> dict[str, list[str]]:
    """The name under which an op has its cases, and all its names."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    for name in public_names():
        names[id(resolve(name))].append(name)
    return {next((name for name in each if name in CASES), each[0]): each for each in names.values()}


def _by_group(item: tuple[str, list[str]]) -> tuple[str, str]:
    return GROUP_OF.get(item[0], ""), item[0]


def _row(name: str, names: list[str], reasons: dict[str, int]) -> str:
    aliases = [alias for alias in names if alias != name]
    title = f"`{name}`" + (f" ({', '.join(f'`{alias}`' for alias in aliases)})" if aliases else "")
    cells = [_cell(name, framework, column, reasons) for framework, column in COLUMNS]
    return f"| {' | '.join([GROUP_OF[name], title, *cells, 'yes' if name in GENERATED else '-'])} |"


def _cell(name: str, framework: str, column: str, reasons: dict[str, int]) -> str:
    examples = CASES[name]
    if column == "gradient":
        examples = [] if name in NOT_DIFFERENTIABLE else [example for example in examples if example.gradient]
    if not examples:
        return "-"
    found = [example.reason_to_lack(framework, column) for example in examples]
    lacking = dict.fromkeys(reason for reason in found if reason is not None)
    if not lacking:
        return "yes"
    numbers = ", ".join(str(reasons.setdefault(reason, len(reasons) + 1)) for reason in lacking)
    return f"{'no' if None not in found else 'partly'} ({numbers})"


if __name__ == "__main__":
    PATH.write_text(text())
