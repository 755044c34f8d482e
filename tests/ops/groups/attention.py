"""Cases for attention; PyTorch is the reference."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy
import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.ops.case import Case, bools, by_numpy, case, floats, integers
from tests.ops.strategies import FLOATING, SEEDS, array

EMPTY_ROW = numpy.array([[True, False, True], [False, False, False]])
"""A mask under which the second query may look nowhere."""


def _heads_second(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    bias: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
) -> torch.Tensor:
    """`dot_product_attention` by loops over the heads."""
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    served = query.shape[2] // key.shape[2]
    heads = []
    for head in range(query.shape[2]):
        scores = query[:, :, head] @ key[:, :, head // served].mT * scale
        if bias is not None:
            scores = scores + bias.expand(len(query), query.shape[2], *scores.shape[1:])[:, head]
        allowed = torch.ones_like(scores, dtype=torch.bool)
        if mask is not None:
            allowed = allowed & mask.expand(len(query), query.shape[2], *scores.shape[1:])[:, head]
        if is_causal:
            allowed = allowed & torch.ones_like(scores, dtype=torch.bool).tril()
        weights = torch.softmax(scores.masked_fill(~allowed, -torch.inf), -1).nan_to_num(0.0)
        heads.append(weights @ value[:, :, head // served])
    return torch.stack(heads, 2)


def _rotated(x: Any, cos: Any, sin: Any, interleaved: bool = False) -> Any:
    """The formula of Llama, `x * cos + rotate_half(x) * sin`, on halves; pairs of neighbours are sorted into halves."""
    size = x.shape[-1]
    order = (
        numpy.concatenate([numpy.arange(0, size, 2), numpy.arange(1, size, 2)]) if interleaved else numpy.arange(size)
    )
    x = x[..., order]
    half = numpy.concatenate([-x[..., size // 2 :], x[..., : size // 2]], -1)
    turned = x * numpy.concatenate([cos, cos], -1) + half * numpy.concatenate([sin, sin], -1)
    return turned[..., numpy.argsort(order)].astype(x.dtype)


def _rotated_by_position(x: Any, positions: Any, base: float = 10000.0, interleaved: bool = False) -> Any:
    size = x.shape[-1]
    angles = positions[..., None] * (1 / base ** (numpy.arange(0, size, 2) / size))
    return _rotated(x, numpy.cos(angles), numpy.sin(angles), interleaved)


def _rotary() -> dict[str, list[Case]]:
    turn, by_position, ahead = by_numpy(_rotated), by_numpy(_rotated_by_position), numpy.arange(3)
    return {
        "rotary_embedding": [
            case(turn, floats(2, 3, 4), floats(3, 2), floats(3, 2)),
            case(turn, floats(2, 1, 3, 4), floats(2, 1, 3, 2), floats(2, 1, 3, 2), interleaved=True),
            case(turn, floats(1, 2), floats(1), floats(1)),
        ],
        "rotary_position_embedding": [
            case(by_position, floats(2, 3, 4), ahead),
            case(by_position, floats(2, 2, 3, 8), ahead, 500.0, interleaved=True),
            case(by_position, floats(2, 3, 6), integers(2, 3, below=50, dtype="int32")),
            case(by_position, floats(1, 3, 2), floats(3)),
            case(by_position, floats(0, 3, 2), ahead),
        ],
    }


def _attention() -> dict[str, list[Case]]:
    dot = F.scaled_dot_product_attention
    query, key, value = floats(2, 2, 2, 4), floats(2, 2, 3, 4), floats(2, 2, 3, 4)
    return {
        "dot_product_attention": _dot_product_attention(),
        "multi_head_attention_forward": _multi_head(),
        **_rotary(),
        "scaled_dot_product_attention": [
            case(dot, query, key, value),
            case(dot, query, key, floats(2, 2, 3, 5), scale=0.3),
            case(dot, floats(2, 4), floats(3, 4), floats(3, 4)),
            case(dot, floats(1, 2, 4), floats(1, 3, 4), floats(1, 3, 4), is_causal=True),
            case(dot, query, key, value, is_causal=True),
            case(dot, query, key, value, bools(2, 1, 2, 3) | numpy.eye(2, 3, dtype=bool)),
            case(dot, query, key, value, EMPTY_ROW),
            case(dot, query, key, value, numpy.where(EMPTY_ROW, 0.5, -numpy.inf).astype("float32")),
            case(dot, query, key, value, EMPTY_ROW.any(1, keepdims=True)[None, None]),
            case(dot, query, key, value, floats(2, 3)),
            case(dot, floats(1, 4, 2, 4), floats(1, 2, 3, 4), floats(1, 2, 3, 4), enable_gqa=True),
            case(dot, floats(1, 4, 2, 4), floats(1, 1, 3, 4), floats(1, 1, 3, 5), EMPTY_ROW, enable_gqa=True),
            case(dot, floats(2, 4, 3, 4), floats(2, 2, 3, 4), floats(2, 2, 3, 4), is_causal=True, enable_gqa=True),
            case(dot, query, key, value, is_causal=True, scale=0.5),
            case(dot, floats(0, 2, 2, 4), floats(0, 2, 3, 4), floats(0, 2, 3, 4)),
        ],
    }


def _dot_product_attention() -> list[Case]:
    attend, query, key, value = _heads_second, floats(2, 3, 2, 4), floats(2, 3, 2, 4), floats(2, 3, 2, 4)
    some = bools(2, 1, 3, 3) | numpy.eye(3, dtype=bool)
    empty = numpy.array([[True, False, True], [False, False, False], [True, True, True]])
    return [
        case(attend, query, key, value),
        case(attend, query, key, value, floats(2, 2, 3, 3), scale=0.3),
        case(attend, query, key, value, None, some),
        case(attend, query, key, value, floats(2, 3, 3), some),
        case(attend, query, key, value, is_causal=True),
        case(attend, query, key, value, floats(3, 3), is_causal=True),
        case(attend, query, key, value, floats(1, 1, 3, 3), some, is_causal=True),
        case(attend, query, key, value, mask=empty),
        case(attend, floats(1, 2, 4, 4), floats(1, 3, 2, 4), floats(1, 3, 2, 4)),
        case(attend, floats(1, 2, 4, 4), floats(1, 3, 1, 4), floats(1, 3, 1, 4), mask=bools(2, 3)),
    ]


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
        *_multi_head_batch_first(),
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


def _multi_head_batch_first() -> list[Case]:
    made = partial(floats, generator=numpy.random.default_rng(1))
    in_proj, out = (made(12, 4), made(12)), (made(4, 4), made(4))
    x, other = made(2, 3, 4), made(2, 5, 4)
    padding = numpy.array([[False, True, True, False, False], [False, False, False, False, True]])

    def attend(query: Any, key: Any, *added: Any, **options: Any) -> Case:
        arrays = (query, key, key, 4, 2, *in_proj, *added, 0.0, *out)
        return case(_batch_first, *arrays, training=False, batch_first=True, **options)

    return [
        attend(x, x, None, None, False),
        attend(x, other, made(1, 1, 4), made(1, 1, 4), True, need_weights=False),
        attend(x, other, None, None, False, key_padding_mask=padding),
        attend(made(3, 4), made(5, 4), made(1, 1, 4), made(1, 1, 4), False),
    ]


def _batch_first(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *args: Any, batch_first: bool, **options: Any
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """`torch.nn.functional.multi_head_attention_forward`, sample by sample where there is a batch."""
    assert batch_first
    if query.ndim == 2:
        return F.multi_head_attention_forward(query, key, value, *args, **options)
    padding = options.pop("key_padding_mask", None)
    answers = [
        F.multi_head_attention_forward(
            *tensors, *args, key_padding_mask=None if padding is None else padding[row], **options
        )
        for row, tensors in enumerate(zip(query, key, value, strict=True))
    ]
    outputs, weights = zip(*answers, strict=True)
    return torch.stack(outputs), None if weights[0] is None else torch.stack(weights)


CASES = _attention()


@st.composite
def _queries(draw: Any, function: Any, heads_second: bool) -> Case:
    dtype, length = draw(st.sampled_from(FLOATING)), draw(st.sampled_from((1, 3)))
    shapes = ((2, length, 2, 4), (2, 3, 2, 4)) if heads_second else ((2, 2, length, 4), (2, 2, 3, 4))
    arrays = [array(shape, dtype, -1, 1, draw(SEEDS)) for shape in (*shapes, shapes[1])]
    name = "mask" if heads_second else "attn_mask"
    option: dict[str, Any] = draw(
        st.sampled_from(({}, {"is_causal": True}, {"scale": 0.5}, {name: draw(st.integers(0, 2**16))}))
    )
    if name in option:
        option = {name: array((length, 3), "bool", 0, 1, option[name])}
    return case(function, *arrays, **option)


@st.composite
def _turned(draw: Any, by_position: bool) -> Case:
    dtype = draw(st.sampled_from(FLOATING))
    x = array(draw(st.sampled_from(((3, 4), (2, 3, 6), (2, 1, 3, 2)))), dtype, -2, 2, draw(SEEDS))
    interleaved = draw(st.booleans())
    if by_position:
        positions = array((3,), draw(st.sampled_from(("int32", "int64"))), 0, 100, draw(SEEDS))
        return case(by_numpy(_rotated_by_position), x, positions, interleaved=interleaved)
    angles = [array((3, x.shape[-1] // 2), dtype, -1, 1, draw(SEEDS)) for _ in range(2)]
    return case(by_numpy(_rotated), x, *angles, interleaved=interleaved)


@st.composite
def _heads(draw: Any) -> Case:
    """Attention of a sequence to itself, with two heads."""
    dtype, steps, batch = (
        draw(st.sampled_from(("float32", "float64"))),
        draw(st.integers(1, 4)),
        draw(st.integers(1, 2)),
    )
    shapes = ((steps, batch, 4), (12, 4), (12,), (4, 4), (4,))
    x, *projection, out, bias = (array(shape, dtype, -1, 1, draw(SEEDS)) for shape in shapes)
    options: dict[str, Any] = {"average_attn_weights": draw(st.booleans())}
    if draw(st.booleans()):
        options["attn_mask"] = ~numpy.tri(steps, dtype=bool)
    given = (x, x, x, 4, 2, *projection, None, None, False, 0.0, out, bias)
    return case(F.multi_head_attention_forward, *given, training=False, **options)


GENERATED: dict[str, SearchStrategy[Case]] = {
    "dot_product_attention": _queries(_heads_second, True),
    "multi_head_attention_forward": _heads(),
    "rotary_embedding": _turned(False),
    "rotary_position_embedding": _turned(True),
    "scaled_dot_product_attention": _queries(F.scaled_dot_product_attention, False),
}
