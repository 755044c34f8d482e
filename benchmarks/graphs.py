"""That dispatch leaves nothing behind in a compiled function: as many operations as in the plain framework's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy
import tensorflow as tf
import torch
import torch.nn.functional as F

import bridge
from benchmarks import models
from benchmarks.problems import SHAPES, batch
from benchmarks.rows import verdict
from benchmarks.tables import Table
from bridge import ops

Function = Callable[..., Any]


def _layer_norm_in_jax(x: Any, w: Any, b: Any) -> Any:
    centered = x - jnp.mean(x, -1, keepdims=True)
    return centered * jax.lax.rsqrt(jnp.mean(jnp.square(centered), -1, keepdims=True) + 1e-5) * b + b


def _layer_norm_in_tensorflow(x: Any, w: Any, b: Any) -> Any:
    centered = x - tf.reduce_mean(x, (-1,), True)
    return centered * tf.math.rsqrt(tf.reduce_mean(tf.square(centered), (-1,), True) + 1e-5) * b + b


def _linear_in_jax(x: Any, w: Any, b: Any) -> Any:
    return jax.lax.dot_general(x, w, (((1,), (1,)), ((), ()))) + b


BRIDGE: dict[str, Function] = {
    "relu": lambda x, w, b: ops.relu(x),
    "add": lambda x, w, b: ops.add(x, w),
    "linear": lambda x, w, b: ops.linear(x, w, b),
    "sum": lambda x, w, b: ops.sum(x, axis=1),
    "reshape": lambda x, w, b: ops.reshape(x, (2, 8)),
    "maximum": lambda x, w, b: ops.maximum(x, w),
    "concat": lambda x, w, b: ops.concat([x, w], axis=0),
    "layer_norm": lambda x, w, b: ops.layer_norm(x, (4,), b, b),
}
TORCH: dict[str, Function] = {
    "relu": lambda x, w, b: torch.relu(x),
    "add": lambda x, w, b: torch.add(x, w),
    "linear": lambda x, w, b: F.linear(x, w, b),
    "sum": lambda x, w, b: torch.sum(x, 1),
    "reshape": lambda x, w, b: torch.reshape(x, (2, 8)),
    "maximum": lambda x, w, b: torch.maximum(x, w),
    "concat": lambda x, w, b: torch.cat([x, w], 0),
    "layer_norm": lambda x, w, b: F.layer_norm(x, (4,), b, b),
}
JAX: dict[str, Function] = {
    "relu": lambda x, w, b: jax.nn.relu(x),
    "add": lambda x, w, b: jnp.add(x, w),
    "linear": _linear_in_jax,
    "sum": lambda x, w, b: jnp.sum(x, 1),
    "reshape": lambda x, w, b: jnp.reshape(x, (2, 8)),
    "maximum": lambda x, w, b: jnp.maximum(x, w),
    "concat": lambda x, w, b: jnp.concatenate([x, w], 0),
    "layer_norm": _layer_norm_in_jax,
}
TENSORFLOW: dict[str, Function] = {
    "relu": lambda x, w, b: tf.nn.relu(x),
    "add": lambda x, w, b: tf.math.add(x, w),
    "linear": lambda x, w, b: tf.nn.bias_add(tf.matmul(x, w, transpose_b=True), b),
    "sum": lambda x, w, b: tf.reduce_sum(x, 1),
    "reshape": lambda x, w, b: tf.reshape(x, (2, 8)),
    "maximum": lambda x, w, b: tf.maximum(x, w),
    "concat": lambda x, w, b: tf.concat([x, w], 0),
    "layer_norm": _layer_norm_in_tensorflow,
}


def table() -> Table:
    """For each op, and for each model in PyTorch, the operations in the graph by Bridge and without it."""
    numbers = [numpy.ones(shape, numpy.float32) for shape in ((4, 4), (4, 4), (4,))]
    tensors = [torch.from_numpy(array) for array in numbers]
    rows = []
    for name, function in BRIDGE.items():
        pairs = [
            (_nodes_of(function, tensors), _nodes_of(TORCH[name], tensors)),
            (_equations_of(function, numbers), _equations_of(JAX[name], numbers)),
            (_operations_of(function, numbers), _operations_of(TENSORFLOW[name], numbers)),
        ]
        rows.append([f"`{name}`", *map(_cell, pairs), verdict(all(ours == plain for ours, plain in pairs))])
    for problem in SHAPES:
        ours, plain = models.build(problem, bridge.layers, bridge.ops), models.build(problem, torch.nn, torch)
        inputs = [torch.from_numpy(batch(problem)[0])]
        pair = _nodes_of(ours, inputs), _nodes_of(plain, inputs)
        rows.append([problem, _cell(pair), "", "", verdict(pair[0] == pair[1])])
    header = ["", "torch.compile, nodes", "jax.jit, equations", "tf.function, operations", "equal"]
    return Table("What is left of dispatch in a compiled function: Bridge / plain", header, rows)


def _cell(pair: tuple[int, int]) -> str:
    return f"{pair[0]} / {pair[1]}"


def _nodes_of(function: Function, inputs: list[torch.Tensor]) -> int:
    """The nodes of the one graph that `torch.compile` makes."""
    counts: list[int] = []

    def backend(graph: torch.fx.GraphModule, _: list[torch.Tensor]) -> Function:
        counts.append(len(graph.graph.nodes))
        return graph.forward

    torch.compiler.reset()
    with torch._dynamo.config.patch(allow_rnn=True):  # which torch.nn's LSTM needs too
        torch.compile(function, backend=backend, fullgraph=True)(*inputs)
    (count,) = counts
    return count


def _equations_of(function: Function, inputs: list[numpy.ndarray]) -> int:
    return _count(jax.make_jaxpr(function)(*map(jnp.asarray, inputs)).jaxpr)


def _count(jaxpr: Any) -> int:
    """The equations of a jaxpr with those of the ones inside it."""
    inner = [value.jaxpr for equation in jaxpr.eqns for value in equation.params.values() if hasattr(value, "jaxpr")]
    return len(jaxpr.eqns) + sum(_count(getattr(each, "jaxpr", each)) for each in inner)


def _operations_of(function: Function, inputs: list[numpy.ndarray]) -> int:
    compiled = tf.function(function, autograph=False)
    return len(compiled.get_concrete_function(*map(tf.constant, inputs)).graph.get_operations())
