"""Rotary embedding and linear biases beside the formulas of their papers."""

from __future__ import annotations

import pytest
import torch

from bridge import layers as nn
from tests.helpers import assert_close
from tests.layers.reference import assert_is


def _angles(dim: int, base: float, positions: torch.Tensor) -> torch.Tensor:
    return positions[..., None] * base ** (-torch.arange(0, dim, 2) / dim)


@pytest.mark.parametrize("base", [10000.0, 50.0])
@pytest.mark.parametrize("shape", [(1, 5, 8), (2, 3, 5, 8)])
def test_neighbours_are_turned_as_complex_numbers(shape, base):
    """Su et al., section 3.2.2: a pair is a complex number, multiplied by `exp(i * m * theta)`."""

    def turned(x):
        angles = _angles(8, base, torch.arange(5))
        pairs = torch.view_as_complex(x.unflatten(-1, (4, 2)))
        return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten(-2)

    assert_is(nn.RotaryEmbedding(8, base, interleaved=True), turned, torch.randn(shape))


@pytest.mark.parametrize("dim", [8, 6])
def test_halves_are_turned_as_in_gpt_neox(dim):
    """`x * cos + rotate_half(x) * sin` over the first `dim` features, as in GPT-NeoX and Llama."""

    def turned(x, positions):
        angles = torch.cat([_angles(dim, 10000.0, positions)] * 2, -1)
        first, second = x[..., :dim].chunk(2, -1)
        found = x[..., :dim] * angles.cos() + torch.cat([-second, first], -1) * angles.sin()
        return torch.cat([found, x[..., dim:]], -1)

    assert_is(nn.RotaryEmbedding(dim), turned, torch.randn(2, 3, 4, 8), torch.tensor([5, 0, 2, 2]))


@pytest.mark.parametrize("interleaved", [False, True])
def test_a_product_knows_the_distance_alone(interleaved):
    rotary, query, key = nn.RotaryEmbedding(8, interleaved=interleaved), torch.randn(1, 8), torch.randn(1, 8)
    products = [rotary(query, offset=at + 3) @ rotary(key, offset=torch.tensor(at)).T for at in (0, 1, 50)]
    assert_close(products, [products[0]] * 3)
    assert (products[0] - query @ key.T).abs() > 1e-3


@pytest.mark.parametrize(("arguments", "text"), [((7,), "dim .*even number, got 7"), ((8, 0.0), "base .*got 0.0")])
def test_bad_arguments_of_rotary(arguments, text):
    with pytest.raises(ValueError, match=f"^RotaryEmbedding expected {text}"):
        nn.RotaryEmbedding(*arguments)


SLOPES = {
    8: [1 / 2**power for power in range(1, 9)],  # the paper's own
    16: [2 ** (-0.5 * power) for power in range(1, 17)],
    3: [2**-4, 2**-8, 2**-2],  # those of two heads, then every other one of four
    6: [2**-2, 2**-4, 2**-6, 2**-8, 2**-1, 2**-3],
}


@pytest.mark.parametrize("num_heads", SLOPES)
def test_biases_fall_with_the_distance(num_heads):
    biases = nn.ALiBi(num_heads)(torch.ones(2, 4, 8), offset=1, key=torch.ones(6, 8))
    expected = [[[-slope * abs(i - j) for j in range(6)] for i in range(1, 5)] for slope in SLOPES[num_heads]]
    assert_close(biases, torch.tensor(expected))


def test_biases_as_a_mask_of_attention():
    """Under a causal mask the softmax is that of the paper: `q @ k.T + m * [-(i - 1), ..., -1, 0]`."""
    attention, alibi, x = nn.GroupedQueryAttention(8, 2, is_causal=True), nn.ALiBi(2), torch.randn(1, 5, 8)

    def formula(x):
        query, key, value = (
            getattr(attention, name)(x).unflatten(-1, (2, 4)).transpose(1, 2) for name in ("q_proj", "k_proj", "v_proj")
        )
        distance = torch.arange(5)[:, None] - torch.arange(5)
        scores = query @ key.mT / 2 - torch.tensor([2**-4, 2**-8])[:, None, None] * distance
        weights = scores.masked_fill(distance < 0, float("-inf")).softmax(-1)
        return attention.out_proj((weights @ value).transpose(1, 2).flatten(2))

    assert_is(attention, formula, x, attn_mask=alibi(x))


def test_alibi_has_no_state_and_refuses_no_heads():
    assert nn.ALiBi(2).state_dict() == {}
    assert nn.ALiBi(2, dtype=torch.float64)(torch.ones(3, 8)).dtype == torch.float64
    with pytest.raises(ValueError, match="^ALiBi expected num_heads to be positive, got 0"):
        nn.ALiBi(0)
