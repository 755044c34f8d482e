"""A custom layer that is built from other layers writes itself down as JSON, comes back, copies and pickles."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
import torch

import bridge
from bridge import layers as nn
from tests.helpers import assert_close


class Residual(bridge.Layer):
    """Adds to its input what an inner layer makes of it."""

    def __init__(self, inner: bridge.Layer, *, scale: float = 1.0) -> None:
        super().__init__()
        self.inner = inner
        self.scale = scale

    def forward(self, x: Any) -> Any:
        return x + self.scale * self.inner(x)


class Stack(bridge.Layer):
    """Calls layers in turn, which it takes in a list and in a dict."""

    def __init__(self, first: list[bridge.Layer], named: dict[str, bridge.Layer], sizes: tuple[int, int]) -> None:
        super().__init__()
        self.first = nn.Sequential(*first)
        self.named = nn.ModuleDict(named)
        self.sizes = sizes

    def forward(self, x: Any) -> Any:
        x = self.first(x)
        for layer in self.named.values():
            x = layer(x)
        return x


def model() -> Any:
    inner = nn.Sequential(nn.Linear(4, 4, bias=False), nn.GELU("tanh"))
    return Stack([Residual(inner, scale=0.5), nn.Tanh()], {"last": Residual(nn.Linear(4, 4))}, (4, 4))


def test_a_nested_configuration_survives_json() -> None:
    original = model()
    values = json.loads(json.dumps(original.get_config()))
    twin = Stack.from_config(values)
    assert repr(twin) == repr(original)
    assert twin.get_config() == original.get_config()
    assert twin.sizes == (4, 4)
    assert isinstance(twin.first[0].inner[1], nn.GELU)
    assert twin.first[0].scale == 0.5


def test_the_rebuilt_layer_takes_the_weights() -> None:
    original, x = model(), torch.randn(3, 4)
    twin = Stack.from_config(original.get_config())
    assert not torch.equal(twin(x), original(x))
    twin.load_state_dict(original.state_dict(), strict=True)
    assert torch.equal(twin(x), original(x))


def test_the_answer_is_that_of_torch_nn() -> None:
    original, x = model(), torch.randn(3, 4)
    first, last = original.first[0].inner[0], original.named["last"].inner
    hidden = torch.tanh(x + 0.5 * torch.nn.functional.gelu(x @ first.weight.T, approximate="tanh"))
    assert_close(original(x), hidden + torch.nn.functional.linear(hidden, last.weight, last.bias))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_a_copy_keeps_configuration_and_weights(duplicate: Any) -> None:
    original, x = model(), torch.randn(3, 4)
    twin = duplicate(original)
    assert torch.equal(twin(x), original(x))
    assert twin.get_config() == original.get_config()
    assert not {id(p) for p in twin.parameters()} & {id(p) for p in original.parameters()}
