"""The page docs/layers.md: every class times framework, as the tests prove it. `python -m tests.layers.page` writes it.

It says nothing of its own: a cell is what the cases and samples of the class say, and the tests run each of them.
"""

from __future__ import annotations

from pathlib import Path

import torch

from tests.layers.cases import CASES, FAMILY_OF, SAMPLES_LACKING, classes, is_torchs

PATH = Path(__file__).parents[2] / "docs" / "layers.md"

HEADER = """# Every layer in every framework

Each row is a class of `bridge.layers`. Of a class of `torch.nn`, *PyTorch* is `yes` where outputs, gradients and
buffers equal torch.nn's to the bit, in float32 and float64, in training and evaluation, and `state_dict`s load strictly
both ways; it also compiles, exports, pickles and takes hooks wherever torch.nn's class does. *JAX* and *TensorFlow* are
`yes` where outputs are within 1e-5 and the gradients by parameters and inputs within 1e-4 of PyTorch's, relative to the
largest value, and the buffers after a training step are equal; eager and compiled (`jax.jit`, `tf.function`). The
samples are those of PyTorch's own `module_db`, and cases of ours. A layer of our own is compared on PyTorch with a
reference that is not ours, and on the others with PyTorch.

A number refers to the reasons below the table; the tests hold that the layer really refuses there: `partly` for some of
its options, `no` for all.

`make test` runs some of the cases and samples of each class, `make conformance` all the others. This page is written by
`python -m tests.layers.page`, and a test compares it with what the tests know.
"""

_NAMES = {"jax": "JAX", "tensorflow": "TensorFlow"}


def text() -> str:
    """The whole page."""
    reasons: dict[str, int] = {}
    rows = [_row(name, reasons) for name in sorted(classes(), key=lambda name: (FAMILY_OF[name], name))]
    heads = "| family | class | of torch.nn | PyTorch | JAX | TensorFlow |"
    notes = [f"{number}. {reason}." for reason, number in reasons.items()]
    parts = [HEADER, _counted(), "\n".join([heads, "|---|---|---|---|---|---|", *rows])]
    return "\n".join([*parts, *(["\n## Reasons\n", "\n".join(notes)] if notes else [])]).rstrip() + "\n"


def torch_classes() -> list[str]:
    """Every module class of torch.nn."""
    found = (name for name in dir(torch.nn) if isinstance(getattr(torch.nn, name), type))
    return sorted(name for name in found if issubclass(getattr(torch.nn, name), torch.nn.Module))


def _counted() -> str:
    theirs = [name for name in torch_classes() if name == "Module" or name in classes()]
    own = [name for name in classes() if not is_torchs(name)]
    cells = {f: sum(_reasons(name, f)[1] != "no" for name in theirs if name != "Module") + 1 for f in _NAMES}
    told = ", ".join(f"{cells[framework]} run in {title}" for framework, title in _NAMES.items())
    return (
        f"{len(theirs)} of torch.nn's {len(torch_classes())} module classes (`Module` is `bridge.Layer`): {told}. "
        f"{len(own)} layers of our own.\n"
    )


def _row(name: str, reasons: dict[str, int]) -> str:
    cells = []
    for framework in _NAMES:
        found, verdict = _reasons(name, framework)
        numbers = ", ".join(str(reasons.setdefault(reason, len(reasons) + 1)) for reason in found)
        cells.append(f"{verdict} ({numbers})" if numbers else verdict)
    return f"| {FAMILY_OF[name]} | `{name}` | {'yes' if is_torchs(name) else '-'} | yes | {' | '.join(cells)} |"


def _reasons(name: str, framework: str) -> tuple[list[str], str]:
    """Why a class lacks what in a framework, and whether that is all of it."""
    cases = [case for case in CASES if case.name == name]
    lacking = [case.lacking[framework] for case in cases if framework in case.lacking]
    of_samples = [each.reason for each in SAMPLES_LACKING.get(name, ()) if framework in each.frameworks]
    verdict = "no" if len(lacking) == len(cases) else "partly" if lacking or of_samples else "yes"
    return list(dict.fromkeys([*lacking, *of_samples])), verdict


if __name__ == "__main__":
    PATH.write_text(text())
