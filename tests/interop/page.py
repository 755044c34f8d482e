"""The page docs/conversion.md: every operation of torch's `op_db`, converted. `python -m tests.interop.page` writes it.

It says nothing of its own: a cell is what tests/interop/deviations.py says, and the tests run each of them.
"""

from __future__ import annotations

from pathlib import Path

from tests.interop.deviations import (
    DEVIATIONS,
    DEVIATIONS_BY_DTYPE,
    OPEN_GRADIENTS,
    OPEN_IN_DTYPE,
    OTHER_DTYPES,
    RANDOM,
    UNDEFINED,
    UNUSABLE,
)
from tests.interop.operations import OPERATIONS, WRONG_GRADIENT_IN_TORCH, names_in

PATH = Path(__file__).parents[2] / "docs" / "conversion.md"

HEADER = """# What of PyTorch converts

`bridge.interop.convert` takes a module's `forward` down by `torch.export`, and says each ATen operation in it in
`bridge.ops`; what has no lowering is decomposed by PyTorch. Each row is an operation of torch's own test database,
`op_db`: a cell is `yes` where three of its float32 samples, converted and compiled (`jax.jit`, `tf.function`), agree
with torch in shape, kind of dtype and values, infinities and NaN included: within 1e-3 of each number, or 1e-4, or 1e-5
of the largest of its tensor. Under *gradient* the gradients by all inputs that have one agree too. `-` stands where
torch has none, and where it has no sample: it refuses them itself, or all hold sparse tensors, of which the frameworks
have none.

A number refers to the reasons below the table. Beside `no`, the converted operation raises `ConversionError` or
`UnsupportedOpError`, for one of the samples at least, and is right for the others: the tests hold that it never answers
wrongly.

`make test` runs some of the rows, `make conformance` all the others. This page is written by
`python -m tests.interop.page`, and a test compares it with what the tests know.
"""

COLUMNS = [(framework, column) for framework in ("jax", "tensorflow") for column in ("forward", "gradient")]

_DRAWN = "The values are drawn: their shape, kind and being finite are compared, and that they follow the seed"
_UNDEFINED = "Torch leaves the values undefined: shape and kind are compared"
_NUMERICAL = (
    "Torch's own gradient is not that of its values (`torch.autograd.gradcheck`): finite differences stand for it"
)


def text() -> str:
    """The whole page."""
    reasons: dict[str, int] = {}
    rows = [_row(name, reasons) for name in sorted(OPERATIONS)]
    heads = "| operation | JAX | JAX gradient | TensorFlow | TensorFlow gradient |\n|---|---|---|---|---|"
    notes = [f"{number}. {reason}." for reason, number in reasons.items()]
    table = "\n".join([heads, *rows])
    return "\n".join([HEADER, _counted(), table, "\n## Reasons\n", *notes, _other_dtypes()]) + "\n"


_OTHERS = """
## int64, bool and bfloat16

Three samples of each dtype that torch's table has for an operation, as above; of bfloat16 the gradients too. A number
in bfloat16 may be off by 3% of itself or of the largest of its tensor, from what torch makes of the inputs in bfloat16
or in float32. JAX without x64 holds int64 in 32 bits. Which of equal numbers an operation chooses is open.
"""


def _other_dtypes() -> str:
    lines = [_OTHERS, "| dtype | operations | JAX | TensorFlow |", "|---|---|---|---|"]
    for dtype in OTHER_DTYPES:
        names = names_in(dtype)
        right = [
            str(sum((name, framework, dtype) not in DEVIATIONS_BY_DTYPE for name in names))
            for framework in ("jax", "tensorflow")
        ]
        lines.append(f"| {dtype} | {len(names)} | {' | '.join(right)} |")
    lines.append("\nWhat is not right raises:\n")
    lines += [f"- {places}: {reason}." for reason, places in _gathered().items()]
    lines.append("\nOf these only shape and kind are compared:\n")
    lines += [f"- `{name}`, {dtype}: {reason}." for (name, dtype), reason in OPEN_IN_DTYPE.items()]
    lines.append("\nOf these the gradient in bfloat16 is not compared:\n")
    lines += [f"- `{name}`: {reason}." for name, reason in OPEN_GRADIENTS.items()]
    return "\n".join(lines)


def _gathered() -> dict[str, str]:
    """The operations of each reason, with the dtypes and frameworks in which it holds."""
    found: dict[str, dict[str, set[str]]] = {}
    for (name, framework, dtype), reason in sorted(DEVIATIONS_BY_DTYPE.items()):
        if name in names_in(dtype):
            where = f"{dtype} in {'JAX' if framework == 'jax' else 'TensorFlow'}"
            found.setdefault(reason, {}).setdefault(name, set()).add(where)
    return {
        reason: "; ".join(f"`{name}` ({', '.join(sorted(places))})" for name, places in names.items())
        for reason, names in found.items()
    }


def _counted() -> str:
    usable = [name for name in OPERATIONS if name not in UNUSABLE]
    differentiable = [name for name in OPERATIONS if _has_gradient(name)]
    lines = [f"Of {len(OPERATIONS)} operations {len(usable)} have usable samples, {len(differentiable)} a gradient.\n"]
    for framework, title in (("jax", "JAX under `jit`"), ("tensorflow", "TensorFlow in a graph")):
        right, gradients = (
            sum(_reason(name, framework, column) is None for name in names)
            for names, column in ((usable, "forward"), (differentiable, "gradient"))
        )
        lines.append(
            f"- {title}: {right} of {len(usable)} right ({right / len(usable):.1%}); "
            f"gradients of {gradients} of {len(differentiable)} ({gradients / len(differentiable):.1%})."
        )
    return "\n".join(lines) + "\n"


def _has_gradient(name: str) -> bool:
    return OPERATIONS[name].supports_autograd and name not in UNUSABLE


def _reason(name: str, framework: str, column: str) -> str | None:
    """Why a cell is `no`; there is no gradient of what has no answer."""
    return DEVIATIONS.get((name, framework, column)) or DEVIATIONS.get((name, framework, "forward"))


def _row(name: str, reasons: dict[str, int]) -> str:
    cells = [_cell(name, framework, column, reasons) for framework, column in COLUMNS]
    return f"| `{name}` | {' | '.join(cells)} |"


def _cell(name: str, framework: str, column: str, reasons: dict[str, int]) -> str:
    if name in UNUSABLE or (column == "gradient" and not _has_gradient(name)):
        return "-"
    reason = _reason(name, framework, column)
    if reason is not None:
        return f"no ({reasons.setdefault(reason, len(reasons) + 1)})"
    remark = _remark(name, column)
    return f"yes ({reasons.setdefault(remark, len(reasons) + 1)})" if remark else "yes"


def _remark(name: str, column: str) -> str | None:
    if column == "gradient" and name in WRONG_GRADIENT_IN_TORCH:
        return _NUMERICAL
    return _DRAWN if name in RANDOM else _UNDEFINED if name in UNDEFINED else None


if __name__ == "__main__":
    PATH.write_text(text())
