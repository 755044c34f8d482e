"""Overrides of `bridge.ops.transforms` for JAX."""

import functools
from collections.abc import Callable
from typing import Any

import jax

from bridge.backends.jax.random import KeyStream
from bridge.running import running, running_in

grad = jax.grad
value_and_grad = jax.value_and_grad
jacobian = jax.jacrev
vjp = jax.vjp


def vmap(
    function: Callable[..., Any], in_axes: int | tuple[Any, ...] = 0, out_axes: int | tuple[Any, ...] = 0
) -> Callable[..., Any]:
    mapped = jax.vmap(function, in_axes, out_axes)
    return lambda *args: mapped(*args)  # JAX would map over named arguments too, torch refuses them


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        stream = running.random
        key = None if stream is None else stream.next_key()

        @jax.checkpoint
        def again(key: Any, args: Any, kwargs: Any) -> Any:
            with running_in(running.framework, None if key is None else KeyStream(key)):
                return function(*args, **kwargs)

        return again(key, args, kwargs)

    return run


def compile(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.partial(jax.jit, static_argnums=0)
    def of_arrays(fixed: tuple[Any, Any], arrays: list[jax.Array]) -> Any:
        structure, values = fixed
        remaining = iter(arrays)
        filled = [next(remaining) if value is _ARRAY else value for value in values]
        args, kwargs = jax.tree.unflatten(structure, filled)
        return function(*args, **kwargs)

    def run(*args: Any, **kwargs: Any) -> Any:
        given, structure = jax.tree.flatten((args, kwargs))
        arrays = [leaf for leaf in given if hasattr(leaf, "dtype")]
        values = tuple(_ARRAY if hasattr(leaf, "dtype") else leaf for leaf in given)
        return of_arrays((structure, values), arrays)

    return run


_ARRAY = object()
"""Stands for an array among values that are fixed."""


def jvp(
    function: Callable[..., Any],
    primals: tuple[jax.Array, ...],
    tangents: tuple[jax.Array, ...],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    return jax.jvp(function, tuple(primals), tuple(tangents), has_aux=has_aux)


def custom_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    @jax.custom_gradient
    def run(*args: Any) -> tuple[Any, Callable[..., Any]]:
        answer, gradient = function(*args)
        return answer, lambda upstream: gradient(*(upstream if isinstance(upstream, tuple | list) else (upstream,)))

    return run
