"""Mixed precision beside torch.autocast, beside casts by hand, and beside torch's own list of what needs float32."""

from __future__ import annotations

import copy
import inspect
import itertools

import jax
import jax.numpy as jnp
import lightning
import numpy
import pytest
import tensorflow as tf
import torch
from torch.testing._internal.autocast_test_lists import AutocastTestLists

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.full_precision import NAMES, is_full_precision
from bridge.interop import jax as bridge_jax
from bridge.interop import tf as bridge_tf
from bridge.interop.lightning import LitModule
from tests.helpers import assert_close, to_framework, to_numpy
from tests.interop.models import MODELS

HALVES = {"bfloat16": 2**-7, "float16": 2**-9}
"""The dtypes, with what they may differ by, relative to the largest value, where the order of sums differs."""

ELSEWHERE = ("jax", "tensorflow")

_each_half = pytest.mark.parametrize("half", HALVES)
_each_model = pytest.mark.parametrize("name", MODELS)


def _pair(name, half, training=False):
    reference, tested = MODELS[name].pair()
    return reference.train(training), bridge.MixedPrecision(tested, half).train(training)


def _autocast(reference, inputs, half):
    dtype = getattr(torch, half)
    inputs = inputs.to(dtype) if inputs.is_floating_point() else inputs
    with torch.autocast("cpu", dtype=dtype):
        return reference(inputs).float()


def _jax_gradients(model, inputs, cotangent, training=False):
    apply, params, buffers = bridge_jax.functionalize(model)

    def loss(params):
        output, after = apply(params, buffers, jnp.asarray(inputs.numpy()), training=training)
        return (output * cotangent.numpy()).sum(), (output, after)

    gradients, (output, after) = jax.jit(jax.grad(loss, has_aux=True))(params)
    return output, gradients, after


def _tensorflow_gradients(model, inputs, cotangent, training=False):
    module = bridge_tf.as_module(model)

    @tf.function(autograph=False)
    def step(inputs):
        with tf.GradientTape() as tape:
            output = module(inputs, training=training)
            loss = tf.reduce_sum(output * cotangent.numpy())
        return output, tape.gradient(loss, module.parameters)

    output, gradients = step(tf.constant(inputs.numpy()))
    assert all(each.dtype == module.parameters[name].dtype for name, each in gradients.items())
    return output, bridge_tf.to_torch(module, gradients), module.buffers


GRADIENTS = {"jax": _jax_gradients, "tensorflow": _tensorflow_gradients}


@_each_half
@_each_model
def test_in_torch_it_is_autocast_to_the_bit(name, half):
    reference, tested = _pair(name, half)
    inputs = MODELS[name].inputs()
    expected, received = _autocast(reference, inputs, half), tested(inputs)
    assert received.dtype == torch.float32
    assert torch.equal(received, expected)
    assert not torch.equal(received, reference(inputs))
    gradients = torch.autograd.grad(received.sum(), list(tested.parameters()))
    wanted = torch.autograd.grad(expected.sum(), list(reference.parameters()))
    for mine, torchs in zip(gradients, wanted, strict=True):
        assert mine.dtype == torch.float32
        assert torch.equal(mine, torchs)


@pytest.mark.parametrize(("name", "half"), [*((name, "bfloat16") for name in MODELS), ("mlp", "float16")])
@pytest.mark.parametrize("framework", ELSEWHERE)
def test_elsewhere_it_is_near_autocast_with_gradients_in_float32(name, half, framework):
    reference, tested = _pair(name, half)
    inputs = MODELS[name].inputs()
    expected = _autocast(reference, inputs, half)
    cotangent = torch.randn(expected.shape)
    wanted = torch.autograd.grad(expected, list(reference.parameters()), cotangent)
    output, gradients, _ = GRADIENTS[framework](tested, inputs, cotangent)
    assert "float32" in str(output.dtype)
    assert_close(output, expected, 2 * HALVES[half])
    largest = max(float(gradient.abs().max()) for gradient in wanted)
    for (parameter, _), torchs in zip(reference.named_parameters(), wanted, strict=True):
        mine = gradients[f"module.{parameter}"]
        assert "float32" in str(mine.dtype)
        assert numpy.abs(to_numpy(mine) - torchs.numpy()).max() <= 4 * HALVES[half] * largest
    assert numpy.abs(to_numpy(output) - to_numpy(reference(inputs))).max() > 0  # float32 itself would be no proof


