"""A wrong input shape raises an `InputShapeError` that names the layer, what it expected and what came."""

import pytest
import torch
from torch.nn.parameter import is_lazy

import bridge
from bridge import layers as nn
from tests.helpers import to_framework
from tests.layers.cases import ANY_SHAPE, WRONG_SHAPES, classes


def test_every_layer_is_looked_at():
    assert set(WRONG_SHAPES) | ANY_SHAPE == set(classes())


@pytest.mark.filterwarnings("ignore:Using a target size")  # torch warns of a broadcast before it fails
@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "numpy"])
@pytest.mark.parametrize("name", WRONG_SHAPES)
def test_the_message_names_layer_expected_and_received(name, framework):
    make, shapes, expected = WRONG_SHAPES[name]
    layer = make()
    before = {key: tensor.clone() for key, tensor in layer.state_dict().items() if not is_lazy(tensor)}
    inputs = [to_framework(torch.ones(shape), framework) for shape in shapes]
    with pytest.raises(bridge.InputShapeError) as caught:
        layer(*inputs)
    text = str(caught.value)
    assert text.startswith(f"{name}(")
    assert f"expected an input of shape {expected}" in text
    wrong = shapes[1] if "Loss" in name else shapes[0]
    assert f"got {wrong}" in text
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, RuntimeError)
    after = layer.state_dict()
    assert all(torch.equal(before[key], tensor) if key in before else is_lazy(tensor) for key, tensor in after.items())


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
def test_a_layer_inside_a_model_is_the_one_that_is_named(framework):
    model = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.ReLU(), nn.Linear(5, 2)))
    with pytest.raises(bridge.InputShapeError, match=r"^Linear\(in_features=5, .*expected .*\(\*, 5\), got \(2, 4\)"):
        model(to_framework(torch.ones(2, 3), framework))


def test_other_errors_stay_as_they_are():
    class Broken(nn.Module):
        def forward(self, x):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        Broken()(torch.ones(1))
    with pytest.raises(TypeError, match="positional argument"):
        nn.Linear(2, 2)(torch.ones(2), torch.ones(2), torch.ones(2))


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "numpy"])
@pytest.mark.parametrize(("layer", "shape"), [(nn.BatchNorm1d(3), (1, 3)), (nn.BatchNorm2d(3), (1, 3, 1, 1))])
def test_one_value_for_each_channel_has_no_variance(layer, shape, framework):
    with pytest.raises(
        bridge.InputShapeError, match=r"^BatchNorm.* with more than one value for each channel while tr"
    ):
        layer(to_framework(torch.ones(shape), framework))
    assert int(layer.num_batches_tracked) == 0
