"""Cases for the ops that have the names of `torch.nn.functional`, which is the reference."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
import torch
import torch.nn.functional as F

from bridge.ops.recurrent import LSTMWeights
from tests.ops.case import Case, bools, case, floats, integers, positive

EMPTY_ROW = numpy.array([[True, False, True], [False, False, False]])
"""A mask under which the second query may look nowhere."""


def _activation(function: Callable[..., Any], *options: dict[str, Any]) -> list[Case]:
    inputs = (floats(2, 3), floats(), floats(0, 3), floats(1, 1), numpy.array([-40.0, 0.0, 40.0], "float32"))
    return [case(function, x, **option) for x in inputs for option in options or ({},)]


def _softmax(function: Callable[..., Any]) -> list[Case]:
    def reference(input: torch.Tensor, axis: int = -1) -> torch.Tensor:
        return function(input, axis)

    large = numpy.array([1000.0, 1001.0, -1000.0], "float32")
    return [
        case(reference, floats(2, 3, 4)),
        case(reference, floats(2, 3, 4), 1),
        case(reference, floats(1, 3), axis=0),
        case(reference, large),
        case(reference, floats()),
    ]


def _convolutions() -> dict[str, list[Case]]:
    one, two = F.conv1d, F.conv2d
    return {
        "conv1d": [
            case(one, floats(2, 3, 6), floats(4, 3, 3), floats(4)),
            case(one, floats(3, 6), floats(4, 3, 2), stride=2, padding=1),
            case(one, floats(1, 4, 6), floats(4, 2, 3), None, padding="same", dilation=2, groups=2),
        ],
        "conv2d": [
            case(two, floats(2, 3, 5, 6), floats(4, 3, 3, 2), floats(4)),
            case(two, floats(3, 5, 6), floats(4, 3, 3, 3), None, 2, 1),
            case(two, floats(1, 4, 7, 7), floats(4, 1, 3, 3), floats(4), (2, 1), (0, 2), (1, 2), 4),
            case(two, floats(1, 2, 5, 5), floats(2, 2, 4, 4), padding="same"),
            case(two, floats(1, 2, 5, 5), floats(2, 2, 3, 3), padding="valid"),
        ],
    }


def _pooling() -> dict[str, list[Case]]:
    largest, average, adaptive = F.max_pool2d, F.avg_pool2d, F.adaptive_avg_pool2d
    return {
        "adaptive_avg_pool2d": [
            case(adaptive, floats(2, 3, 4, 6), 1),
            case(adaptive, floats(2, 3, 4, 6), (2, 3)),
            case(adaptive, floats(3, 5, 7), (3, None)),
            case(adaptive, floats(1, 1, 2, 3), (4, 5)),
        ],
        "avg_pool2d": [
            case(average, floats(2, 3, 6, 6), 2),
            case(average, floats(3, 6, 7), (3, 2), (1, 2), (1, 0)),
            case(average, floats(1, 2, 6, 6), 3, 2, 1, True),
            case(average, floats(1, 2, 6, 6), 3, 2, 1, True, False),
            case(average, floats(1, 2, 5, 5), 2, 2, 0, True),
            case(average, floats(1, 1, 4, 4), 5, 5, 0, True),
            case(average, floats(1, 2, 6, 6), 3, 2, 1, divisor_override=5),
        ],
        "max_pool2d": [
            case(largest, floats(2, 3, 6, 6), 2),
            case(largest, floats(3, 6, 7), (3, 2), (1, 2), (1, 0)),
            case(largest, floats(1, 2, 8, 8), 3, 2, 1, 2),
            case(largest, floats(1, 2, 6, 6), 3, 2, 1, ceil_mode=True),
            case(largest, floats(1, 2, 5, 5), 2, None, 0, 1, True),
            case(largest, floats(1, 1, 4, 4), 5, 5, ceil_mode=True),
            case(largest, integers(1, 1, 4, 4), 2),
        ],
    }


def _batch_norm_training(
    input: torch.Tensor,
    mean: torch.Tensor,
    var: torch.Tensor,
    weight: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[torch.Tensor, ...]:
    return F.batch_norm(input, mean, var, weight, bias, True, momentum, eps), mean, var


def _normalization() -> dict[str, list[Case]]:
    batch, layer, group, rms = F.batch_norm, F.layer_norm, F.group_norm, F.rms_norm
    running, affine = (floats(3), positive(3)), (floats(3), floats(3))
    return {
        "batch_norm": [
            case(batch, floats(4, 3), *running, *affine),
            case(batch, floats(2, 3, 4, 4), *running),
            case(batch, floats(1, 3, 5), *running, floats(3), None, False, 0.1, 1e-3),
            case(batch, floats(4, 3), None, None, *affine, training=True),
            case(batch, floats(2, 3, 4), None, None, None, floats(3), True),
        ],
        "batch_norm_training": [
            case(_batch_norm_training, floats(4, 3), *running, *affine),
            case(_batch_norm_training, floats(2, 3, 4, 4), *running, momentum=0.5, eps=1e-2),
            case(_batch_norm_training, floats(1, 3, 5), *running, floats(3), None, 0.25),
        ],
        "group_norm": [
            case(group, floats(2, 6, 4), 3, floats(6), floats(6)),
            case(group, floats(1, 6), 2),
            case(group, floats(2, 4, 3, 3), 4, floats(4), eps=1e-2),
        ],
        "layer_norm": [
            case(layer, floats(2, 3, 4), (4,), floats(4), floats(4)),
            case(layer, floats(2, 3, 4), (3, 4), None, floats(3, 4), 1e-2),
            case(layer, floats(0, 4), (4,)),
            case(layer, floats(4), (4,), floats(4)),
        ],
        "rms_norm": [
            case(rms, floats(2, 3, 4), (4,), floats(4)),
            case(rms, floats(2, 3, 4), (3, 4), None, 1e-2),
            case(rms, floats(0, 4), (4,)),
        ],
    }


def _losses() -> dict[str, list[Case]]:
    cross, mse = F.cross_entropy, F.mse_loss
    logits, classes = floats(4, 3), integers(4, below=3)
    ignored = numpy.array([0, -100, 2, -100])
    probabilities = positive(4, 3)
    options: list[dict[str, Any]] = [
        {"reduction": "none"},
        {"reduction": "sum", "weight": positive(3)},
        {"weight": positive(3), "label_smoothing": 0.2},
        {"ignore_index": 1, "label_smoothing": 0.2},
    ]
    return {
        "cross_entropy": [
            case(cross, logits, classes),
            case(cross, logits, ignored),
            case(cross, logits, ignored, reduction="none", label_smoothing=0.1),
            *(case(cross, logits, classes, **option) for option in options),
            case(cross, logits, probabilities),
            case(cross, logits, probabilities, positive(3), reduction="sum", label_smoothing=0.3),
            case(cross, floats(3), numpy.array(2)),
            case(cross, floats(3), positive(3)),
            case(cross, floats(2, 3, 4, 1), integers(2, 4, 1, below=3), positive(3)),
            case(cross, floats(2, 3, 4), positive(2, 3, 4), positive(3), reduction="none"),
        ],
        "mse_loss": [
            case(mse, floats(2, 3), floats(2, 3)),
            case(mse, floats(), floats(), reduction="sum"),
            case(mse, floats(2, 3), floats(2, 3), reduction="none"),
            case(mse, floats(2, 3), floats(2, 3), weight=positive(2, 3)),
            case(mse, floats(2, 3), floats(2, 3), reduction="sum", weight=positive(2, 3)),
        ],
    }


def _attention() -> dict[str, list[Case]]:
    dot = F.scaled_dot_product_attention
    query, key, value = floats(2, 2, 2, 4), floats(2, 2, 3, 4), floats(2, 2, 3, 4)
    return {
        "multi_head_attention_forward": _multi_head(),
        "scaled_dot_product_attention": [
            case(dot, query, key, value),
            case(dot, query, key, floats(2, 2, 3, 5), scale=0.3),
            case(dot, floats(2, 4), floats(3, 4), floats(3, 4)),
            case(dot, floats(1, 2, 4), floats(1, 3, 4), floats(1, 3, 4), is_causal=True),
            case(dot, query, key, value, is_causal=True),
            case(dot, query, key, value, bools(2, 1, 2, 3) | numpy.eye(2, 3, dtype=bool)),
            case(dot, query, key, value, EMPTY_ROW),
            case(dot, query, key, value, floats(2, 3)),
            case(dot, floats(1, 4, 2, 4), floats(1, 2, 3, 4), floats(1, 2, 3, 4), enable_gqa=True),
        ],
    }


def _multi_head() -> list[Case]:
    together = (floats(12, 4), floats(12))
    out = (floats(4, 4), floats(4))
    x, padding = floats(3, 2, 4), numpy.array([[False, False, True], [False, False, False]])
    causal = ~numpy.tri(3, dtype=bool)

    def self_attention(*arguments: Any, **options: Any) -> Case:
        x, projection, extra, out = arguments
        return case(F.multi_head_attention_forward, x, x, x, 4, 2, *projection, *extra, 0.5, *out, **options)

    eval_mode = {"training": False}
    none = (None, None, False)
    return [
        self_attention(x, together, none, out, **eval_mode),
        self_attention(floats(3, 4), (together[0], None), none, (out[0], None), **eval_mode),
        self_attention(
            x, together, (floats(1, 1, 4), floats(1, 1, 4), True), out, key_padding_mask=padding, **eval_mode
        ),
        self_attention(x, together, none, out, attn_mask=causal, average_attn_weights=False, **eval_mode),
        self_attention(x, together, none, out, attn_mask=causal, is_causal=True, need_weights=False, **eval_mode),
        self_attention(x, together, none, out, attn_mask=floats(4, 3, 3), need_weights=False, **eval_mode),
        case(
            F.multi_head_attention_forward,
            *(floats(3, 2, 4), floats(5, 2, 3), floats(5, 2, 6), 4, 2, None, floats(12), None, None, False, 0.0, *out),
            use_separate_proj_weight=True,
            q_proj_weight=floats(4, 4),
            k_proj_weight=floats(4, 3),
            v_proj_weight=floats(4, 6),
            **eval_mode,
        ),
    ]


def _lstm_layer(input: torch.Tensor, hidden: torch.Tensor, cell: torch.Tensor, weights: Any) -> tuple[Any, ...]:
    given = [tensor for tensor in weights if tensor is not None]
    biased = weights.input_bias is not None
    state = hidden[None], cell[None]
    output, hidden, cell = torch.lstm(input, state, given, biased, 1, 0.0, False, False, False)
    return output, hidden[0], cell[0]


def _recurrent() -> dict[str, list[Case]]:
    """Two features in, three hidden, and two where the output is projected."""
    biases = (floats(12), floats(12))
    layer, projected = (floats(12, 2), floats(12, 3)), (floats(12, 2), floats(12, 2), *biases, floats(2, 3))
    second = (floats(12, 6), floats(12, 3))
    state, x = (floats(4, 2), floats(4, 3)), floats(5, 4, 2)

    def states(rows: int, batch: int, hidden: int = 3) -> tuple[Any, Any]:
        return floats(rows, batch, hidden), floats(rows, batch, 3)

    return {
        "lstm": [
            case(torch.lstm, x, states(1, 4), [*layer, *biases], True, 1, 0.0, False, False, False),
            case(torch.lstm, floats(1, 5, 2), states(1, 1), [*layer], False, 1, 0.0, False, False, True),
            case(torch.lstm, x, states(4, 4), [*layer, *layer, *second, *second], False, 2, 0.5, False, True, False),
            case(torch.lstm, x, states(1, 4, 2), [*projected], True, 1, 0.0, True, False, False),
        ],
        "lstm_layer": [
            case(_lstm_layer, x, floats(4, 3), floats(4, 3), LSTMWeights(*layer, *biases, None)),
            case(_lstm_layer, x, floats(4, 3), floats(4, 3), LSTMWeights(*layer, None, None, None)),
            case(_lstm_layer, x, *state, LSTMWeights(*projected)),
        ],
    }


def _random() -> dict[str, list[Case]]:
    """What does not depend on chance; `test_random.py` has the rest."""
    return {
        "bernoulli_mask": [
            case(lambda input, p: torch.full_like(input, p, dtype=torch.bool), floats(2, 3), p) for p in (0.0, 1.0)
        ],
        "dropout": [
            case(F.dropout, floats(2, 3), 0.5, training=False),
            case(F.dropout, floats(2, 3), p=0.0),
            case(F.dropout, floats(2, 3), 1.0),
        ],
    }


def _padding() -> list[Case]:
    return [
        case(F.pad, floats(2, 3), (1, 2)),
        case(F.pad, floats(2, 3), (1, 0, 0, 2), value=math.pi),
        case(F.pad, integers(3), (0, 2), "constant", 7),
        case(F.pad, floats(2, 4), (-1, 2, 0, -1)),
        case(F.pad, floats(1, 2, 4), (2, 1), mode="reflect"),
        case(F.pad, floats(1, 2, 4, 4), (2, 1, 0, 3), mode="replicate"),
        case(F.pad, floats(2, 4, 4), (2, 1, 1, 3), mode="circular"),
    ]


def _lookup() -> dict[str, list[Case]]:
    rows = floats(5, 3)
    return {
        "embedding": [
            case(F.embedding, integers(2, 3), rows),
            case(F.embedding, integers(dtype="int32"), rows, 2),
            case(F.embedding, integers(0), rows, padding_idx=-1),
        ],
        "linear": [
            case(F.linear, floats(2, 3), floats(4, 3), floats(4)),
            case(F.linear, floats(3), floats(4, 3)),
            case(F.linear, floats(2, 1, 3), floats(1, 3), floats(1)),
            case(F.linear, floats(0, 3), floats(4, 3), bias=floats(4)),
        ],
        "one_hot": [case(F.one_hot, integers(2, 3), 5), case(F.one_hot, integers(), num_classes=5)],
    }


def _activations() -> dict[str, list[Case]]:
    return {
        "gelu": _activation(F.gelu, {}, {"approximate": "tanh"}),
        "log_softmax": _softmax(torch.log_softmax),
        "relu": [*_activation(F.relu), case(F.relu, integers(3) - 2)],
        "sigmoid": _activation(torch.sigmoid),
        "silu": _activation(F.silu),
        "softmax": _softmax(torch.softmax),
    }


NETWORK_CASES = (
    {"pad": _padding()}
    | _activations()
    | _attention()
    | _convolutions()
    | _lookup()
    | _losses()
    | _normalization()
    | _pooling()
    | _random()
    | _recurrent()
)
