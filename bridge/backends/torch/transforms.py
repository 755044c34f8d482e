"""Overrides of `bridge.ops.transforms` for PyTorch."""

from collections.abc import Callable
from typing import Any

import torch
from torch.compiler import is_dynamo_compiling

from bridge.frameworks import tree_map

grad = torch.func.grad
jacobian = torch.func.jacrev


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    swapped = torch.func.grad_and_value(function, argnums, has_aux)

    def run(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        gradient, value = swapped(*args, **kwargs)
        return value, gradient

    return run


def vmap(
    function: Callable[..., Any], in_axes: int | tuple[Any, ...] = 0, out_axes: int | tuple[Any, ...] = 0
) -> Callable[..., Any]:
    return torch.func.vmap(function, in_axes, out_axes, randomness="same")


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    import torch.utils.checkpoint

    def run(*args: Any, **kwargs: Any) -> Any:
        if torch._C._functorch.peek_interpreter_stack() is not None:
            return function(*args, **kwargs)  # torch.func refuses the hooks that running again needs
        return torch.utils.checkpoint.checkpoint(function, *args, use_reentrant=False, **kwargs)

    return run


def compile(function: Callable[..., Any]) -> Callable[..., Any]:
    return function if is_dynamo_compiling() else torch.compile(function)


def vjp(function: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    value, pull, *aux = torch.func.vjp(function, *primals, has_aux=has_aux)

    def gradients(cotangent: Any) -> tuple[Any, ...]:
        found = pull(cotangent)
        return found if len(primals) > 1 else (found,) if not isinstance(found, tuple) else found

    return value, gradients, *aux


def jvp(
    function: Callable[..., Any],
    primals: tuple[torch.Tensor, ...],
    tangents: tuple[torch.Tensor, ...],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    return torch.func.jvp(function, tuple(primals), tuple(tangents), has_aux=has_aux)


def custom_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: _CustomGradient.apply(function, *args)


class _CustomGradient(torch.autograd.Function):
    """Runs a function forward, and the one that comes with its answer backward."""

    generate_vmap_rule = True

    @staticmethod
    def forward(function: Callable[..., Any], *args: torch.Tensor) -> Any:
        answer, _ = function(*args)
        return tree_map(lambda leaf: leaf.view_as(leaf), answer)  # an input that comes out as it is can't be saved

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.function, *args = inputs
        ctx.save_for_backward(*args)

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> Any:
        # Run again on the inputs as they are recorded: a second derivative finds its way through them.
        _, gradient = ctx.function(*ctx.saved_tensors)
        found = gradient(*upstream)
        return None, *(found if isinstance(found, tuple | list) else (found,))
