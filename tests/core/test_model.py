"""Models of recorded graphs answer as torch modules and Keras models of the same structure and weights do."""

from __future__ import annotations

import copy
import inspect
import json
import math
import os
import pickle
from typing import Any

import numpy
import pytest
import torch
import torch.nn.functional as F

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.inference import UNIT
from tests.helpers import COMPILERS, FRAMEWORKS, assert_close, to_framework
from tests.layers.case import settle
from tests.layers.cases import CASES as LAYER_CASES
from tests.layers.cases import one_of_each_class
from tests.ops.groups import CASES as OP_CASES
from tests.ops.groups import resolve


class Written(torch.nn.Module):
    """The graph of `recorded`, written by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(10, 4)
        self.linear = torch.nn.Linear(3, 4)
        self.layer_norm = torch.nn.LayerNorm(4)
        self.linear_1 = torch.nn.Linear(4, 4)
        self.linear_2 = torch.nn.Linear(8, 2)

    def forward(self, tokens: Any, features: Any) -> Any:
        h = self.embedding(tokens).mean(1)
        g = F.relu(self.linear(features))
        for _ in range(2):
            g = g + self.linear_1(self.layer_norm(g))
        both = torch.cat([h, g * 2.0 - 1.0], -1)
        return {"logits": self.linear_2(both), "hidden": (h, both[:, 0])}


def recorded() -> Any:
    tokens = bridge.Input(("batch", 5), "int64", name="tokens")
    features = bridge.Input(("batch", 3), name="features")
    h = ops.mean(nn.Embedding(10, 4)(tokens), axis=1)
    g = ops.relu(nn.Linear(3, 4)(features))
    norm, shared = nn.LayerNorm(4), nn.Linear(4, 4)
    for _ in range(2):
        g = g + shared(norm(g))
    both = ops.concat([h, g * 2.0 - 1.0], axis=-1)
    return bridge.Model([tokens, features], {"logits": nn.Linear(8, 2)(both), "hidden": (h, both[:, 0])})


def inputs(batch: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randint(10, (batch, 5)), torch.randn(batch, 3)


def pair() -> tuple[Any, Written]:
    model, written = recorded(), Written()
    written.load_state_dict(model.state_dict(), strict=True)
    return model, written


@pytest.mark.parametrize("batch", [1, 3])
def test_it_answers_as_the_module_written_by_hand(batch):
    model, written = pair()
    given = inputs(batch)
    outputs, expected = model(*given), written(*given)
    assert torch.equal(outputs["logits"], expected["logits"])
    assert_close(outputs, expected, 0)
    outputs["logits"].sum().backward()
    expected["logits"].sum().backward()
    for ours, theirs in zip(model.parameters(), written.parameters(), strict=True):
        assert torch.equal(ours.grad, theirs.grad)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_it_answers_in_every_framework(framework):
    model, written = pair()
    given = inputs()
    expected = written(*given)
    arrays = to_framework(given, framework)
    ways = [model, *([COMPILERS[framework](model)] if framework in COMPILERS else [])]
    for way in ways:
        outputs = way(*arrays)
        assert_close([outputs["logits"], *outputs["hidden"]], [expected["logits"], *expected["hidden"]])
        assert isinstance(outputs["logits"], type(arrays[1])) or framework == "jax"


def test_pure_application_takes_the_arrays_given():
    model, written = pair()
    params = {name: torch.randn_like(parameter) for name, parameter in model.named_parameters()}
    written.load_state_dict(params)
    given = inputs()
    arrays = to_framework(params, "jax")
    outputs, _ = bridge.stateless_apply(model, arrays, {}, *to_framework(given, "jax"))
    assert_close(outputs["logits"], written(*given)["logits"])


def test_torch_export_takes_dynamic_axes():
    model, written = pair()
    batch = torch.export.Dim("batch")
    program = torch.export.export(model, inputs(4), dynamic_shapes=(({0: batch}, {0: batch}),))
    given = inputs(7)
    assert_close(program.module()(*given), written(*given))


@pytest.mark.parametrize(
    "duplicate",
    [
        copy.deepcopy,
        lambda model: pickle.loads(pickle.dumps(model)),
        lambda model: bridge.Model.from_config(json.loads(json.dumps(model.get_config()))),
    ],
    ids=["copy", "pickle", "config"],
)
def test_a_twin_has_the_graph_and_takes_the_weights(duplicate):
    model, written = pair()
    twin = duplicate(model)
    assert not {id(p) for p in twin.parameters()} & {id(p) for p in model.parameters()}
    twin.load_state_dict(model.state_dict(), strict=True)
    given = inputs()
    assert_close(twin(*given), written(*given), 0)
    assert twin.get_config() == model.get_config()
    assert twin.input_specs == model.input_specs
    assert twin.output_shapes == model.output_shapes


def test_it_says_its_inputs_and_outputs():
    model = recorded()
    assert model.input_specs == [
        bridge.InputSpec(("batch", 5), "int64", "tokens"),
        bridge.InputSpec(("batch", 3), "float32", "features"),
    ]
    assert model.output_shapes == {"logits": ("batch", 2), "hidden": (("batch", 4), ("batch",))}
    assert {name.partition(".")[0] for name in model.state_dict()} == {
        *("embedding", "linear", "layer_norm", "linear_1", "linear_2")
    }


def test_inputs_come_by_position_by_name_or_in_one_container():
    model = recorded()
    tokens, features = inputs()
    expected = model(tokens, features)
    for outputs in (
        model([tokens, features]),
        model(tokens, features=features),
        model(features=features, tokens=tokens),
        model({"tokens": tokens, "features": features}),
    ):
        assert_close(outputs, expected, 0)
    x = bridge.Input((None, 3))
    named = bridge.Model({"a": x}, x + 1)
    assert_close(named({"a": features}), features + 1)
    assert_close(named(a=features), features + 1)


def test_keras_agrees_on_the_same_structure():
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras

    a, b = keras.Input((3,)), keras.Input((3,))
    dense, last = keras.layers.Dense(4, activation="relu"), keras.layers.Dense(2)
    h = keras.layers.Add()([dense(a), dense(b)])
    theirs = keras.Model([a, b], [last(keras.layers.Concatenate()([h, a])), h])

    x, y = bridge.Input((None, 3)), bridge.Input((None, 3))
    linear, out = nn.Linear(3, 4), nn.Linear(7, 2)
    g = ops.relu(linear(x)) + ops.relu(linear(y))
    ours = bridge.Model([x, y], [out(ops.concat([g, x], axis=-1)), g])
    for layer, source in ((linear, dense), (out, last)):
        kernel, bias = (torch.tensor(numpy.asarray(weight)) for weight in source.get_weights())
        layer.load_state_dict({"weight": kernel.T, "bias": bias})
    given = [torch.randn(5, 3), torch.randn(5, 3)]
    assert_close(ours(given), [numpy.asarray(value) for value in theirs([value.numpy() for value in given])])
    assert sum(p.numel() for p in ours.parameters()) == theirs.count_params()
    assert list(ours.output_shapes) == [tuple(shape) for shape in theirs.output_shape]


class Scale(bridge.Layer):
    """Has a weight for each feature of its first input."""

    def build(self, shape):
        self.shape_seen = shape
        self.add_weight("scale", (shape[-1],), init="ones")

    def forward(self, x):
        return x * self.scale


@pytest.mark.parametrize("axis", [None, "length"])
def test_lazy_layers_are_built_whole_and_deep_within(axis):
    x = bridge.Input((None, axis, 6))
    layer = nn.Sequential(Scale(), torch.nn.LazyLinear(5), nn.Sequential(Scale(), nn.ReLU()))
    model = bridge.Model(x, Scale()(layer(x)))
    assert layer[0].shape_seen == (None, None, 6)
    assert [tuple(p.shape) for p in model.parameters()] == [(6,), (5, 6), (5,), (5,), (5,)]
    assert not any(type(p).__name__.startswith("Fake") for p in model.parameters())
    given = torch.randn(2, 3, 6)
    assert_close(model(given), F.relu(layer[1](given)))


def test_a_model_stands_in_another_and_may_be_cut_out_of_one():
    x = bridge.Input((None, 3))
    h = nn.Linear(3, 4)(x)
    inner = bridge.Model(x, ops.tanh(h))
    y = bridge.Input((None, 3))
    outer = bridge.Model(y, inner(y) + inner(y * 2))
    given = torch.randn(2, 3)
    assert list(outer.state_dict()) == ["model.linear.weight", "model.linear.bias"]
    assert_close(outer(given), inner(given) + inner(given * 2), 0)
    assert_close(bridge.Model(h, ops.tanh(h))(given[:, [0, 1, 2, 0]]), torch.tanh(given[:, [0, 1, 2, 0]]), 0)


def test_tensors_beside_symbolic_ones_are_held():
    x = bridge.Input((None, 3))
    weight = torch.nn.Parameter(torch.randn(3))
    model = bridge.Model(x, (numpy.ones(3, "float32") + x) * weight - torch.full((3,), 2.0))
    assert dict(model.named_parameters())["parameter"] is weight
    assert set(model.state_dict()) == {"parameter", "constant", "constant_1"}
    given = torch.randn(2, 3)
    for framework in FRAMEWORKS:
        assert_close(model(to_framework(given, framework)), (given + 1) * weight - 2)
    twin = bridge.Model.from_config(json.loads(json.dumps(model.get_config())))
    assert_close(twin(given), model(given), 0)


def test_sizes_of_dynamic_axes_are_recorded():
    x = bridge.Input((None, "length", 4))
    batch, length, features = ops.shape(x)
    assert features == 4
    model = bridge.Model(x, [ops.reshape(x, (batch * length, 4)), x[:, : length // 2], ops.zeros((batch, 2))])
    assert model.output_shapes == [(None, 4), (None, None, 4), (None, 2)]
    given = torch.randn(3, 6, 4)
    expected = [given.reshape(18, 4), given[:, :3], torch.zeros(3, 2)]
    for framework in FRAMEWORKS:
        assert_close(model(to_framework(given, framework)), expected)
    twin = bridge.Model.from_config(json.loads(json.dumps(model.get_config())))
    assert_close(twin(given), expected)


def test_operators_and_methods_mean_what_they_mean_on_tensors():
    x, y = bridge.Input((None, 4)), bridge.Input((None, 4))

    def calls(x: Any, y: Any) -> list[Any]:
        return [
            *(x + y, x - y, x * y, x / y, x // y, x % y, x**2, -x, +x, abs(x), 1 - x, 2 / y, 3 * x, 2**x),
            *(x @ y.reshape(4, -1), x == y, x != y, x < y, x <= y, x > y, x >= y, ~(x > 0), (x > 0) & (y > 0)),
            *((x > 0) | (y > 0), (x > 0) ^ (y > 0), x[0], x[:, 1:3], x[..., None], x[None], x.permute(1, 0)),
            *(x.transpose(0, 1), x.unsqueeze(1), x.mT, x.sum(), x.relu(), x.flatten(), torch.ones(4) - x),
        ]

    model = bridge.Model([x, y], calls(x, y))
    given = torch.randn(4, 4), torch.randn(4, 4)
    assert_close(model(*given), calls(*given), 1e-6)
    assert [tuple(value.shape) for value in model(*given)] == [
        tuple(4 if size is None else size for size in shape) if place != len(model.output_shapes) - 2 else (16,)
        for place, shape in enumerate(model.output_shapes)
    ]


def test_running_statistics_and_random_numbers_are_as_they_were():
    layer = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout())
    before, state = copy.deepcopy(layer.state_dict()), torch.get_rng_state()
    x = bridge.Input((None, 3))
    model = bridge.Model(x, layer(x))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items())
    model(torch.randn(4, 3))
    assert layer[0].num_batches_tracked == 1
    assert model.eval()(torch.zeros(2, 3)).shape == (2, 3)


def test_branches_and_loops_on_values_run_when_the_model_runs():
    x = bridge.Input((None,))
    positive = ops.cond(ops.sum(x) > 0, ops.exp, ops.negative, x)
    doubled = ops.while_loop(lambda v: ops.sum(v) < 100, lambda v: v * 2, x)
    model = bridge.Model(x, [positive, doubled])
    for given in (torch.tensor([1.0, 2.0]), torch.tensor([-8.0, 50.0]), torch.tensor([-30.0, 50.0])):
        expected = [torch.exp(given) if given.sum() > 0 else -given, given]
        while expected[1].sum() < 100:
            expected[1] = expected[1] * 2
        assert_close(model(given), expected)


X, Y = bridge.Input((None, 3), name="x"), bridge.Input((None, 4), name="y")
Z = nn.Linear(3, 2)(X)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bridge.Model(X, Y + 1), ValueError, r"need <SymbolicTensor float32 \(None, 4\), name='y'>, not among"),
        (lambda: bridge.Model([X, Y], Z), ValueError, "no output depends on its input y"),
        (lambda: bridge.Model(X, torch.ones(2)), TypeError, "outputs that are symbolic.* output 0 is Tensor"),
        (lambda: bridge.Model(X, []), TypeError, "outputs that are symbolic.*there are none"),
        (lambda: bridge.Model(torch.ones(2), Z), TypeError, "inputs that are symbolic tensors.* got Tensor"),
        (lambda: bridge.Model([X, X], Z), ValueError, "each input once, got one twice"),
        (lambda: bridge.Model([X, bridge.Input((2,), name="x")], Z), ValueError, "names of their own, got x twice"),
        (lambda: bridge.Model(X, Z)(), TypeError, r"Model expected 1 input \(x\), got 0 by position"),
        (lambda: bridge.Model(X, Z)(torch.ones(1, 3), 2), TypeError, r"expected 1 input \(x\), got 2 by position"),
        (lambda: bridge.Model(X, Z)(y=torch.ones(1, 3)), TypeError, "got 0 by position and 'y' by name"),
        (
            lambda: bridge.Model(X, Z)(torch.ones(3)),
            bridge.InputShapeError,
            r"\(None, 3\) as its input 'x', got \(3,\)",
        ),
        (lambda: bridge.Model(X, X * 2)(numpy.ones((2, 1))), bridge.InputShapeError, r"got \(2, 1\). .* 3 long"),
        (lambda: nn.Linear(4, 2)(X), bridge.InputShapeError, r"shape \(\*, 4\), got \(None, 3\)"),
        (
            lambda: X + Y,
            bridge.InputShapeError,
            r"ops.add\(x1=float32 \(None, 3\), .*: the shapes do",
        ),
        (lambda: ops.nonzero(X), TypeError, "needs the values of a tensor"),
        (lambda: torch.relu(X), TypeError, "torch's function relu does not take symbolic tensors: use bridge.ops"),
        (lambda: torch.nn.Linear(3, 2)(X), TypeError, "taken inside a layer, as in bridge.layers.Sequential"),
        (lambda: numpy.exp(X), TypeError, "ufunc|NumPy"),
        (lambda: numpy.asarray(X), TypeError, "has no values for NumPy"),
        (lambda: bool(X), TypeError, "has no value, which a Python branch needs"),
        (lambda: len(X), TypeError, "its first axis has no fixed size"),
        (lambda: X.nonsense, AttributeError, "a symbolic tensor has no attribute 'nonsense'"),
        (lambda: pickle.dumps(X), TypeError, "cannot be pickled: make a bridge.Model"),
        (
            lambda: ops.cond(ops.sum(X) > 0, lambda v: v + Y[0, :3], ops.exp, X),
            TypeError,
            "is called inside a function",
        ),
        (lambda: bridge.Input(3), TypeError, r"a size for each axis, such as \(None, 3\), got 3"),
        (lambda: bridge.Input((-1, 3)), ValueError, "sizes of at least 0, got -1"),
        (lambda: bridge.Input((1,), name="a b"), ValueError, "a name that is an identifier"),
    ],
)
def test_what_is_wrong_is_said(call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    assert str(UNIT) not in str(caught.value)


def test_one_name_is_one_size():
    x, y = bridge.Input(("batch", 3), name="x"), bridge.Input(("batch", 2), name="y")
    model = bridge.Model([x, y], [x + 1, y + 1])
    with pytest.raises(bridge.InputShapeError, match=r"\(batch, 2\) as its input 'y', got \(5, 2\). .* must be 4 long"):
        model(torch.ones(4, 3), torch.ones(5, 2))


def test_functions_that_json_cannot_hold_are_refused():
    x = bridge.Input((3,))
    model = bridge.Model(x, ops.vmap(lambda v: v * 2)(x))
    assert model(torch.ones(3)).tolist() == [2.0] * 3
    with pytest.raises(TypeError, match="cannot be written to a configuration"):
        model.get_config()
    values = bridge.Model(x, ops.exp(x)).get_config()
    values["steps"][0]["call"] = "ops.mathematics.importlib"
    with pytest.raises(ValueError, match="names the function ops.mathematics.importlib, which Bridge does not have"):
        bridge.Model.from_config(values)


UNRECORDED = {
    "from_dlpack": "it takes another library's memory",
    "convert_to_numpy": "it reads values",
    "ctc_loss": "PyTorch finds its shape from values",
    "istft": "PyTorch looks at the window's values",
    "bincount": "its shape follows from values",
    "vjp": "its answer is a function of torch tensors",
} | dict.fromkeys(
    [
        *("argwhere", "flatnonzero", "nonzero", "unique", "unique_all", "unique_counts", "unique_inverse"),
        "unique_values",
    ],
    "its shape follows from values",
)
"""Ops that a graph cannot hold, and why; they must say so."""


@pytest.mark.parametrize("name", sorted(OP_CASES))
def test_every_op_is_recorded(name):
    case, op = OP_CASES[name][0], resolve(name)
    call, arrays = case.of_arrays(op), to_framework(case.arrays(), "torch")
    if not arrays:
        return  # there is no tensor to take the place of
    given = [bridge.Input(tuple(array.shape), array.dtype, name=f"x{place}") for place, array in enumerate(arrays)]
    if name in UNRECORDED:
        with pytest.raises((TypeError, RuntimeError)):
            call(*given)
        return
    torch.manual_seed(0)
    expected = torch.utils._pytree.tree_leaves(call(*arrays))
    outputs = torch.utils._pytree.tree_leaves(call(*given))
    assert len(outputs) == len(expected)
    symbolic = [place for place, leaf in enumerate(outputs) if ops.is_tensor(leaf)]
    assert [place for place, leaf in enumerate(expected) if isinstance(leaf, torch.Tensor)] == symbolic
    for place, leaf in enumerate(outputs):
        assert place in symbolic or leaf == expected[place]
    if not symbolic:
        return
    used = bridge.Model(given, [*(outputs[place] for place in symbolic), *(x == x for x in given)])
    torch.manual_seed(0)
    received = used(*arrays)
    for place, value in zip(symbolic, received, strict=False):
        wanted = expected[place]
        assert (tuple(value.shape), value.dtype) == (tuple(wanted.shape), wanted.dtype)
        assert (outputs[place].shape, outputs[place].dtype) == (tuple(wanted.shape), wanted.dtype)
        assert torch.equal(value, wanted) or torch.allclose(value, wanted, equal_nan=True)


VALUES_DECIDE = {"CTCLoss": 2, "GaussianNLLLoss": 3}
"""Layers in which PyTorch reads values, where they take so many tensors or more: they must say so."""


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.filterwarnings("ignore:`NLLLoss2d` has been deprecated:FutureWarning")
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")
@pytest.mark.parametrize("case", one_of_each_class(LAYER_CASES))
def test_every_layer_is_recorded(case):
    layer, arrays = case.build(nn), case.inputs()
    tensors = [value for value in arrays if isinstance(value, torch.Tensor)]
    given = [bridge.Input(tuple(x.shape), x.dtype, name=f"x{place}") for place, x in enumerate(tensors)]
    remaining = iter(given)
    filled = [next(remaining) if isinstance(value, torch.Tensor) else value for value in arrays]
    if len(tensors) >= VALUES_DECIDE.get(case.name, math.inf):
        with pytest.raises(TypeError, match="needs the values of a tensor"):
            case.run(layer, *filled)
        return
    settle(layer, *arrays)
    before = copy.deepcopy(layer.state_dict())
    if torch.nn.utils.rnn.pack_padded_sequence.__name__ in inspect.getsource(case.run):
        with pytest.raises(TypeError, match="torch's function _pack_padded_sequence does not take symbolic tensors"):
            case.run(layer, *filled)
        return
    answer = case.run(layer, *filled)
    outputs = [leaf for leaf in torch.utils._pytree.tree_leaves(answer) if ops.is_tensor(leaf)]
    model = bridge.Model(given, outputs)
    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items() if name in before)
    torch.manual_seed(0)
    expected = [x for x in torch.utils._pytree.tree_leaves(case.run(layer, *arrays)) if isinstance(x, torch.Tensor)]
    layer.load_state_dict(before)
    torch.manual_seed(0)
    received = model(*tensors)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(received, expected, strict=True))
    assert [leaf.shape for leaf in outputs] == [tuple(value.shape) for value in expected]
