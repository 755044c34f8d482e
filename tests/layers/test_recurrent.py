"""Recurrent layers on padded sequences with `lengths`: torch's packing is the reference; how large they compile."""

from __future__ import annotations

from typing import Any

import jax
import jax.extend
import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import bridge
from bridge import layers as nn
from bridge.backends.jax import recurrence
from bridge.backends.tensorflow import recurrent as tensorflow_recurrent
from bridge.interop.jax import functionalize
from bridge.interop.tf import as_module, to_torch
from bridge.ops import recurrent
from tests.helpers import assert_close, to_framework
from tests.layers.steps import STEPS, Call, assert_near_torch, torch_step

LENGTHS = torch.tensor([2, 4, 1])
NETWORKS = ("RNN", "GRU", "LSTM")
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "stacked": {"num_layers": 2, "bidirectional": True, "batch_first": True},
}


class Packed(torch.nn.Module):
    """torch's own network on the sequences, packed and padded again."""

    def __init__(self, layer: torch.nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor, hx: Any, lengths: torch.Tensor) -> Any:
        first = self.layer.batch_first
        output, states = self.layer(pack_padded_sequence(x, lengths, first, enforce_sorted=False), hx)
        return pad_packed_sequence(output, first, total_length=x.shape[1 if first else 0])[0], states


class Padded(nn.Module):
    def __init__(self, layer: torch.nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Any, hx: Any, lengths: Any) -> Any:
        return self.layer(x, hx, lengths=lengths)


def _pair(name: str, options: dict[str, Any], steps: int = 5) -> tuple[torch.nn.Module, torch.nn.Module, Call]:
    built = []
    for namespace, wrapper in ((nn, Padded), (torch.nn, Packed)):
        torch.manual_seed(1)
        built.append(wrapper(getattr(namespace, name)(3, 4, **options)))
    torch.manual_seed(2)
    x = torch.randn((3, steps, 3) if options.get("batch_first") else (steps, 3, 3))  # longer than the longest
    states = tuple(torch.randn(4 if options else 1, 3, 4) for _ in range(2))
    return built[0], built[1], Call((x, states if name == "LSTM" else states[0], LENGTHS), {})


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("name", NETWORKS)
def test_lengths_are_torchs_packing(name, options):
    ours, theirs, call = _pair(name, options)
    (received, _), (expected, _) = torch_step(ours, call), torch_step(theirs, call)
    for one, other in zip(received.outputs + received.gradients, expected.outputs + expected.gradients, strict=True):
        assert torch.isfinite(other).all()
        assert torch.equal(one, other)
    assert not received.outputs[0].select(0 if options else 1, 2)[1:].any()


@pytest.mark.parametrize("framework", STEPS)
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("name", NETWORKS)
def test_lengths_agree_with_torchs_packing_elsewhere(name, options, framework):
    ours, theirs, call = _pair(name, options)
    expected, cotangents = torch_step(theirs, call)
    for compiled in (False, True):
        assert_near_torch(STEPS[framework](ours, call, cotangents, training=True, compiled=compiled), expected)


@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_many_sequences_in_tensorflow(name, axis, monkeypatch):
    """Large ones have their features first; and the gradient of many sequences is TensorFlow's own."""
    monkeypatch.setattr(recurrent, "_features_axis", lambda input, weights: axis)
    monkeypatch.setattr(tensorflow_recurrent, "_FEW", 0)
    test_lengths_agree_with_torchs_packing_elsewhere(name, OPTIONS["stacked"], "tensorflow")


