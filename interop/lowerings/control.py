"""Operations that take functions: branches and regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bridge import ops
from bridge.frameworks import tree_map
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("cond")
def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Any] = ()) -> Any:
    return ops.cond(pred, true_fn, false_fn, *operands)


@lowers("wrap_with_set_grad_enabled")
def wrap_with_set_grad_enabled(enabled: bool, body: Callable[..., Any], *operands: Array) -> Any:
    answers = body(*operands)
    if enabled:
        return answers
    return tree_map(lambda leaf: ops.stop_gradient(leaf) if ops.is_tensor(leaf) else leaf, answers)


@lowers("wrap_with_autocast")
def wrap_with_autocast(
    device_type: str, dtype: Any, enabled: bool, cache_enabled: Any, body: Callable[..., Any], *operands: Array
) -> Any:
    return body(*operands)


@lowers("with_effects")
def with_effects(token: Any, operation: Any, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
    """Checks of values, which a graph cannot raise from."""
    if str(operation) not in EFFECTS:
        raise NotImplementedError(f"{operation} has an effect beyond its answers, which a function cannot have")
    return ops.zeros((0,)), None


EFFECTS = ("aten._linalg_check_errors.default", "aten._print.default", "aten._async_error.default")
