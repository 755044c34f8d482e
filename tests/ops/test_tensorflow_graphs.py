"""What TensorFlow's optimizer makes of a convolution with a bias, and that its derivatives stay right."""

from __future__ import annotations

from collections.abc import Callable

import numpy
import pytest
import tensorflow as tf
import torch
from tensorflow.python.grappler import tf_optimizer
from torch.nn import functional as F

from bridge import ops
from tests.helpers import to_framework

CPU = "/job:localhost/replica:0/task:0/device:CPU:0"


def optimized(function: Callable[..., tf.Tensor], *shapes: tuple[int, ...]) -> list[tf.compat.v1.NodeDef]:
    """The operations of `function`, of float32 tensors, once TensorFlow has optimized it for the CPU."""
    with tf.Graph().as_default() as graph, tf.device(CPU):
        output = function(*(tf.compat.v1.placeholder(tf.float32, shape) for shape in shapes))
        meta = tf.compat.v1.train.export_meta_graph(graph=graph)
    meta.collection_def["train_op"].node_list.value.append(output.name)
    config = tf.compat.v1.ConfigProto()
    config.graph_options.rewrite_options.min_graph_nodes = -1
    return list(tf_optimizer.OptimizeGraph(config, meta).node)


@pytest.mark.parametrize("activation", [ops.relu, ops.relu6, ops.leaky_relu])
def test_a_convolution_its_bias_and_its_activation_become_one(activation):
    def network(images, weight, bias, second):
        hidden = activation(ops.conv2d(images, weight, bias, padding=1))
        return activation(ops.conv2d(hidden, second, bias, stride=2))

    nodes = optimized(network, (2, 3, 8, 8), (4, 3, 3, 3), (4,), (4, 4, 3, 3))
    fused = [node for node in nodes if node.op == "_FusedConv2D"]
    parts = [list(node.attr["fused_ops"].list.s) for node in fused]
    assert [(len(each), each[0]) for each in parts] == [(2, b"BiasAdd")] * 2
    # The images once, each kernel once, and the output.
    assert sum(node.op == "Transpose" for node in nodes) == 4


@pytest.mark.parametrize("kind", ["conv1d", "conv2d", "conv3d", "conv_transpose2d"])
def test_derivatives_of_second_order_and_forward_in_a_graph(kind):
    rank = int(kind[-2])
    generator = torch.Generator().manual_seed(0)
    shapes = (2, 3, *(5, 6, 4)[:rank]), (3, 3, *(3, 2, 1)[:rank]), (3,)
    given = [torch.randn(shape, generator=generator) for shape in shapes]
    of_torch, of_bridge = getattr(F, kind), getattr(ops, kind)
    tangents = [x.cos() for x in given]
    output, moved = torch.func.jvp(of_torch, tuple(given), tuple(tangents))

    def slope(*xs):
        return sum(x.pow(2).mean() for x in torch.func.grad(lambda *ys: of_torch(*ys).pow(3).sum(), (0, 1, 2))(*xs))

    expected = [output, moved, *torch.func.grad(slope, (0, 1, 2))(*given)]
    inputs = to_framework(given, "tensorflow")

    @tf.function(autograph=False)
    def forward(*xs):
        return of_bridge(*xs)

    @tf.function(autograph=False)
    def second(*xs):
        with tf.GradientTape() as outer:
            outer.watch(xs)
            with tf.GradientTape() as inner:
                inner.watch(xs)
                total = tf.reduce_sum(of_bridge(*xs) ** 3)
            slope = tf.add_n([tf.reduce_mean(x**2) for x in inner.gradient(total, xs)])
        return outer.gradient(slope, xs)

    with tf.autodiff.ForwardAccumulator(inputs, to_framework(tangents, "tensorflow")) as accumulator:
        output = forward(*inputs)
    actual = [output, accumulator.jvp(output), *second(*inputs)]
    for ours, theirs in zip(actual, expected, strict=True):
        scale = theirs.abs().max().item()
        numpy.testing.assert_allclose(ours.numpy() / scale, theirs.numpy() / scale, rtol=0, atol=1e-4)
