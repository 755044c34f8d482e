"""Overrides of `bridge.ops.transforms` for TensorFlow."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.kernels import as_tensors
from bridge.backends.tensorflow.random import SeedStream
from bridge.backends.tensorflow.recording import with_own_gradient
from bridge.frameworks import leaves, tree_map
from bridge.running import running, running_in

_ZERO = tf.UnconnectedGradients.ZERO


def grad(function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[..., Any]:
    both = value_and_grad(function, argnums, has_aux)

    def run(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return run


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        args = as_tensors(args)
        chosen = _chosen(args, argnums)
        with tf.GradientTape() as tape:
            tape.watch(list(leaves(chosen)))
            answer = function(*args, **kwargs)
        value = answer[0] if has_aux else answer
        if value.shape.rank != 0:
            raise ValueError(f"ops.grad expected a function that answers with one number, got shape {value.shape}")
        return answer, _like(chosen, tape.gradient(value, list(leaves(chosen)), unconnected_gradients=_ZERO))

    return run


def jacobian(function: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        args = as_tensors(args)
        chosen = _chosen(args, argnums)
        sources = list(leaves(chosen))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(sources)
            answer = function(*args, **kwargs)
        return tree_map(lambda value: _like(chosen, tape.jacobian(value, sources, unconnected_gradients=_ZERO)), answer)

    return run


def vmap(
    function: Callable[..., Any], in_axes: int | tuple[Any, ...] = 0, out_axes: int | tuple[Any, ...] = 0
) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        axes = in_axes if isinstance(in_axes, tuple | list) else (in_axes,) * len(args)
        if len(axes) != len(args) or all(axis is None for axis in axes):
            raise ValueError(f"ops.vmap expected an axis for one of {len(args)} arguments at least, got {in_axes}")
        batched = [_batch_first(arg, axis) for arg, axis in zip(args, axes, strict=True) if axis is not None]
        structure: list[Any] = []

        def of_one(elements: list[tf.Tensor]) -> list[tf.Tensor]:
            remaining = iter(_like(batched, elements))
            given = [arg if axis is None else next(remaining) for arg, axis in zip(args, axes, strict=True)]
            structure[:] = [function(*given)]
            return [tf.convert_to_tensor(leaf) for leaf in leaves(structure[0])]

        answer = _like(structure, tf.vectorized_map(of_one, list(leaves(batched))))[0]
        if isinstance(out_axes, int):
            return _batch_at(answer, out_axes)
        return type(answer)(_batch_at(item, axis) for item, axis in zip(answer, out_axes, strict=True))

    return run


def _moved(x: tf.Tensor, source: int, destination: int) -> tf.Tensor:
    order = list(range(x.shape.rank))
    order.insert(destination % len(order), order.pop(source))
    return x if source == destination else tf.transpose(x, order)


def _batch_first(tree: Any, axis: int) -> Any:
    return tree_map(lambda x: _moved(x, axis, 0), tree)


def _batch_at(tree: Any, axis: int) -> Any:
    return tree_map(lambda x: _moved(x, 0, axis), tree)


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        if tf.executing_eagerly():
            return function(*args, **kwargs)
        given = list(leaves((args, kwargs)))
        places = [place for place, leaf in enumerate(given) if tf.is_tensor(leaf)]
        framework, stream = running.framework, running.random
        seed = None if stream is None else stream.next_key()

        def of_tensors(*tensors: tf.Tensor) -> Any:
            filled = list(given)
            for place, tensor in zip(places, tensors, strict=True):
                filled[place] = tensor
            remaining = iter(filled)
            positional, named = tree_map(lambda _: next(remaining), (args, kwargs))
            with running_in(framework, None if seed is None else SeedStream(seed)):
                return function(*positional, **named)

        return _run_again(of_tensors, [given[place] for place in places])

    return run


def _run_again(function: Callable[..., Any], tensors: list[tf.Tensor]) -> Any:
    """What `tf.recompute_grad` does, which loses the gradient by tensors that the function takes from around it."""
    traced = tf.function(function, autograph=False).get_concrete_function(*tensors)
    around = [tensor for tensor in traced.graph.external_captures if tensor.dtype.is_floating]

    @tf.custom_gradient
    def keeping_inputs(*inputs: tf.Tensor) -> tuple[Any, Callable[..., Any]]:
        own = inputs[: len(tensors)]

        def gradient(*upstream: tf.Tensor, variables: Any = ()) -> tuple[Any, Any]:
            # That it waits for the gradient keeps the graph's optimizer from taking the first run's values.
            with tf.control_dependencies(upstream), tf.GradientTape() as tape:
                copies = [tf.identity(tensor) for tensor in own]
                tape.watch([*copies, *around])
                answer = list(leaves(function(*copies)))
            found = tape.gradient(answer, [*copies, *around, *variables], list(upstream))
            return found[: len(inputs)], found[len(inputs) :]

        return function(*own), gradient

    return keeping_inputs(*tensors, *around)


def compile(function: Callable[..., Any]) -> Callable[..., Any]:
    return tf.function(function, autograph=False)


def vjp(function: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    primals = as_tensors(primals)
    sources = list(leaves(primals))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(sources)
        answer = function(*primals)
    value, *aux = answer if has_aux else (answer,)

    def gradients(cotangent: Any) -> tuple[Any, ...]:
        upstream = list(leaves(cotangent))
        return _like(primals, tape.gradient(list(leaves(value)), sources, upstream, unconnected_gradients=_ZERO))

    return value, gradients, *aux


def jvp(
    function: Callable[..., Any],
    primals: tuple[tf.Tensor, ...],
    tangents: tuple[tf.Tensor, ...],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    primals = as_tensors(primals)
    with tf.autodiff.ForwardAccumulator(list(leaves(primals)), list(leaves(tangents))) as accumulator:
        answer = function(*primals)
    value, *aux = answer if has_aux else (answer,)
    return value, tree_map(lambda leaf: accumulator.jvp(leaf, unconnected_gradients=_ZERO), value), *aux


def custom_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    return with_own_gradient(function)


def _chosen(args: tuple[Any, ...], argnums: int | tuple[int, ...]) -> Any:
    return args[argnums] if isinstance(argnums, int) else tuple(args[position] for position in argnums)


def _like(structure: Any, flat: Any) -> Any:
    """The tensors of `flat` in the place of the leaves of `structure`."""
    remaining = iter(flat)
    return tree_map(lambda _: _dense(next(remaining)), structure)


def _dense(gradient: Any) -> tf.Tensor:
    return tf.convert_to_tensor(gradient)  # those of a look-up are tf.IndexedSlices
