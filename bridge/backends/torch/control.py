"""Overrides of `bridge.ops.control` for PyTorch: in a compiled program its own branches and loops."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.compiler import is_compiling

from bridge.frameworks import tree_map


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], *operands: Any) -> Any:
    if isinstance(pred, torch.Tensor) and is_compiling():
        return torch.cond(pred, _fresh(true_fn), _fresh(false_fn), operands)
    return true_fn(*operands) if pred else false_fn(*operands)


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    if not isinstance(index, torch.Tensor) or not is_compiling():
        return branches[min(max(int(index), 0), len(branches) - 1)](*operands)
    if len(branches) == 1:
        return branches[0](*operands)
    rest = branches[1:]
    return cond(index <= 0, branches[0], lambda *given: switch(index - 1, rest, *given), *operands)


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    several = isinstance(loop_vars, tuple | list)
    variables = tuple(loop_vars) if several else (loop_vars,)
    if is_compiling():
        variables = _compiled_loop(cond, body, variables, maximum_iterations, several)
    else:
        count = 0
        while (maximum_iterations is None or count < maximum_iterations) and cond(*variables):
            answer = body(*variables)
            variables = tuple(answer) if several else (answer,)
            count += 1
    return type(loop_vars)(variables) if several else variables[0]


def _compiled_loop(
    cond: Callable[..., Any], body: Callable[..., Any], variables: tuple[Any, ...], most: int | None, several: bool
) -> tuple[Any, ...]:
    def goes_on(count: torch.Tensor, *variables: Any) -> Any:
        more = cond(*variables)
        return more if most is None else more & (count < most)

    def step(count: torch.Tensor, *variables: Any) -> tuple[Any, ...]:
        answer = _fresh(body)(*variables)
        return count + 1, *(answer if several else (answer,))

    tensors = tree_map(lambda leaf: leaf if isinstance(leaf, torch.Tensor) else torch.tensor(leaf), variables)
    _, *done = torch.while_loop(goes_on, step, (torch.tensor(0), *tensors))
    return tuple(done)


def _fresh(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` with an answer that shares no memory with its arguments, which compiled control flow forbids."""
    return lambda *given: tree_map(
        lambda leaf: leaf.clone() if isinstance(leaf, torch.Tensor) else leaf, function(*given)
    )
