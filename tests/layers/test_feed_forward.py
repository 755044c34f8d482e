"""Feed-forward networks beside the formulas of their papers."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from bridge import layers as nn
from tests.helpers import assert_close
from tests.layers.reference import assert_is

PLAIN = {
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "relu": F.relu,
    "silu": F.silu,
    "squared_relu": lambda x: F.relu(x) ** 2,
}


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", PLAIN)
def test_plain(activation, bias):
    layer = nn.FeedForward(4, 6, activation=activation, bias=bias)

    def formula(x):
        hidden = PLAIN[activation](F.linear(x, layer.up_proj.weight, layer.up_proj.bias))
        return F.linear(hidden, layer.down_proj.weight, layer.down_proj.bias)

    assert_is(layer, formula, torch.randn(1, 3, 4))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("kind", "activation"), [(nn.SwiGLU, F.silu), (nn.GEGLU, F.gelu)])
def test_gated(kind, activation, bias):
    """Shazeer, section 2: `(act(x W) * x V) W2`."""
    layer = kind(4, 6, bias=bias)

    def formula(x):
        gate, up = (F.linear(x, part.weight, part.bias) for part in (layer.gate_proj, layer.up_proj))
        return F.linear(activation(gate) * up, layer.down_proj.weight, layer.down_proj.bias)

    assert_is(layer, formula, torch.randn(2, 3, 4))


@pytest.mark.parametrize("kind", [nn.FeedForward, nn.SwiGLU, nn.GEGLU])
def test_sizes_dropout_and_reset(kind):
    layer = kind(24, dropout=0.5, dtype=torch.float64)
    assert layer.hidden_dim == (96 if kind is nn.FeedForward else 64)
    assert {p.dtype for p in layer.parameters()} == {torch.float64}
    x = torch.randn(2, 24, dtype=torch.float64)
    assert not torch.equal(layer(x), layer(x))
    layer.eval()
    before = layer(x)
    assert torch.equal(before, layer(x))
    torch.manual_seed(7)
    layer.reset_parameters()
    assert not torch.equal(before, layer(x))
    twin = kind.from_config(layer.get_config()).eval()
    twin.load_state_dict(layer.state_dict(), strict=True)
    assert_close(twin(x), layer(x))
    with pytest.raises(ValueError, match=f"^{kind.__name__} expected hidden_dim to be positive, got 0"):
        kind(4, 0)


def test_an_unknown_activation():
    with pytest.raises(ValueError, match=r"^FeedForward expected an activation of gelu, .*, got 'cube'"):
        nn.FeedForward(4, activation="cube")
