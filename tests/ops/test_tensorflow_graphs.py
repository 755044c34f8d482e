"""What TensorFlow's optimizer makes of convolutions and what stands between them, and that derivatives stay right."""

from __future__ import annotations

import functools
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


def agree(ours, theirs):
    scale = theirs.detach().abs().max().item()
    numpy.testing.assert_allclose(ours.numpy() / scale, theirs.detach().numpy() / scale, rtol=0, atol=1e-4)


def to_second_order(function, inputs, power):
    """The output, the gradients of the sum of its powers, and those of the mean squares of these gradients."""
    with tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            output = function()
            total = tf.reduce_sum(output**power)
        first = inner.gradient(total, inputs)
        slope = tf.add_n([tf.reduce_mean(x**2) for x in first])
    return output, *first, *outer.gradient(slope, inputs)


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
        return to_second_order(lambda: of_bridge(*xs), xs, 3)[-len(xs) :]

    with tf.autodiff.ForwardAccumulator(inputs, to_framework(tangents, "tensorflow")) as accumulator:
        output = forward(*inputs)
    actual = [output, accumulator.jvp(output), *second(*inputs)]
    for ours, theirs in zip(actual, expected, strict=True):
        agree(ours, theirs)


BETWEEN = {
    "a sum": lambda x, y: x + y,
    "a sum of three, and its activation": lambda x, y: ops.relu(x + 0.5 * y + ops.tanh(x)),
    "a difference": lambda x, y: x - y,
    "a product": lambda x, y: x * y,
    "a long sum": lambda x, y: sum((y for _ in range(100)), start=x),
    "a sum with itself": lambda x, y: functools.reduce(lambda total, _: total + total, range(8), x) * 2.0**-8 + y,
    "a gate": lambda x, y: x * ops.sigmoid(ops.mean(y, axis=(2, 3), keepdims=True)),
    "a scale for each channel": lambda x, y: (x + y) * ops.cos(ops.sum(y, axis=(0, 2, 3)))[:, None, None],
    "a gate from elsewhere": lambda x, y: x * ops.reshape(ops.max(y, axis=(2, 3)), (2, 4, 1, 1)),
    "a row for all": lambda x, y: x + ops.mean(y, axis=2, keepdims=True),
    "another's columns": lambda x, y: x + ops.mean(y, axis=(1, 2))[0],
    "padding": lambda x, y: ops.pad(x, (1, 0, 2, 1)) + ops.pad(y, (1, 0, 2, 1), mode="reflect"),
    "a larger image": lambda x, y: ops.interpolate(x, scale_factor=2) + ops.interpolate(y, size=(10, 12)),
    "an odd larger image": lambda x, y: ops.interpolate(x + y, size=(7, 9)),
    "a larger image, smoothly": lambda x, y: (
        ops.interpolate(x, scale_factor=2, mode="bilinear")
        + ops.interpolate(y, size=(10, 12), mode="bilinear", align_corners=True)
    ),
    "some activations": lambda x, y: ops.hardswish(x) + ops.mish(y) * ops.elu(x, 2.0) - ops.softplus(y, 0.5),
    "bounds": lambda x, y: ops.clip(x, -0.5, 0.5) + ops.hardtanh(y),
    "means of all": lambda x, y: x + ops.mean(x - y),
    "joined": lambda x, y: ops.concat([x, y], axis=2) + ops.concat([y, x], axis=-2),
    "repeated": lambda x, y: ops.repeat_interleave(x, 3, axis=3) + ops.repeat_interleave(y, 3, axis=-1),
}


def a_network(between):
    def network(images, weight):
        x = ops.conv2d(images, weight, padding=1)
        return ops.conv2d(between(x, ops.conv2d(x, weight, padding=1)), weight, padding=1)

    return network


@pytest.mark.parametrize("name", BETWEEN)
def test_gradients_of_what_stands_between_convolutions(name):
    generator = torch.Generator().manual_seed(0)
    given = [torch.randn(shape, generator=generator) / 4 for shape in ((2, 4, 5, 6), (4, 4, 3, 3))]
    network = a_network(BETWEEN[name])
    watched = [x.clone().requires_grad_() for x in given]
    output = network(*watched)
    first = torch.autograd.grad(output.pow(2).sum(), watched, create_graph=True)
    second = torch.autograd.grad(sum(x.pow(2).mean() for x in first), watched)

    @tf.function(autograph=False)
    def step(*xs):
        return to_second_order(lambda: network(*xs), xs, 2)

    for ours, theirs in zip(step(*to_framework(given, "tensorflow")), [output, *first, *second], strict=True):
        agree(ours, theirs)


