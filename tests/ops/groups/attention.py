"""Cases for attention; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import numpy
import torch.nn.functional as F

from tests.ops.case import Case, bools, case, floats

EMPTY_ROW = numpy.array([[True, False, True], [False, False, False]])
"""A mask under which the second query may look nowhere."""


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


CASES = _attention()
