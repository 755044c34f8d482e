"""A wrong input shape raises an `InputShapeError` that names the layer, what it expected and what came."""

import pytest
import torch

import bridge
from bridge import layers as nn
from tests.helpers import to_framework

ANY_SHAPE = {"GELU", "Identity", "ReLU", "SiLU", "Sigmoid", "Tanh", "Dropout"}
CONTAINERS = {"Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}  # their layers say it
NO_LAYERS = {"Module", "Parameter", "init"}

# A layer, the shapes of a call that is wrong, and what the message says was expected.
CASES = {
    "Linear": (lambda: nn.Linear(4, 3), [(2, 5)], "(*, 4)"),
    "Embedding": (lambda: nn.Embedding(4, 3), [(2, 5)], "(*) of int64 or int32"),
    "Conv1d": (lambda: nn.Conv1d(4, 3, 2), [(2, 5, 6)], "(N, 4, L) or (4, L)"),
    "Conv2d": (lambda: nn.Conv2d(4, 3, 2), [(2, 5, 6, 6)], "(N, 4, H, W) or (4, H, W)"),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(4), [(2, 5)], "(N, 4) or (N, 4, L)"),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(4), [(2, 4, 3)], "(N, 4, H, W)"),
    "LayerNorm": (lambda: nn.LayerNorm((3, 4)), [(2, 4)], "(*, 3, 4)"),
    "RMSNorm": (lambda: nn.RMSNorm(4), [(2, 5)], "(*, 4)"),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), [(2, 6, 3)], "(N, 4, *)"),
    "MaxPool2d": (lambda: nn.MaxPool2d(2), [(4, 4)], "(N, C, H, W) or (C, H, W)"),
    "AvgPool2d": (lambda: nn.AvgPool2d(2), [(4, 4)], "(N, C, H, W) or (C, H, W)"),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d(2), [(4,)], "(N, C, H, W) or (C, H, W)"),
    "Flatten": (lambda: nn.Flatten(2, 3), [(2, 3)], "with axes 2 to 3"),
    "Softmax": (lambda: nn.Softmax(2), [(2, 3)], "with an axis 2"),
    "MultiheadAttention": (lambda: nn.MultiheadAttention(4, 2), [(3, 2, 5)] * 3, "(L, N, 4) or (L, 4) as its query"),
    "LSTM": (lambda: nn.LSTM(4, 3), [(5, 2, 6)], "(L, N, 4) or (L, 4)"),
    "CrossEntropyLoss": (lambda: nn.CrossEntropyLoss(), [(4, 3), (5, 3)], "(4,) or (4, 3) as its target"),
    "MSELoss": (lambda: nn.MSELoss(), [(4, 3), (5, 3)], "(4, 3) as its target"),
}


def test_every_layer_is_looked_at():
    assert set(CASES) | ANY_SHAPE | CONTAINERS | NO_LAYERS == set(nn.__all__)


@pytest.mark.filterwarnings("ignore:Using a target size")  # torch warns of a broadcast before it fails
@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "numpy"])
@pytest.mark.parametrize("name", CASES)
def test_the_message_names_layer_expected_and_received(name, framework):
    make, shapes, expected = CASES[name]
    layer = make()
    before = {key: tensor.clone() for key, tensor in layer.state_dict().items()}
    inputs = [to_framework(torch.ones(shape), framework) for shape in shapes]
    with pytest.raises(bridge.InputShapeError) as caught:
        layer(*inputs)
    text = str(caught.value)
    assert text.startswith(f"{name}(")
    assert f"expected an input of shape {expected}" in text
    wrong = shapes[1] if name.endswith("Loss") else shapes[0]
    assert f"got {wrong}" in text
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, RuntimeError)
    assert all(torch.equal(before[key], tensor) for key, tensor in layer.state_dict().items())


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
