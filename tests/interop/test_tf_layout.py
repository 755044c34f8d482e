"""Proves that weights lie in a `tf.Module` as TensorFlow's kernels take them, and are torch's to all who ask."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.interop import tf as bridge_tf
from tests.helpers import assert_close, to_framework
from tests.interop.compare import assert_gradients_close, assert_untouched, snapshot

LAYERS: dict[str, tuple[Callable[[Any], torch.nn.Module], tuple[int, ...]]] = {
    "Linear": (lambda n: n.Linear(3, 4), (2, 3)),
    "Linear of large batches": (lambda n: n.Linear(3, 4), (2, 5, 3)),
    "Conv1d": (lambda n: n.Conv1d(3, 4, 2), (2, 3, 6)),
    "Conv2d": (lambda n: n.Conv2d(3, 4, (2, 3), padding=1), (2, 3, 6, 5)),
    "Conv2d, dilated": (lambda n: n.Conv2d(3, 4, 2, dilation=2), (2, 3, 6, 5)),
    "Conv2d, depthwise": (lambda n: n.Conv2d(3, 6, 3, groups=3), (2, 3, 6, 5)),
    "Conv2d, groups": (lambda n: n.Conv2d(4, 6, 3, groups=2, stride=2), (2, 4, 6, 5)),
    "Conv3d": (lambda n: n.Conv3d(3, 4, (1, 2, 3)), (2, 3, 4, 5, 6)),
    "ConvTranspose1d": (lambda n: n.ConvTranspose1d(3, 4, 2), (2, 3, 6)),
    "ConvTranspose2d": (lambda n: n.ConvTranspose2d(4, 6, (2, 3), 2, groups=2), (2, 4, 3, 5)),
    "ConvTranspose3d": (lambda n: n.ConvTranspose3d(3, 4, (1, 2, 3)), (2, 3, 2, 3, 4)),
    "RNN": (lambda n: n.RNN(3, 4, bias=False), (5, 2, 3)),
    "GRU": (lambda n: n.GRU(3, 4, bidirectional=True), (5, 2, 3)),
    "LSTM": (lambda n: n.LSTM(3, 4, 2, proj_size=2), (5, 2, 3)),
    "LSTM of many sequences": (lambda n: n.LSTM(3, 4, proj_size=2), (5, 40, 3)),
    "LSTMCell": (lambda n: n.LSTMCell(3, 4), (2, 3)),
    "GRUCell": (lambda n: n.GRUCell(3, 4), (2, 3)),
    "flattened images": (lambda n: n.Sequential(n.Conv2d(3, 2, 1), n.Flatten(), n.Linear(60, 1)), (2, 3, 6, 5)),
}

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN:UserWarning")

EACH_LAYER = pytest.mark.parametrize("name", LAYERS)
EACH_WAY = pytest.mark.parametrize("compiled", [False, True])


def made(name: str) -> tuple[torch.nn.Module, torch.nn.Module, torch.Tensor]:
    torch.manual_seed(0)
    build, shape = LAYERS[name]
    reference, tested = build(torch.nn), build(nn)
    tested.load_state_dict(reference.state_dict())
    return reference, tested, torch.randn(shape)


def first(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output


def in_tensorflows_order(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.permute(*range(2, tensor.ndim), 1, 0)


@EACH_LAYER
def test_the_variables_lie_as_tensorflows_kernels(name: str) -> None:
    reference, tested, _ = made(name)
    module = bridge_tf.as_module(tested)
    weights = {key: tensor for key, tensor in reference.named_parameters() if tensor.ndim > 1}
    assert weights
    for key, tensor in reference.named_parameters():
        assert_close(module.parameters[key], in_tensorflows_order(tensor) if key in weights else tensor, 0)


@EACH_WAY
@EACH_LAYER
def test_outputs_and_gradients_are_torchs(name: str, compiled: bool) -> None:
    reference, tested, x = made(name)
    module = bridge_tf.as_module(tested)
    cotangent = torch.randn(first(reference(x)).shape)

    def run(x: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            output = first(module(x, training=True))
            total = tf.reduce_sum(output * cotangent.numpy())
        return output, tape.gradient(total, module.parameters)

    output, gradients = (tf.function(run, autograph=False) if compiled else run)(to_framework(x, "tensorflow"))
    expected = first(reference(x))
    (expected * cotangent).sum().backward()
    assert_close(output, expected, 1e-5)
    assert_gradients_close(bridge_tf.to_torch(module, gradients), reference)


@EACH_LAYER
def test_one_written_for_torch_has_them_too(name: str) -> None:
    reference, _, x = made(name)
    module = bridge_tf.as_module(reference)
    assert_close(first(module(to_framework(x, "tensorflow"))), first(reference(x)), 1e-5)
    assert any(tuple(one.shape) != tuple(module.parameters[key].shape) for key, one in reference.named_parameters())


def moved_weights(function: Any, x: torch.Tensor) -> list[str]:
    graph = tf.function(function, autograph=False).get_concrete_function(to_framework(x, "tensorflow")).graph
    moves = [op for op in graph.get_operations() if op.type in ("Transpose", "Einsum")]
    return [op.name for op in moves if is_weight(op.inputs[0].op)]


def is_weight(op: tf.Operation) -> bool:
    return op.type == "ReadVariableOp" or (op.type == "Cast" and is_weight(op.inputs[0].op))


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "flattened images"])
def test_no_weight_is_moved(name: str) -> None:
    _, tested, x = made(name)
    assert moved_weights(bridge_tf.as_module(tested), x) == []


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM", "LSTM of many sequences"])
def test_no_step_moves_anything(name: str) -> None:
    _, tested, x = made(name)
    module = bridge_tf.as_module(tested)

    def gradients(x: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(module(x, training=True)[0] ** 2)
        return tape.gradient(total, module.parameters)

    graph = tf.function(gradients, autograph=False).get_concrete_function(to_framework(x, "tensorflow")).graph
    steps = [function for function in graph.as_graph_def().library.function if "while" in function.signature.name]
    assert steps
    assert [node.name for function in steps for node in function.node_def if node.op in ("Transpose", "Einsum")] == []


def test_a_moved_weight_would_be_seen() -> None:
    weight = tf.Variable(tf.ones((2, 3)))
    assert len(moved_weights(lambda x: x @ tf.transpose(weight), torch.ones(4, 3))) == 1


def test_no_weight_is_moved_in_mixed_precision() -> None:
    _, tested, x = made("Conv2d")
    assert moved_weights(bridge_tf.as_module(bridge.MixedPrecision(tested)), x) == []


def test_a_weight_that_is_an_embeddings_too_lies_as_torch_has_it() -> None:
    model = nn.ModuleDict({"embedding": nn.Embedding(7, 4), "head": nn.Linear(4, 7)})
    model["head"].weight = model["embedding"].weight
    module = bridge_tf.as_module(model)
    assert module.head.weight is module.embedding.weight
    assert_close(module.head.weight, model["head"].weight, 0)


def test_other_weights_lie_as_torch_has_them() -> None:
    model = nn.ModuleDict(
        {"bilinear": nn.Bilinear(3, 4, 2), "attention": nn.MultiheadAttention(4, 2), "norm": nn.LayerNorm((3, 4))}
    )
    model["scaled"] = torch.nn.utils.parametrizations.weight_norm(nn.Linear(3, 4))
    module = bridge_tf.as_module(model)
    for key, tensor in model.named_parameters():
        if key == "attention.out_proj.weight":  # a linear layer's
            tensor = tensor.T
        assert_close(module.parameters[key], tensor, 0)


READS: dict[str, Callable[[Any, Any], Any]] = {
    "a sum": lambda w, x: x * ops.sum(w),
    "operators": lambda w, x: x @ ops.matrix_transpose(2 * w - w / 3 + (-w) ** 2 + abs(w) + 1),
    "matmul": lambda w, x: ops.matmul(w, ops.matrix_transpose(x)),
    "matmul from the right": lambda w, x: ops.matmul(x, ops.matrix_transpose(w)),
    "an operator": lambda w, x: x * w[0] + 2 * w[1] - w[2] / 3,
    "an operator from the right": lambda w, x: 1 - (x @ ops.permute_dims(w, (1, 0))),
    "rows": lambda w, x: ops.take(w, ops.argsort(x[0])[:2], axis=0) * x,
    "the larger": lambda w, x: ops.sum(ops.maximum(w, 0.1)) * x,
    "a cumulative product": lambda w, x: ops.sum(ops.cumulative_prod(w, axis=0)) * x,
    "a pseudo-inverse": lambda w, x: ops.matmul(x, ops.linalg.pinv(w)),
    "singular values": lambda w, x: x * ops.linalg.svdvals(w)[0],
    "a gradient of its own": lambda w, x: x * ops.sum(ops.custom_gradient(lambda y: (y * 2, lambda g: g * 5))(w)),
    "a gradient by it": lambda w, x: x * ops.sum(ops.grad(lambda y: ops.sum(y**3))(w)),
    "a pull-back": lambda w, x: x * ops.sum(ops.vjp(ops.sin, w)[1](w)[0]),
    "mapped": lambda w, x: ops.matmul(x, ops.matrix_transpose(ops.vmap(ops.tanh)(w))),
    "computed twice": lambda w, x: ops.checkpoint(lambda x: ops.tanh(ops.matmul(w, ops.matrix_transpose(x))))(x),
    "given, and computed twice": lambda w, x: ops.checkpoint(lambda w: ops.tanh(w * x[0]))(w),
    "a branch": lambda w, x: x * ops.sum(ops.cond(ops.sum(x) > 1e3, lambda: w * 2, lambda: w)),
    "a loop": lambda w, x: x * ops.sum(ops.fori_loop(0, 3, lambda _, y: ops.tanh(y), w)),
    "a scan": lambda w, x: x * ops.sum(ops.scan(lambda total, row: (total + row**2, row), w[0], w)[0]),
    "as another dtype": lambda w, x: x * ops.astype(ops.sum(ops.astype(w, "float64")), "float32"),
    "its length": lambda w, x: x * len(w) * w.shape[1] * ops.sum(w),
    "its dtype": lambda w, x: ops.astype(x, w.dtype) * ops.sum(w),
    "stacked": lambda w, x: ops.sum(ops.stack([w, w * 2]), axis=0) * x[0],
    "in a linear map of another shape": lambda w, x: ops.linear(ops.linear(x, w), ops.matrix_transpose(w)),
    "a convolution": lambda w, x: ops.conv1d(x[None], w[..., None], None),
}


class Reading(torch.nn.Linear):
    """A linear layer whose forward reads its weight in another way."""

    def __init__(self, read: Callable[[Any, Any], Any]) -> None:
        super().__init__(3, 4, bias=False)
        self.read = read

    def forward(self, x: Any) -> Any:
        return self.read(self.weight, x)


@EACH_WAY
@pytest.mark.parametrize("name", READS)
def test_whoever_reads_a_weight_finds_torchs(name: str, compiled: bool) -> None:
    torch.manual_seed(0)
    model, x = Reading(READS[name]), torch.randn(3, 3) if name == "a convolution" else torch.randn(2, 3)
    module = bridge_tf.as_module(model)

    def run(x: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            output = module(x, training=True)
            total = tf.reduce_sum(output**2)
        return output, tape.gradient(total, module.parameters)

    output, gradients = (tf.function(run, autograph=False) if compiled else run)(to_framework(x, "tensorflow"))
    expected = model(x)
    (expected**2).sum().backward()
    assert_close(output, expected, 1e-5)
    assert_gradients_close(bridge_tf.to_torch(module, gradients), model)


def test_load_and_assign_are_each_others_way_back() -> None:
    _, tested, x = made("Conv2d, groups")
    module, other = bridge_tf.as_module(tested), copy.deepcopy(tested)
    function = tf.function(lambda x: module(x))
    before = function(to_framework(x, "tensorflow"))
    with torch.no_grad():
        for tensor in other.parameters():
            tensor.mul_(2).add_(torch.randn(tensor.shape))
    bridge_tf.assign(module, other)
    after = function(to_framework(x, "tensorflow"))
    assert function.experimental_get_tracing_count() == 1
    assert_close(after, other(x), 1e-5)
    assert numpy.abs(after - before).max() > 0.1
    bridge_tf.load(tested, module)
    assert_untouched(tested, snapshot(other))


def test_assign_keeps_the_variables_dtype() -> None:
    layer = nn.Linear(3, 2)
    module = bridge_tf.as_module(layer)
    bridge_tf.assign(module, copy.deepcopy(layer).double())
    assert_close(module.weight, layer.weight.T, 0)


class Remembering(nn.Linear):
    """A linear layer with a buffer that is not in its `state_dict`."""

    def __init__(self) -> None:
        super().__init__(3, 2)
        self.register_buffer("seen", torch.ones(2), persistent=False)


def test_assign_leaves_a_buffer_that_is_not_in_the_state_dict_where_there_is_none() -> None:
    layer, module = nn.Linear(3, 2), bridge_tf.as_module(Remembering())
    bridge_tf.assign(module, layer)
    assert_close(module.weight, layer.weight.T, 0)
    assert_close(module.seen, torch.ones(2), 0)


def test_assign_of_a_tensor_without_values_writes_nothing() -> None:
    layer = nn.Linear(3, 2)
    module, other = bridge_tf.as_module(layer), nn.Linear(3, 2)
    other.bias = torch.nn.Parameter(torch.empty(2, device="meta"))
    with pytest.raises(NotImplementedError, match="meta tensor"):
        bridge_tf.assign(module, other)
    assert_close(module.weight, layer.weight.T, 0)


def test_assign_of_another_model_lists_all_faults_and_writes_nothing() -> None:
    module = bridge_tf.as_module(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)))
    before = [variable.numpy() for variable in module.variables]
    with pytest.raises(ValueError, match="Sequential cannot take these parameters and buffers") as caught:
        bridge_tf.assign(module, nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 2)))
    for fault in (
        "parameter '0.weight' expected shape (2, 3), got (3, 2)",
        "missing buffer '1.running_mean' of shape (2,)",
    ):
        assert fault in str(caught.value)
    assert all((one == variable.numpy()).all() for one, variable in zip(before, module.variables, strict=True))


def test_a_gradient_that_there_is_not_stays_none() -> None:
    module = bridge_tf.as_module(nn.Linear(3, 2))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(module.weight)
    received = bridge_tf.to_torch(module, tape.gradient(total, module.parameters))
    assert received["bias"] is None
    assert_close(received["weight"], torch.ones(2, 3), 0)


def test_the_gradient_of_a_look_up_becomes_a_tensor() -> None:
    embedding = nn.Embedding(5, 3)
    module = bridge_tf.as_module(embedding)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(module(tf.constant([1, 3, 3])))
    received = bridge_tf.to_torch(module, tape.gradient(total, module.parameters))
    embedding(torch.tensor([1, 3, 3])).sum().backward()
    assert_close(received["weight"], embedding.weight.grad, 0)


def test_a_copy_of_the_module_has_weights_of_its_own() -> None:
    layer = nn.Linear(3, 2)
    module = bridge_tf.as_module(layer)
    twin = copy.deepcopy(module)
    twin.weight.assign(tf.zeros((3, 2)))
    x = torch.ones(4, 3)
    assert_close(module(to_framework(x, "tensorflow")), layer(x), 1e-5)
    assert_close(twin(to_framework(x, "tensorflow")), layer.bias.expand(4, 2), 1e-5)
