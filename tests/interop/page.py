"""The page docs/conversion.md: every operation of torch's `op_db`, converted. `python -m tests.interop.page` writes it.

It says nothing of its own: a cell is what tests/interop/deviations.py says, and the tests run each of them.
"""

from __future__ import annotations

from pathlib import Path

from tests.interop.deviations import DEVIATIONS, RANDOM, UNUSABLE, WITHOUT_GRADIENT
from tests.interop.operations import OPERATIONS

PATH = Path(__file__).parents[2] / "docs" / "conversion.md"

HEADER = """# What of PyTorch converts

`bridge.interop.convert` takes a module's `forward` down by `torch.export`, and says each ATen operation in it in
`bridge.ops`; what has no lowering is decomposed by PyTorch. Each row is an operation of torch's own test database,
`op_db`: a cell is `yes` where three of its float32 samples, converted and compiled (`jax.jit`, `tf.function`), agree
with torch, rtol 1e-3 and atol 1e-4, in shape, kind of dtype and values, infinities and NaN included; under *gradient*
the gradients by all inputs that have one. `-` stands where torch has none.

A number refers to the reasons below the table: there the converted operation raises an error, which the tests hold; it
never answers wrongly.

This page is written by `python -m tests.interop.page`, and a test compares it with what the tests know.
"""

COLUMNS = [(framework, column) for framework in ("jax", "tensorflow") for column in ("forward", "gradient")]


def text() -> str:
    """The whole page."""
    reasons: dict[str, int] = {}
    rows = [_row(name, reasons) for name in sorted(OPERATIONS)]
    heads = "| operation | JAX | JAX gradient | TensorFlow | TensorFlow gradient |\n|---|---|---|---|---|"
    notes = [f"{number}. {reason}." for reason, number in reasons.items()]
    return "\n".join([HEADER, _counted(), "\n".join([heads, *rows]), "\n## Reasons\n", *notes]).rstrip() + "\n"


def _counted() -> str:
    lines = []
    for framework, title in (("jax", "JAX under `jit`"), ("tensorflow", "TensorFlow in a graph")):
        right = sum(_cell(name, framework, "forward") is None for name in OPERATIONS if name not in UNUSABLE)
        differentiable = [name for name in OPERATIONS if _has_gradient(name)]
        gradients = sum(_cell(name, framework, "gradient") is None for name in differentiable)
        usable = len(OPERATIONS) - len(UNUSABLE)
        lines.append(f"- {title}: {right} of {usable} right, gradients of {gradients} of {len(differentiable)}.")
    return "\n".join(lines) + "\n"


def _has_gradient(name: str) -> bool:
    return OPERATIONS[name].supports_autograd and name not in UNUSABLE | WITHOUT_GRADIENT


def _cell(name: str, framework: str, column: str) -> str | None:
    return DEVIATIONS.get((name, framework, column))


def _row(name: str, reasons: dict[str, int]) -> str:
    cells = []
    for framework, column in COLUMNS:
        reason = _cell(name, framework, column)
        if name in UNUSABLE or (column == "gradient" and not _has_gradient(name)):
            cells.append("-")
        elif reason is not None:
            cells.append(f"no ({reasons.setdefault(reason, len(reasons) + 1)})")
        elif name in RANDOM:
            cells.append(f"yes ({reasons.setdefault(RANDOM[name], len(reasons) + 1)})")
        else:
            cells.append("yes")
    return f"| `{name}` | {' | '.join(cells)} |"


if __name__ == "__main__":
    PATH.write_text(text())
