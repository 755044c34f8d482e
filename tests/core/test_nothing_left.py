"""Inside a compiled function nothing of Bridge is left: the graph is the framework's own, node for node."""

import jax
import jax.numpy as jnp
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F

from bridge import layers as nn
from bridge import ops


def fx_nodes(function, *inputs):
    """The operations that Dynamo captures in one graph."""
    graphs = []

    def keep(graph, _):
        graphs.append([(node.op, node.target) for node in graph.graph.nodes if node.op.startswith("call")])
        return graph.forward

    torch.compile(function, backend=keep, fullgraph=True)(*inputs)
    (nodes,) = graphs
    return nodes


def tf_operations(function, *inputs):
    graph = tf.function(function).get_concrete_function(*inputs).graph
    return [operation.type for operation in graph.get_operations()]


def test_torch():
    x, w, b = torch.ones(2, 3), torch.ones(4, 3), torch.ones(4)
    ours = fx_nodes(lambda x: ops.sum(ops.relu(ops.linear(x, w, b)), axis=1), x)
    assert ours == fx_nodes(lambda x: torch.sum(torch.relu(F.linear(x, w, b)), 1, False), x)
    assert len(ours) == 3


def test_torch_layers():
    ours, theirs = (
        nn.Sequential(nn.Linear(3, 4), nn.GELU()),
        torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.GELU()),
    )
    assert fx_nodes(ours, torch.ones(2, 3)) == fx_nodes(theirs, torch.ones(2, 3))


def test_jax():
    x, w, b = jnp.ones((2, 3)), jnp.ones((4, 3)), jnp.ones(4)
    ours = jax.make_jaxpr(lambda x: ops.sum(ops.relu(ops.linear(x, w, b)), axis=1))(x)
    theirs = jax.make_jaxpr(lambda x: jnp.sum(jax.nn.relu(jax.lax.dot_general(x, w, (((1,), (1,)), ((), ()))) + b), 1))(
        x
    )
    assert str(ours) == str(theirs)


def test_tensorflow():
    x, w, b = tf.ones((2, 3)), tf.ones((4, 3)), tf.ones(4)
    ours = tf_operations(lambda x: ops.sum(ops.relu(ops.linear(x, w, b)), axis=1), x)
    theirs = tf_operations(
        lambda x: tf.reduce_sum(tf.nn.relu(tf.nn.bias_add(tf.matmul(x, w, transpose_b=True), b)), 1), x
    )
    assert sorted(ours) == sorted(theirs)


@pytest.mark.parametrize("batch", [2, 3, 5])
def test_dispatch_does_not_make_torch_compile_again(batch):
    compiled = []

    def count(graph, _):
        compiled.append(graph)
        return graph.forward

    function = torch.compile(lambda x: ops.exp(ops.add(x, 1)), backend=count, fullgraph=True, dynamic=True)
    for size in (batch, batch + 1, batch + 2):
        ops.exp(jnp.ones(size))  # what other frameworks do meanwhile does not count
        function(torch.ones(size))
    assert len(compiled) == 1
