"""Operations of higher order: branches, and what has an effect.

Regions under `torch.autocast` are gone by now: PyTorch's decompositions write them out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers


@lowers("cond")
def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], operands: Sequence[Any] = ()) -> Any:
    return ops.cond(pred, true_fn, false_fn, *operands)


@lowers("wrap_with_set_grad_enabled")
def wrap_with_set_grad_enabled(enabled: bool, wrapped_func: Callable[..., Any], *operands: Any) -> Any:
    """What a region under `torch.no_grad` answers: its graph detaches it; see `bridge.interop.capture`."""
    return wrapped_func(*operands)


@lowers("with_effects")
def with_effects(token: Any, operation: Any, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
    """Checks of values, which a graph cannot raise from."""
    if str(operation) not in EFFECTS:
        raise NotImplementedError(f"{operation} has an effect beyond its answers, which a function cannot have")
    return ops.zeros((0,)), None


EFFECTS = ("aten._linalg_check_errors.default", "aten._print.default", "aten._async_error.default")