@_each_half
def test_jax_agrees_with_casts_by_hand(half):
    layer = nn.Sequential(nn.Linear(6, 4), nn.Softmax(-1), nn.Linear(4, 2))
    apply, params, buffers = bridge_jax.functionalize(bridge.MixedPrecision(layer, half))
    dtype = jnp.dtype(half)

    def by_hand(params, x):
        weights = {name: value.astype(dtype) for name, value in params.items()}
        x = x.astype(dtype) @ weights["module.0.weight"].T + weights["module.0.bias"]
        x = jax.nn.softmax(x.astype("float32"), axis=-1).astype(dtype)
        return (x @ weights["module.2.weight"].T + weights["module.2.bias"]).astype("float32")

    x = jax.random.normal(jax.random.key(0), (8, 6))
    expected = by_hand(params, x)
    numpy.testing.assert_allclose(apply(params, buffers, x)[0], expected, rtol=0, atol=float(jnp.finfo(dtype).eps))


@_each_half
def test_the_matrix_products_are_in_half_precision(half):
    model = bridge.MixedPrecision(nn.Sequential(nn.Linear(6, 4), nn.LayerNorm(4), nn.Linear(4, 2)), half)
    apply, params, buffers = bridge_jax.functionalize(model)
    equations = jax.make_jaxpr(apply)(params, buffers, jnp.ones((3, 6))).eqns
    products = [eqn for eqn in _flat(equations) if eqn.primitive.name == "dot_general"]
    assert [str(eqn.invars[0].aval.dtype) for eqn in products] == [half, half]
    module = bridge_tf.as_module(model)
    graph = tf.function(module, autograph=False).get_concrete_function(tf.TensorSpec((3, 6))).graph
    kinds = [operation.inputs[0].dtype.name for operation in graph.get_operations() if operation.type == "MatMul"]
    assert kinds == [half, half]


def _flat(equations):
    for equation in equations:
        yield equation
        for inner in jax.tree.leaves(list(equation.params.values()), is_leaf=lambda leaf: hasattr(leaf, "eqns")):
            yield from _flat(getattr(getattr(inner, "jaxpr", inner), "eqns", ()))


@pytest.mark.parametrize("framework", ELSEWHERE)
@pytest.mark.parametrize(
    ("op", "float_op"),
    [
        (lambda x: ops.softmax(x, -1), lambda x: x.softmax(-1)),
        (lambda x: ops.sum(x, axis=-1), lambda x: x.sum(-1)),
        (lambda x: ops.layer_norm(x, (4096,)), lambda x: torch.nn.functional.layer_norm(x, (4096,))),
        (lambda x: ops.mse_loss(x, 0 * x), lambda x: x.square().mean()),
    ],
    ids=["softmax", "sum", "layer_norm", "loss"],
)
def test_what_needs_float32_computes_in_it(framework, op, float_op):
    class Model(bridge.Layer):
        def forward(self, x):
            return op(x)

    x = torch.randn(2, 4096).abs()
    expected = float_op(x.bfloat16().float())
    model = bridge.MixedPrecision(Model(), output=None)
    received = model(to_framework(x, framework))
    if expected.ndim:
        assert "bfloat16" in str(received.dtype)
        expected = expected.bfloat16().float()
        distance = numpy.abs(to_numpy(ops.astype(received, "float32")) - expected.numpy())
        assert (distance <= 2**-7 * numpy.abs(expected.numpy())).all()  # the last bit may round the other way
        assert (distance == 0).mean() > 0.98
    else:
        assert "float32" in str(received.dtype)
        assert_close(received, expected)


def test_torchs_own_list_of_what_needs_float32_is_covered():
    lists = AutocastTestLists(torch.device("cpu"))
    names = {entry[0] for entry in (*lists.torch_fp32, *lists.nn_fp32)}
    # One rounding of a single number, which no sum makes worse.
    elementwise = {"acos", "asin", "cosh", "erfinv", "exp", "expm1", "log", "log10", "log2", "log1p", "pow"}
    elementwise |= {"reciprocal", "rsqrt", "sinh", "softplus", "tan"}
    ours = {name for name in names - elementwise if hasattr(ops, name)}
    assert len(ours) > 20
    assert [name for name in ours if not is_full_precision(inspect.unwrap(getattr(ops, name)))] == []
    halved = {entry[0] for entry in (*lists.torch_fp16, *lists.nn_fp16)} & set(ops.__all__)
    assert len(halved) > 5
    assert [name for name in halved if is_full_precision(inspect.unwrap(getattr(ops, name)))] == []


