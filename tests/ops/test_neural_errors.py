"""Proves what wrong calls of activations, look-ups, normalisation, dropout and attention are told."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from bridge import UnsupportedOpError, ops
from tests.helpers import to_framework

X = numpy.ones((2, 3), "float32")
WHOLE = numpy.ones((2, 3), "int64")
ROWS = numpy.ones((5, 4), "float32")

REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("softshrink", (X, -1.0), {}, "expected a lambd of 0 or more, got -1.0"),
    ("hardtanh", (X, 1.0, -1.0), {}, "expected a min_val of at most max_val, got 1.0 and -1.0"),
    ("rrelu", (X, 0.5, 0.1), {}, "expected a lower slope of at most the upper one, got 0.5 and 0.1"),
    ("prelu", (X, numpy.ones(4, "float32")), {}, "expected a weight of one number, or of one for each channel"),
    ("bilinear", (X, ROWS, numpy.ones((1, 3, 4), "float32")), {}, "expected two inputs with the same sizes before"),
    ("embedding_bag", (WHOLE, ROWS), {"mode": "min"}, "expected a mode of 'sum', 'mean' or 'max', got 'min'"),
    ("embedding_bag", (WHOLE[0], ROWS), {}, "expected offsets with an input of 1 axis, and none with one of 2, got 1"),
    ("embedding_bag", (WHOLE, ROWS), {"per_sample_weights": X}, "expected the mode 'sum' with per_sample_weights"),
    ("instance_norm", (X[:, :, None],), {}, "expected more than one spatial element, got an input of shape (2, 3, 1)"),
    ("instance_norm", (X[:, :, None],), {"use_input_stats": False}, "expected running_mean and running_var with"),
    ("local_response_norm", (X, 2), {}, "ops.local_response_norm expected 3 axes or more, got 2"),
    ("dropout2d", (X, 1.5), {}, "ops.dropout2d expected 3 or 4 axes, got 2"),
    ("alpha_dropout", (X, 1.5), {}, "ops.alpha_dropout expected a probability p from 0 to 1, got 1.5"),
]


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize(("name", "args", "kwargs", "text"), REFUSED)
def test_what_is_refused(framework: str, name: str, args: Any, kwargs: Any, text: str) -> None:
    with pytest.raises(ValueError) as refusal:
        getattr(ops, name)(*to_framework(args, framework), **to_framework(kwargs, framework))
    assert str(refusal.value).startswith(f"ops.{name}")
    assert text in str(refusal.value)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "numpy"])
def test_rotary_embeddings_turn_pairs(framework: str) -> None:
    with pytest.raises(ValueError, match=r"^ops.rotary_position_embedding.*an even size of the last axis, got 3"):
        ops.rotary_position_embedding(to_framework(X, framework), to_framework(WHOLE[0, :2], framework))


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_what_only_torch_has(framework: str) -> None:
    with pytest.raises(UnsupportedOpError, match=f"{framework} has no embedding_bag with max_norm. Leave"):
        ops.embedding_bag(*to_framework((WHOLE, ROWS), framework), max_norm=1.0)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
def test_the_largest_of_a_bag_has_no_gradient_scaled_by_frequency(framework: str) -> None:
    with pytest.raises(ValueError, match=r"the mode 'sum' or 'mean' with scale_grad|max mode does not support scaling"):
        ops.embedding_bag(*to_framework((WHOLE, ROWS), framework), mode="max", scale_grad_by_freq=True)
