"""Overrides of `bridge.ops.control` for JAX."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from bridge.backends.jax.random import KeyStream
from bridge.running import running, running_in


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], *operands: Any) -> Any:
    if isinstance(pred, bool):
        return true_fn(*operands) if pred else false_fn(*operands)
    return jax.lax.cond(pred, true_fn, false_fn, *operands)


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    return jax.lax.switch(index, branches, *operands)


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    several = isinstance(loop_vars, tuple | list)
    key = _key()

    def goes_on(state: tuple[Any, Any]) -> Any:
        count, variables = state
        more = cond(*variables)
        return more if maximum_iterations is None else jnp.logical_and(more, count < maximum_iterations)

    def step(state: tuple[Any, Any]) -> tuple[Any, Any]:
        count, variables = state
        with _iteration(key, count):
            answer = body(*variables)
        return count + 1, tuple(answer) if several else (answer,)

    _, variables = jax.lax.while_loop(goes_on, step, (0, tuple(loop_vars) if several else (loop_vars,)))
    return type(loop_vars)(variables) if several else variables[0]


def fori_loop(lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    key = _key()

    def step(i: Any, value: Any) -> Any:
        with _iteration(key, i):
            return body_fun(i, value)

    return jax.lax.fori_loop(lower, upper, step, init_val)


def scan(
    f: Callable[..., Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    key = _key()

    def step(state: tuple[Any, Any], x: Any) -> tuple[Any, Any]:
        count, carried = state
        with _iteration(key, count):
            carried, output = f(carried, x)
        return (count + 1, carried), output

    (_, carried), outputs = jax.lax.scan(step, (0, init), xs, length, reverse, unroll)
    return carried, outputs


def _key() -> Any:
    """A key for one loop, where there is a stream to draw it from."""
    return None if running.random is None else running.random.next_key()


@contextlib.contextmanager
def _iteration(key: Any, count: Any) -> Iterator[None]:
    """Within it random ops draw from a stream of this iteration's own."""
    stream = None if key is None else KeyStream(jax.random.fold_in(key, count))
    with running_in(running.framework, stream):
        yield