def test_every_name_that_needs_float32_is_an_op():
    assert [name for name in NAMES if not hasattr(ops, name)] == []


@_each_half
@pytest.mark.parametrize("framework", ELSEWHERE)
def test_running_statistics_stay_in_float32(framework, half):
    reference, tested = _pair("cnn", half, training=True)
    inputs = MODELS["cnn"].inputs()
    before = copy.deepcopy(tested.state_dict())
    expected = _autocast(reference, inputs, half)
    output, _, buffers = GRADIENTS[framework](tested, inputs, torch.ones(4, 3), training=True)
    assert_close(output, expected, 4 * HALVES[half])
    for name, buffer in reference.named_buffers():
        received = buffers[f"module.{name}"]
        assert str(buffer.dtype)[6:][:3] in str(received.dtype)
        assert_close(tf.convert_to_tensor(received) if framework == "tensorflow" else received, buffer, HALVES[half])
    first = numpy.asarray(buffers["module.1.running_mean"])
    assert not (first == first.astype(jnp.dtype(half)).astype("float32")).all()
    assert all(torch.equal(value, before[name]) for name, value in tested.state_dict().items())


class Positions(bridge.Layer):
    """Adds a buffer, by Python's operator, to what a table gives."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(5, 4)
        self.register_buffer("positions", torch.randn(3, 4))
        self.scale = torch.nn.Parameter(torch.randn(4))

    def forward(self, ids):
        return (self.table(ids) + self.positions) * self.scale


@pytest.mark.parametrize("framework", ELSEWHERE)
def test_buffers_and_parameters_mix_with_what_layers_give(framework):
    model = Positions()
    ids = torch.tensor([[0, 1, 4]])
    received = bridge.MixedPrecision(model)(to_framework(ids, framework))
    assert_close(received, model(ids), 2**-6)


class Average(bridge.Layer):
    full_precision = True

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.ones(()))

    def forward(self, x):
        self.update_buffer("mean", ops.add(self.mean, 2**-12 * ops.mean(ops.astype(x, "float32"))))
        return x


@pytest.mark.parametrize("framework", ELSEWHERE)
@pytest.mark.parametrize("full", [True, False])
def test_a_layer_keeps_its_averages_exact_if_it_says_so(framework, full):
    layer = Average()
    layer.full_precision = full
    model = bridge.MixedPrecision(layer)
    x = to_framework(torch.ones(2, 2), framework)
    for _ in range(2):
        model(x)
    exact = torch.tensor(1 + 2**-11)
    assert layer.mean.dtype == torch.float32
    assert torch.equal(layer.mean, exact) is full


@pytest.mark.parametrize("framework", ["torch", *ELSEWHERE])
def test_a_part_in_float32_within(framework):
    head = nn.Linear(4, 4)
    inner = bridge.MixedPrecision(head, compute="float32", output="bfloat16")
    model = bridge.MixedPrecision(nn.Sequential(nn.Linear(4, 4), inner), output="float32")
    x = torch.randn(3, 4)
    weight, bias = (tensor.bfloat16() for tensor in (model.module[0].weight, model.module[0].bias))
    hidden = torch.nn.functional.linear(x.bfloat16(), weight, bias).float()
    expected = torch.nn.functional.linear(hidden, head.weight, head.bias).bfloat16().float()
    assert_close(model(to_framework(x, framework)), expected, 2**-7)


@pytest.mark.parametrize("framework", ["torch", *ELSEWHERE, "numpy"])
def test_outputs_are_cast_and_whole_numbers_are_not(framework):
    class Two(bridge.Layer):
        def forward(self, x, ids):
            return {"x": x, "ids": (ids, None)}

    x = to_framework(torch.ones(2), framework)
    ids = to_framework(torch.ones(2, dtype=torch.int32), framework)
    outputs = bridge.MixedPrecision(Two())(x, ids=ids)
    assert "float32" in str(outputs["x"].dtype)
    assert "int32" in str(outputs["ids"][0].dtype)
    assert outputs["ids"][1] is None
    if framework != "numpy":
        halved = bridge.MixedPrecision(Two(), "float16", output=None)(x, ids)
        assert "float16" in str(halved["x"].dtype)


def test_it_compiles_and_exports_in_torch():
    _, tested = _pair("mlp", "bfloat16")
    inputs = MODELS["mlp"].inputs()
    expected = tested(inputs)
    assert torch.equal(torch.compile(tested, backend="eager", fullgraph=True)(inputs), expected)
    assert torch.equal(torch.export.export(tested, (inputs,)).module()(inputs), expected)


def test_dropout_draws_from_the_key():
    model = bridge.MixedPrecision(nn.Dropout(0.5))
    apply, params, buffers = bridge_jax.functionalize(model)
    outputs = [apply(params, buffers, jnp.ones(1000), rng=jax.random.key(seed), training=True)[0] for seed in (0, 0, 1)]
    assert (outputs[0] == outputs[1]).all()
    assert 400 < int((outputs[0] == outputs[2]).sum()) < 600


def test_training_in_it_learns_in_jax_and_tensorflow():
    x = torch.randn(64, 2)
    target = (x[:, :1] * x[:, 1:]).numpy()
    model = bridge.MixedPrecision(nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.LayerNorm(16), nn.Linear(16, 1)))
    apply, params, buffers = bridge_jax.functionalize(model)

    @jax.jit
    def jax_step(params):
        loss, gradients = jax.value_and_grad(
            lambda params: ((apply(params, buffers, jnp.asarray(x.numpy()))[0] - target) ** 2).mean()
        )(params)
        return loss, jax.tree.map(lambda value, gradient: value - 0.02 * gradient, params, gradients)

    module = bridge_tf.as_module(model)

    @tf.function(autograph=False)
    def tensorflow_step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((module(tf.constant(x.numpy())) - target) ** 2)
        for variable, gradient in zip(
            module.trainable_variables, tape.gradient(loss, module.trainable_variables), strict=True
        ):
            variable.assign_sub(0.02 * gradient)
        return loss

    losses = []
    for _ in range(150):
        loss, params = jax_step(params)
        losses.append((float(loss), float(tensorflow_step())))
    assert losses[-1][0] < 0.5 * losses[0][0]
    numpy.testing.assert_allclose(*numpy.transpose(losses), rtol=0.1)


@pytest.mark.filterwarnings("ignore:You defined a `validation_step` but have no `val_dataloader`")
@pytest.mark.filterwarnings("ignore:The '.*_dataloader' does not have many workers")
def test_with_lightnings_own_autocast_nothing_changes(tmp_path):
    def trained(precision, wrap):
        torch.manual_seed(0)
        layers = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2))
        batches = torch.utils.data.TensorDataset(torch.randn(32, 3).bfloat16().float(), torch.randn(32, 2))
        model = bridge.MixedPrecision(layers) if wrap else layers
        module = LitModule(model, loss=nn.MSELoss(), optimizer=lambda parameters: torch.optim.SGD(parameters, 0.1))
        options = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}
        trainer = lightning.Trainer(
            max_epochs=1, precision=precision, accelerator="cpu", logger=False, default_root_dir=tmp_path, **options
        )
        trainer.fit(module, torch.utils.data.DataLoader(batches, batch_size=8))
        return list(layers.parameters())

    runs = [trained("bf16-mixed", False), trained("bf16-mixed", True), trained("32-true", True)]
    for first, second in itertools.pairwise(runs):
        for mine, other in zip(first, second, strict=True):
            assert mine.dtype == torch.float32
            torch.testing.assert_close(mine, other, rtol=0, atol=2e-3)
    plain = trained("32-true", False)
    assert not all(torch.equal(mine, other) for mine, other in zip(plain, runs[2], strict=True))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"compute": "int8"}, "MixedPrecision expected compute to be one of .*'float32'.*, got 'int8'"),
        ({"compute": None}, "expected compute to be one of .* got None"),
        ({"output": "half"}, "expected output to be one of .* got 'half'"),
    ],
)
def test_other_dtypes_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        bridge.MixedPrecision(nn.Linear(2, 2), **options)


def test_a_wrong_shape_is_told_by_the_layer():
    with pytest.raises(bridge.InputShapeError, match=r"Linear\(.*\) expected an input of shape \(\*, 6\)"):
        bridge.MixedPrecision(nn.Linear(6, 2))(jnp.ones((2, 5)))