@pytest.mark.parametrize("ahead", [True, False])
@pytest.mark.parametrize("features", ["first", "last"])
@pytest.mark.parametrize("name", NETWORKS)
def test_how_steps_in_jax_get_their_gates(name, features, ahead, monkeypatch):
    """Sizes alone choose: with the features first or last, and from the input all before the steps, or step by step."""
    if features == "first":
        monkeypatch.setattr(recurrence, "_PRODUCTS", 0)
    if not ahead:
        monkeypatch.setattr(recurrence, "_AHEAD", 0)
        monkeypatch.setattr(recurrence, "_AHEAD_A_STEP", 0)
    ours, theirs, call = _pair(name, OPTIONS["stacked"])
    expected, cotangents = torch_step(theirs, call)
    assert_near_torch(STEPS["jax"](ours, call, cotangents, training=True, compiled=True), expected)
    assert_close(ours(*to_framework(call.args, "jax")), expected.outputs)


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN:UserWarning")
@pytest.mark.parametrize("framework", STEPS)
@pytest.mark.parametrize("count", [1, 2])
def test_one_sequence_and_two(count, framework):
    torch.manual_seed(4)
    theirs, ours = (namespace.LSTM(3, 8, proj_size=2, bidirectional=True) for namespace in (torch.nn, nn))
    ours.load_state_dict(theirs.state_dict())
    call = Call((torch.randn(6, count, 3),), {})
    expected, cotangents = torch_step(theirs, call)
    for compiled in (False, True):
        assert_near_torch(STEPS[framework](ours, call, cotangents, training=True, compiled=compiled), expected)


def test_large_networks_have_their_features_first():
    def axis(count, hidden):
        weights = recurrent.LSTMWeights(None, numpy.empty((4 * hidden, hidden)), None, None, None)
        return recurrent.last_if_few(numpy.empty((5, count, 3)), weights, 1 << 20)

    assert [axis(1, 8), axis(2, 8), axis(16, 128), axis(17, 128), axis(2, 512)] == [0, -1, -1, 0, 0]