MOVES = {"a long sum": 6, "another's columns": 6, "a scale for each channel": 4, "a gate from elsewhere": 4}
"""Where more is moved than the images, the weight and the output; a scale's and a gate's move is a reshape."""


@pytest.mark.parametrize("name", BETWEEN)
def test_images_stay_as_they_lie_between_convolutions(name):
    nodes = optimized(a_network(BETWEEN[name]), (2, 4, 5, 6), (4, 4, 3, 3))
    assert sum(node.op == "Transpose" for node in nodes) == MOVES.get(name, 3)


def test_a_gradient_with_respect_to_a_sum():
    generator = torch.Generator().manual_seed(0)
    images, weight = (torch.randn(shape, generator=generator) for shape in ((2, 3, 5, 6), (3, 3, 3, 3)))

    def halves(images, weight):
        x = ops.conv2d(images, weight, padding=1)
        total = x + ops.conv2d(x, weight, padding=1)
        return total, ops.conv2d(ops.relu(total), weight)

    watched = images.clone().requires_grad_()
    total, output = halves(watched, weight)
    expected = torch.autograd.grad(output.pow(2).sum(), [total, watched])

    @tf.function(autograph=False)
    def step(images, weight):
        with tf.GradientTape() as tape:
            tape.watch(images)
            total, output = halves(images, weight)
            square = tf.reduce_sum(output**2)
        return tape.gradient(square, [total, images])

    for ours, theirs in zip(step(*to_framework([images, weight], "tensorflow")), expected, strict=True):
        agree(ours, theirs)


NORMS = {
    "after a convolution": ({"padding": 1}, (6, 4, 3, 3), True, True),
    "without a bias before": ({"stride": 2}, (6, 4, 3, 2), False, True),
    "by itself alone": ({"dilation": 2}, (6, 4, 2, 2), True, False),
    "after single elements": ({"stride": 2}, (6, 4, 1, 1), False, False),
    "channels by themselves": ({"groups": 4, "padding": "same"}, (4, 1, 3, 3), True, True),
}


@pytest.fixture(params=NORMS)
def norm(request):
    """A network of torch and Bridge, and what it is given: the images, then all else."""
    options, shape, has_bias, is_affine = NORMS[request.param]
    generator = torch.Generator().manual_seed(0)
    channels = shape[0]
    sizes = {"images": (2, 4, 5, 6), "kernel": shape, "mean": (channels,), "var": (channels,)}
    sizes |= {"bias": (channels,)} if has_bias else {}
    sizes |= {"scale": (channels,), "offset": (channels,)} if is_affine else {}
    given = {name: torch.randn(size, generator=generator) for name, size in sizes.items()}
    given["var"] = given["var"].square() + 0.1

    def network(conv2d, batch_norm, relu):
        def forward(values):
            values = dict(zip(sizes, values, strict=True))
            hidden = conv2d(values["images"], values["kernel"], values.get("bias"), **options)
            statistics = values["mean"], values["var"]
            return relu(batch_norm(hidden, *statistics, values.get("scale"), values.get("offset"), eps=1e-3))

        return forward

    of_torch, of_bridge = network(F.conv2d, F.batch_norm, F.relu), network(ops.conv2d, ops.batch_norm, ops.relu)
    return of_torch, of_bridge, list(given.values()), [name not in ("mean", "var") for name in given]


def test_a_norm_by_fixed_statistics_becomes_one_with_the_convolution(norm):
    _, of_bridge, given, _ = norm
    nodes = optimized(lambda *values: of_bridge(values), *(x.shape for x in given))
    assert [node.op for node in nodes if "Conv" in node.op] == ["_FusedConv2D"]
    assert not [node for node in nodes if "BatchNorm" in node.op or node.op == "Relu"]


