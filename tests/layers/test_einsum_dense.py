"""EinsumDense beside the layer of Keras with the same weights, and its gradients beside torch.einsum's."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch

import bridge
from bridge import layers as nn
from tests.helpers import FRAMEWORKS, assert_close, to_framework
from tests.layers.keras_reference import answer, keras

EQUATIONS = [
    ("ab,bc->ac", 5, "c", (3, 4)),
    ("abc,cde->abde", (None, 2, 4), "de", (2, 3, 8)),
    ("abc,cd->abd", (None, 4), "bd", (2, 3, 8)),
    ("...x,xy->...y", 5, "y", (2, 3, 4)),
    ("...x,xy->...y", 5, "y", (2, 4)),
    ("...abc,cd->...abd", (None, 3, 6), "ad", (2, 5, 3, 4)),
    ("abc...,cd->abd...", (None, 5), "d", (2, 3, 4, 6)),
    ("ab...,bc->ac...", (5,), "c", (2, 3, 4, 6)),
    ("abc,bd->adc", (6, 4), None, (2, 3, 4)),
]


def _filled(output_shape, shape, equation):
    """Keras needs the sizes that ours takes from the input."""
    if isinstance(output_shape, int) or None not in output_shape:
        return output_shape
    letters, output = equation.split(",")[0].strip("."), equation.split("->")[1].strip(".")
    before = equation.startswith("...")
    sizes = dict(zip(letters, shape[len(shape) - len(letters) :] if before else shape, strict=False))
    names = output if before else output[1:]
    return tuple(sizes[name] if size is None else size for name, size in zip(names, output_shape, strict=True))


@pytest.mark.parametrize(("equation", "output_shape", "bias_axes", "shape"), EQUATIONS)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_it_answers_as_keras_does(equation, output_shape, bias_axes, shape, framework):
    ours = nn.EinsumDense(equation, output_shape, bias_axes)
    x = torch.randn(shape)
    ours(to_framework(x, framework))  # the first call makes the weights
    assert ours.bias is None or not ours.bias.any()
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.normal_()
    theirs = keras.layers.EinsumDense(equation, _filled(output_shape, shape, equation), bias_axes=bias_axes)
    theirs.build(shape)
    theirs.set_weights([parameter.detach().numpy() for parameter in ours.parameters()])
    assert_close(ours(to_framework(x, framework)), answer(theirs, x.numpy()))


def test_gradients_are_those_of_torch_einsum():
    layer, x = nn.EinsumDense("abc,cde->abde", (None, 2, 4), "e", input_shape=(None, None, 3)), torch.randn(2, 5, 3)
    x.requires_grad_()
    inputs = [x, layer.weight, layer.bias]
    expected = torch.autograd.grad((torch.einsum("abc,cde->abde", x, layer.weight) + layer.bias).sin().sum(), inputs)
    assert_close(torch.autograd.grad(layer(x).sin().sum(), inputs), expected)


def test_the_start_is_glorot_uniform():
    torch.manual_seed(0)
    layer = nn.EinsumDense("abc,cde->abde", (None, 20, 30), input_shape=(None, None, 50))
    limit = (6 / (50 + 20 * 30)) ** 0.5
    assert layer.weight.abs().max() <= limit
    assert abs(layer.weight.std() - limit / 3**0.5) < 0.01 * limit
    before = layer.weight.clone()
    layer.reset_parameters()
    assert not torch.equal(before, layer.weight)


def test_weights_are_made_once_in_whatever_way():
    built = nn.EinsumDense("...x,xy->...y", 5, "y", dtype=torch.float64, device="cpu")
    built.build((None, 3))
    weight = built.weight
    assert built(torch.ones(2, 3, dtype=torch.float64)).dtype == torch.float64
    assert built.weight is weight
    loaded = nn.EinsumDense("...x,xy->...y", 5, "y")
    loaded.load_state_dict(built.state_dict())
    assert loaded.weight.dtype == torch.float32
    assert_close(loaded(torch.ones(2, 3)), built(torch.ones(2, 3, dtype=torch.float64)))
    assert torch.equal(loaded.weight, built.weight.float())
    assert nn.EinsumDense("ab,bc->ac", 5, input_shape=(None, 3), device="meta").weight.is_meta
    for twin in (copy.deepcopy(loaded), pickle.loads(pickle.dumps(loaded))):
        assert torch.equal(twin(torch.ones(2, 3)), loaded(torch.ones(2, 3)))


def test_a_state_that_lacks_the_bias_builds_nothing():
    layer = nn.EinsumDense("ab,bc->ac", 5, "c")
    with pytest.raises(RuntimeError, match="Unexpected key"):
        layer.load_state_dict({"weight": torch.ones(3, 5)})
    assert layer.weight is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ab->ac", 5), "expected an equation such as"),
        (("ab,bd->ac", 5), "weight's letter 'd' in input or output"),
        (("ab,bc->ad", 5), "weight's letter 'c' in input or output"),
        (("ab,b->ad", 5), "output's letter 'd' in input or weight"),
        (("ab,bc->ac", 5, "b"), "bias_axes among the output's letters, got 'b'"),
    ],
)
def test_a_bad_equation_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        nn.EinsumDense(*arguments)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (nn.EinsumDense("ab,bc->ac", (None,)), (2, 3), "no size for c"),
        (nn.EinsumDense("abc,cd->abd", 5), (2, 3, 4), "expected an output_shape of 2 sizes"),
        (nn.EinsumDense("abc,cd->abd", (4, 5)), (2, 3, 4), "size of 'b' to be one in input and output, got 3 .* and 4"),
        (nn.EinsumDense("ab,bc->ac", 5), (2, 3, 4), r"expected an input shape of 2 axes, got \(2, 3, 4\)"),
    ],
)
def test_sizes_that_do_not_fit_are_named(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer(torch.ones(shape))
    assert layer.weight is None


@pytest.mark.parametrize(
    ("equation", "shape", "expected"),
    [("...x,xy->...y", (2, 4), r"\(\*, 3\)"), ("ab...,bc->ac...", (2, 4, 5), r"\(a, 3, \*\)")],
)
def test_a_wrong_input_names_the_axes(equation, shape, expected):
    layer = nn.EinsumDense(equation, 5)
    layer(torch.ones(2, 3))
    with pytest.raises(bridge.InputShapeError, match=f"^EinsumDense.* shape {expected}, got"):
        layer(torch.ones(shape))