@pytest.mark.parametrize("steps", [4, 6])
def test_steps_that_one_turn_of_tensorflows_loop_takes_together(steps):
    ours, theirs, call = _pair("LSTM", OPTIONS["stacked"], steps)
    expected, cotangents = torch_step(theirs, call)
    received = STEPS["tensorflow"](ours, call, cotangents, training=True, compiled=True)
    assert_near_torch(received, expected)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("LSTM", {}),
        ("LSTM", {"proj_size": 2}),
        ("GRU", {}),
        ("GRU", {"bias": False}),
        ("RNN", {}),
        ("RNN", {"nonlinearity": "relu"}),
    ],
    ids=str,
)
def test_every_transform_of_jax_goes_through_a_network(name, options):
    """The rule for tangents is our own: forward, forward over reverse, and a batch of each, beside torch's network."""
    torch.manual_seed(3)
    plain = getattr(torch.nn, name)(3, 4, bidirectional=True, **options)
    layer = getattr(nn, name)(3, 4, bidirectional=True, **options)
    layer.load_state_dict(plain.state_dict())
    names = [name for name, _ in plain.named_parameters()]
    shapes = [(2, 2, options.get("proj_size", 4)), (2, 2, 4)][: 2 if name == "LSTM" else 1]
    given = [torch.randn(5, 2, 3), *map(torch.randn, shapes), *(p.detach() for p in plain.parameters())]
    moved = [torch.randn_like(tensor) for tensor in given]
    exact, exactly_moved = (tuple(tensor.double() for tensor in tensors) for tensors in (given, moved))
    function = getattr(torch, "rnn_relu" if "nonlinearity" in options else {"RNN": "rnn_tanh"}.get(name, name.lower()))

    def in_torch(x, *rest):
        states, weights = rest[: len(shapes)], rest[len(shapes) :]
        hx = states if name == "LSTM" else states[0]
        return sum((part**3).sum() for part in function(x, hx, weights, layer.bias, 1, 0.0, False, True, False))

    def in_jax(x, *rest):
        states, weights = rest[: len(shapes)], rest[len(shapes) :]
        hx = states if name == "LSTM" else states[0]
        answer = layer.stateless_apply(dict(zip(names, weights, strict=True)), {}, x, hx)[0]
        return sum((part**3).sum() for part in jax.tree.leaves(answer))

    places = tuple(range(len(given)))
    expected = torch.func.jvp(torch.func.grad(in_torch, places), exact, exactly_moved)
    arrays, tangents = ([jnp.asarray(tensor.numpy()) for tensor in tensors] for tensors in (given, moved))

    def both(tangents):
        return jax.jvp(jax.grad(in_jax, places), tuple(arrays), tuple(tangents))

    batched = jax.jit(jax.vmap(both))([jnp.stack([tangent, tangent]) for tangent in tangents])
    for one, other in zip(jax.tree.leaves(batched), [part for side in expected for part in side], strict=True):
        assert torch.isfinite(other).all()
        numpy.testing.assert_allclose(one[1], other.numpy(), rtol=2e-4, atol=2e-4)

    states = slice(1, 1 + len(shapes))

    def of_states(function, given):
        return lambda *moving: function(given[0], *moving, *given[states.stop :])

    only_states = jax.jvp(of_states(in_jax, arrays), arrays[states], tangents[states])[1]
    reference = torch.func.jvp(of_states(in_torch, exact), exact[states], exactly_moved[states])
    numpy.testing.assert_allclose(only_states, reference[1].numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(("name", "options"), [("LSTM", {"proj_size": 2}), ("GRU", {}), ("RNN", {})], ids=str)
def test_the_gradient_of_a_gradient_in_tensorflow(name, options, compiled):
    """The gradient is our own: a second one goes through it, beside torch's in double precision."""
    torch.manual_seed(6)
    plain, layer = (getattr(namespace, name)(3, 4, bidirectional=True, **options) for namespace in (torch.nn, nn))
    layer.load_state_dict(plain.state_dict())
    plain, x = plain.double(), torch.randn(4, 2, 3)

    exact = x.double().requires_grad_()
    (first,) = torch.autograd.grad((plain(exact)[0] ** 3).sum(), exact, create_graph=True)
    expected = torch.autograd.grad((first**2).sum(), [exact, *plain.parameters()], allow_unused=True)
    module = as_module(layer)

    def twice(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                loss = tf.reduce_sum(module(x)[0] ** 3)
            norm = tf.reduce_sum(inner.gradient(loss, x) ** 2)
        return outer.gradient(norm, [x, module.parameters])

    found, by_name = (tf.function(twice, autograph=False) if compiled else twice)(tf.constant(x.numpy()))
    received = to_torch(module, by_name)
    for one, other in zip([found, *(received[name] for name, _ in plain.named_parameters())], expected, strict=True):
        numpy.testing.assert_allclose(one, other.numpy(), rtol=1e-3, atol=1e-4 * float(other.abs().max()))


@pytest.mark.parametrize("name", NETWORKS)
def test_tangents_by_the_gradient_of_a_gradient_in_tensorflow(name):
    """The gradient by the gradient that comes by the output, which is zero: it must not be taken for nothing."""
    torch.manual_seed(6)
    plain, layer = (getattr(namespace, name)(3, 4) for namespace in (torch.nn, nn))
    layer.load_state_dict(plain.state_dict())
    x, tangent = torch.randn(4, 2, 3), torch.randn(4, 2, 3)
    plain = plain.double()
    _, expected = torch.func.jvp(lambda x: plain(x)[0], (x.double(),), (tangent.double(),))

    @tf.function(autograph=False)
    def tangents(x, tangent):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                output, _ = layer(x)
            upstream = tf.zeros_like(output)
            outer.watch(upstream)
            pulled = inner.gradient(output, x, upstream)
        return outer.gradient(pulled, upstream, tangent)

    assert_close(tangents(*to_framework([x, tangent], "tensorflow")), expected.float())


@pytest.mark.parametrize("with_states", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_shard_of_the_batch_goes_through_a_network_of_jax(name, with_states):
    """A `shard_map` wants to know from the start of a scan what will vary from shard to shard."""
    mesh = jax.make_mesh((1,), ("data",), axis_types=(jax.sharding.AxisType.Auto,), devices=jax.devices()[:1])
    shard, whole = jax.sharding.PartitionSpec("data"), jax.sharding.PartitionSpec()
    torch.manual_seed(5)
    apply, params, buffers = functionalize(getattr(nn, name)(3, 4, batch_first=True))
    x, state = jnp.ones((2, 5, 3)), jnp.ones((1, 2, 4))
    hx = (state, state) if name == "LSTM" else state

    def loss(params, x):
        output, _ = apply(params, buffers, x, *((hx,) if with_states else ()), training=True)[0]
        return (output**2).sum()

    def of_shard(params, x):
        return jax.lax.psum(loss(params, x), "data")

    of_all = jax.jit(jax.shard_map(of_shard, mesh=mesh, in_specs=(whole, shard), out_specs=whole))
    numpy.testing.assert_allclose(of_all(params, x), loss(params, x), rtol=1e-6)
    expected = jax.tree.leaves(jax.grad(loss)(params, x))
    for one, other in zip(jax.tree.leaves(jax.grad(of_all)(params, x)), expected, strict=True):
        numpy.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_lengths_without_states_and_compiled_by_torch():
    ours, theirs, call = _pair("GRU", OPTIONS["stacked"])
    expected = theirs(call.args[0], None, LENGTHS)
    torch.testing.assert_close(ours(call.args[0], None, LENGTHS), expected, rtol=0, atol=0)
    with torch._dynamo.config.patch(allow_rnn=True):  # as torch's own networks need it
        compiled = torch.compile(ours, backend="eager", fullgraph=True)
        torch.testing.assert_close(compiled(call.args[0], None, LENGTHS), expected)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "numpy"])
def test_wrong_lengths_and_states_are_named(framework):
    x, two, state = (
        to_framework(t, framework) for t in (torch.ones(5, 3, 3), torch.tensor([1, 2]), torch.ones(2, 3, 4))
    )
    with pytest.raises(bridge.InputShapeError, match=r"^GRU\(3, 4\) expected .* \(3,\) as its lengths, got \(2,\)"):
        nn.GRU(3, 4)(x, lengths=two)
    with pytest.raises(bridge.InputShapeError, match=r"^GRU\(3, 4\) expected .*\(L, N, 3\), got \(5, 3\)"):
        nn.GRU(3, 4)(x[0:5, 0], lengths=two)
    with pytest.raises(
        bridge.InputShapeError, match=r"^RNN\(3, 4\) expected .* \(1, 3, 4\) as its h_0, got \(2, 3, 4\)"
    ):
        nn.RNN(3, 4)(x, state)
    with pytest.raises(
        bridge.InputShapeError, match=r"^LSTMCell\(3, 4\) expected .* \(3, 4\) as its h_0, got \(2, 3, 4\)"
    ):
        nn.LSTMCell(3, 4)(x[0], (state, state))


def test_a_packed_sequence_has_its_own_lengths():
    packed = pack_padded_sequence(torch.ones(5, 3, 3), LENGTHS, enforce_sorted=False)
    with pytest.raises(TypeError, match=r"GRU\(3, 4\) expected no lengths with a PackedSequence"):
        nn.GRU(3, 4)(packed, lengths=LENGTHS)


def _operations_of_jaxpr(jaxpr: Any) -> int:
    """The operations of a program with those of the programs inside it."""
    inner = [sub for equation in jaxpr.eqns for sub in jax.extend.core.jaxprs_in_params(equation.params)]
    return len(jaxpr.eqns) + sum(map(_operations_of_jaxpr, inner))


def _operations_in_jax(layer: torch.nn.Module, steps: int) -> int:
    params = {name: jnp.asarray(p.detach().numpy()) for name, p in layer.named_parameters()}

    def loss(params: Any, x: Any, lengths: Any) -> Any:
        return layer.stateless_apply(params, {}, x, lengths=lengths)[0][0].sum()

    program = jax.make_jaxpr(jax.grad(loss))(params, jnp.ones((steps, 2, 3)), jnp.asarray([1, 2]))
    return _operations_of_jaxpr(program.jaxpr)


def _operations_in_tensorflow(layer: torch.nn.Module, steps: int) -> int:
    function = tf.function(lambda x, lengths: layer(x, lengths=lengths)[0], autograph=False)
    graph = function.get_concrete_function(tf.zeros((steps, 2, 3)), tf.constant([1, 2])).graph
    inner = list(graph.as_graph_def().library.function)
    return len(graph.get_operations()) + sum(len(definition.node_def) for definition in inner)


@pytest.mark.parametrize("count", [_operations_in_jax, _operations_in_tensorflow], ids=["jax", "tensorflow"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_program_does_not_grow_with_the_sequence(name, count):
    layer = getattr(nn, name)(3, 4, bidirectional=True).eval()
    assert 10 < count(layer, 16) == count(layer, 1024)
