"""Overrides of `bridge.ops.control` for TensorFlow: in a graph its own branches and loops, eagerly Python's."""

import contextlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.random import SeedStream
from bridge.frameworks import leaves, tree_map
from bridge.ops import control
from bridge.running import running, running_in


def cond(pred: Any, true_fn: Callable[..., Any], false_fn: Callable[..., Any], *operands: Any) -> Any:
    if isinstance(pred, bool):
        return true_fn(*operands) if pred else false_fn(*operands)
    return tf.cond(pred, lambda: true_fn(*operands), lambda: false_fn(*operands))


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    within = tf.clip_by_value(tf.cast(index, tf.int32), 0, len(branches) - 1)
    return tf.switch_case(within, [lambda branch=branch: branch(*operands) for branch in branches])


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    several = isinstance(loop_vars, tuple | list)
    key = _key()

    def step(count: tf.Tensor, variables: Any) -> tuple[Any, Any]:
        with _iteration(key, count):
            answer = body(*variables)
        return count + 1, type(variables)(answer) if several else (answer,)

    _, variables = tf.while_loop(
        lambda _, variables: cond(*variables),
        step,
        (tf.constant(0), loop_vars if several else (loop_vars,)),
        maximum_iterations=maximum_iterations,
    )
    return variables if several else variables[0]


def fori_loop(lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    key = _key()

    def step(i: tf.Tensor, value: Any) -> tuple[Any, Any]:
        with _iteration(key, i):
            return i + 1, body_fun(i, value)

    lower, upper = tf.convert_to_tensor(lower, tf.int32), tf.convert_to_tensor(upper, tf.int32)
    _, value = tf.while_loop(lambda i, _: i < upper, step, (lower, init_val))
    return value


def scan(
    f: Callable[..., Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    count = control._length(xs, length)
    if tf.executing_eagerly():
        return inspect.unwrap(control.scan)(f, init, xs, length, reverse, unroll)
    key = _key()

    @tf.function(autograph=False)
    def step(i: tf.Tensor, state: list[tf.Tensor]) -> list[Any]:
        carried = _filled(init, state)
        element = tree_map(lambda x: None if x is None else tf.gather(x, i), xs)
        with _iteration(key, i):
            answer = f(carried, element)
        structure[:] = [answer[1]]
        return [_tensors(part) for part in answer]

    structure: list[Any] = []
    states = _tensors(init)
    traced = step.get_concrete_function(tf.TensorSpec((), tf.int32), states)
    specs = traced.structured_outputs[1]
    arrays = [tf.TensorArray(spec.dtype, count, element_shape=spec.shape) for spec in specs]

    def body(done: tf.Tensor, state: list[tf.Tensor], arrays: list[tf.TensorArray]) -> tuple[Any, ...]:
        i = count - 1 - done if reverse else done
        state, outputs = traced(i, *state)
        return done + 1, state, [array.write(i, output) for array, output in zip(arrays, outputs, strict=True)]

    _, states, arrays = tf.while_loop(lambda done, *_: done < count, body, (tf.constant(0), states, arrays))
    stacked = [tf.ensure_shape(array.stack(), [None, *spec.shape]) for array, spec in zip(arrays, specs, strict=True)]
    return _filled(init, states), _filled(structure[0], stacked)


def _tensors(tree: Any) -> list[tf.Tensor]:
    return [tf.convert_to_tensor(leaf) for leaf in leaves(tree) if leaf is not None]


def _filled(structure: Any, tensors: list[tf.Tensor]) -> Any:
    remaining = iter(tensors)
    return tree_map(lambda leaf: None if leaf is None else next(remaining), structure)


def _key() -> Any:
    """A seed for one loop, where there is a stream to draw it from."""
    return None if running.random is None else running.random.next_key()


@contextlib.contextmanager
def _iteration(key: Any, count: Any) -> Iterator[None]:
    """Within it random ops draw from a stream of this iteration's own."""
    stream = None if key is None else SeedStream(tf.random.experimental.stateless_fold_in(key, count))
    with running_in(running.framework, stream):
        yield