def test_its_derivatives_from_outside(norm):
    of_torch, of_bridge, given, watched = norm
    values = [x.clone().requires_grad_(w) for x, w in zip(given, watched, strict=True)]
    wanted = [x for x, w in zip(values, watched, strict=True) if w]
    answer = of_torch(values)
    first = torch.autograd.grad(answer.pow(3).sum(), wanted, create_graph=True)
    second = torch.autograd.grad(sum(x.pow(2).mean() for x in first), wanted)

    inputs = to_framework(given, "tensorflow")
    sources = [x for x, w in zip(inputs, watched, strict=True) if w]
    forward = tf.function(lambda *xs: of_bridge(xs), autograph=False)
    forward.get_concrete_function(*inputs)  # traced without a tape
    for ours, theirs in zip(
        to_second_order(lambda: forward(*inputs), sources, 3), [answer, *first, *second], strict=True
    ):
        agree(ours, theirs)


def test_its_gradient_with_respect_to_the_convolution():
    generator = torch.Generator().manual_seed(0)
    images, kernel = (torch.randn(shape, generator=generator) for shape in ((2, 4, 5, 6), (6, 4, 3, 3)))
    mean, var = torch.linspace(-1, 1, 6), torch.linspace(0.5, 2, 6)

    def network(conv2d, batch_norm, images, kernel, mean, var):
        hidden = conv2d(images, kernel, padding=1)
        return hidden, batch_norm(hidden, mean, var)

    watched = kernel.clone().requires_grad_()
    hidden, output = network(F.conv2d, F.batch_norm, images, watched, mean, var)
    expected = torch.autograd.grad(output.pow(2).sum(), [hidden, watched])

    @tf.function(autograph=False)
    def gradients(images, kernel, mean, var):
        hidden, output = network(ops.conv2d, ops.batch_norm, images, kernel, mean, var)
        return tf.gradients(tf.reduce_sum(output**2), [hidden, kernel])

    of_hidden, of_kernel = gradients(*to_framework([images, kernel, mean, var], "tensorflow"))
    agree(of_hidden, expected[0])
    agree(of_kernel, expected[1])


def test_a_convolution_that_others_take_is_made_once():
    def network(images, kernel, mean, var):
        hidden = ops.conv2d(images, kernel)
        return ops.relu(hidden) + ops.batch_norm(hidden, mean, var)

    nodes = optimized(network, (2, 4, 5, 6), (6, 4, 3, 3), (6,), (6,))
    assert sum("Conv2D" in node.op for node in nodes) == 1


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize("kind", ["conv1d", "conv2d", "conv3d"])
def test_images_stay_as_they_lie_around_a_batch_norm(kind, training):
    axes = (6, 5, 4)[: int(kind[-2])]

    def network(images, weight, mean, var):
        hidden = getattr(ops, kind)(images, weight, padding=1)
        if training:
            hidden, mean, var = ops.batch_norm_training(hidden, mean, var)
        normed = ops.batch_norm(hidden, mean, var)
        return getattr(ops, kind)(ops.relu(normed), weight)

    nodes = optimized(network, (2, 4, *axes), (4, 4, *(3 for _ in axes)), (4,), (4,))
    assert sum(node.op == "Transpose" for node in nodes) == 3


def test_a_convolution_before_a_loop_stays_before_it():
    generator = torch.Generator().manual_seed(0)
    images, kernel = (torch.randn(shape, generator=generator) for shape in ((2, 4, 5, 6), (6, 4, 3, 3)))
    mean, var = torch.linspace(-1, 1, 6), torch.linspace(0.5, 2, 6)

    @tf.function(autograph=False)
    def looped(images, kernel, mean, var):
        hidden = ops.conv2d(images, kernel)

        def add(index, total):
            return index + 1, total + ops.batch_norm(hidden, mean, var + tf.cast(index, tf.float32))

        return tf.while_loop(lambda index, _: index < 3, add, (0, tf.zeros_like(hidden)))[1]

    inputs = to_framework([images, kernel, mean, var], "tensorflow")
    hidden = F.conv2d(images, kernel)
    agree(looped(*inputs), sum(F.batch_norm(hidden, mean, var + index) for index in range(3)))
    graph = looped.get_concrete_function(*inputs).graph.as_graph_def()
    bodies = [node.op for function in graph.library.function for node in function.node_def]
    assert "Mul" in bodies
    assert "Conv2D" not in bodies
