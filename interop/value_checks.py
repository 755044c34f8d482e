"""Python's questions about values that a graph can pass over: checks that only raise, and looks for NaN and infinity.

`if labels.max() >= self.classes: raise ValueError(...)` asks for a value that does not exist while a forward is taken
down, and a graph could not raise. So the check is taken to have passed, and numbers to be finite; where they are not,
they stay as they are. Any other question about values is an error: see `bridge.interop.capture_errors`.
"""

from __future__ import annotations

import ast
import functools
import linecache
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import torch

_TORCH = Path(torch.__file__).parent
_SILENT = (str(_TORCH), str(Path(__file__).parent))
_CHECKING = str(_TORCH / "distributions")
"""Whose checks of parameters and samples a model's forward asks for."""
_CONSTRAINTS = str(_TORCH / "distributions" / "constraints.py")


def ask(tensor: torch.Tensor, otherwise: Any) -> Any:
    """What Python is told of a tensor's value by `bool` or `item`: `otherwise()` unless the line is such a check."""
    answer = _assumed() if tensor.dtype is torch.bool and tensor.numel() == 1 else None
    return otherwise() if answer is None else answer


def _assumed() -> bool | None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_silent(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return None
    if frame.f_code.co_filename == _CONSTRAINTS:
        return True  # it looks whether what it is asked of has the form for a closer look
    line, _, column, _ = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    statements = _statements(frame.f_code.co_filename)
    asked = [one for one in statements if one.test.lineno <= frame.f_lineno <= (one.test.end_lineno or 0)]
    return _answer(asked[-1], line, column) if asked else None


def _is_silent(filename: str) -> bool:
    return filename.startswith(_SILENT) and not filename.startswith(_CHECKING)


@functools.lru_cache(maxsize=64)
def _statements(filename: str) -> list[ast.If | ast.Assert]:
    """The `if` and `assert` of a file, outer ones first."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except SyntaxError:  # a cell with magic commands, say
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.Assert)]


def _answer(statement: ast.If | ast.Assert, line: int | None, column: int | None) -> bool | None:
    """What makes the check pass, where all terms of the condition that may have asked say the same."""
    leaves = list(_leaves(statement.test, negated=False))
    # Python gives the place of a comparison to it, and to all that follows up to the next.
    here = next((leaf for leaf, _ in leaves if (leaf.lineno, leaf.col_offset) == (line, column)), None)
    asking = [leaf for leaf in leaves if leaf[0] is here or not isinstance(leaf[0], ast.Compare)]
    passes = isinstance(statement, ast.Assert)
    answers: set[bool | None]
    if isinstance(statement, ast.Assert) or _only_raises(statement):
        answers = {passes != negated for _, negated in asking}
    elif _if_finite(statement.test) is not None:
        answers = {_if_finite(leaf) for leaf, _ in asking} - {None}
    else:
        return None
    return answers.pop() if len(answers) == 1 else None


def _leaves(test: ast.expr, negated: bool) -> Iterator[tuple[ast.expr, bool]]:
    """The terms of a condition, each with whether it is negated."""
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _leaves(value, negated)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _leaves(test.operand, not negated)
    else:
        yield test, negated


def _only_raises(statement: ast.If) -> bool:
    return not statement.orelse and isinstance(statement.body[-1], ast.Raise)


def _if_finite(test: ast.expr) -> bool | None:
    """What a condition comes to for finite numbers, as by `torch.isinf(x).any()`; `None` where that does not say."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        opposite = _if_finite(test.operand)
        return None if opposite is None else not opposite
    if isinstance(test, ast.BoolOp):
        values, decides = [_if_finite(value) for value in test.values], isinstance(test.op, ast.Or)
        return decides if decides in values else None if None in values else not decides
    names = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(test)}
    looks, asks = names & {"isfinite", "isinf", "isnan"}, names & {"all", "any"}
    if looks == {"isfinite"} and asks == {"all"}:
        return True
    return False if looks and "isfinite" not in looks and asks == {"any"} else None
