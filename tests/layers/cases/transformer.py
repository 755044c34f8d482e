"""Cases of the layers in `layers/transformer.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from bridge import layers as nn
from tests.layers.case import Case, call, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _build(name: str, part: str, args: tuple[Any, ...] = (), **kwargs: Any) -> Callable[[Any], Any]:
    """A stack of two layers, with a normalisation at the end."""

    def build(namespace: Any) -> Any:
        layer = getattr(namespace, part)(8, 2, 12, dropout=0.0, **kwargs)
        return getattr(namespace, name)(layer, 2, namespace.LayerNorm(8), *args)

    return build


def _named(*names: str, **hints: bool) -> Callable[..., Any]:
    """Calls the layer with the first inputs as they are, and the last by these names."""

    def run(module: Any, *inputs: Any) -> Any:
        given = len(inputs) - len(names)
        return module(*inputs[:given], **dict(zip(names, inputs[given:], strict=True)), **hints)

    return run


def _causal(size: int) -> torch.Tensor:
    return torch.triu(torch.ones(size, size, dtype=torch.bool), 1)


def _padding(size: int, batch: int = 2) -> torch.Tensor:
    """The last sequence of the batch is shorter by two."""
    return torch.arange(size) >= torch.tensor([[size]] * (batch - 1) + [[size - 2]])


def _floats(*shape: int) -> Callable[[], torch.Tensor]:
    return lambda: torch.randn(shape)


def _all(*makers: Any) -> Callable[[], tuple[torch.Tensor, ...]]:
    return lambda: tuple(make() if callable(make) else make for make in makers)


_SMALL: dict[str, Any] = {"dropout": 0.0, "dim_feedforward": 12}
_ENCODER, _DECODER = "TransformerEncoderLayer", "TransformerDecoderLayer"

add(_ENCODER, (8, 2), _SMALL, (3, 2, 8))
add(_ENCODER, (8, 2, 12, 0.3), {"activation": "gelu", "bias": False}, (3, 2, 8), random=True)
add(_ENCODER, (8, 2), {**_SMALL, "norm_first": True, "activation": F.silu, "layer_norm_eps": 1e-3}, (3, 8))
add(
    _ENCODER,
    (8, 2),
    {**_SMALL, "batch_first": True, "activation": "gelu"},
    _all(_floats(2, 3, 8), _causal(3), _padding(3)),
    _named("src_mask", "src_key_padding_mask"),
)
add(
    _ENCODER,
    (8, 2),
    {**_SMALL, "batch_first": True},
    _all(_floats(2, 3, 8), _causal(3)),
    _named("src_mask", is_causal=True),
)
CASES.append(
    Case(
        _ENCODER,
        lambda namespace: namespace.TransformerEncoderLayer(8, 1, 12, 0.0, namespace.Tanh()),
        _all(_floats(3, 2, 8), _floats(2, 3, 3)),
        _named("src_mask"),
    )
)

add(_DECODER, (8, 2), _SMALL, [(3, 2, 8), (4, 2, 8)])
add(_DECODER, (8, 2, 12, 0.3), {"activation": "gelu", "bias": False}, [(3, 2, 8), (4, 2, 8)], random=True)
add(
    _DECODER,
    (8, 2),
    {**_SMALL, "norm_first": True, "batch_first": True},
    _all(_floats(2, 3, 8), _floats(2, 4, 8), _causal(3), _padding(3), _padding(4)),
    _named("tgt_mask", "tgt_key_padding_mask", "memory_key_padding_mask"),
)
add(_DECODER, (8, 2), {**_SMALL, "activation": torch.tanh}, [(3, 8), (4, 8)])

_NESTED = {"vmap": "Batching rule not implemented for aten::_nested_tensor_from_mask_left_aligned"}
CASES += [
    Case(
        "TransformerEncoder",
        _build("TransformerEncoder", _ENCODER, batch_first=True),
        _all(_floats(2, 4, 8), _padding(4)),
        _named("src_key_padding_mask"),
        _NESTED,
    ),
    Case(
        "TransformerEncoder",
        _build("TransformerEncoder", _ENCODER, (False,), norm_first=True),
        _all(_floats(3, 2, 8), _causal(3)),
        _named("mask", is_causal=True),
    ),
    Case("TransformerEncoder", _build("TransformerEncoder", _ENCODER, (False, False), bias=False), _all(_floats(3, 8))),
    Case("TransformerDecoder", _build("TransformerDecoder", _DECODER), _all(_floats(3, 2, 8), _floats(4, 2, 8))),
    Case(
        "TransformerDecoder",
        _build("TransformerDecoder", _DECODER, batch_first=True),
        _all(_floats(2, 3, 8), _floats(2, 4, 8), _causal(3)),
        _named("tgt_mask", tgt_is_causal=True),
    ),
]

_FEW: dict[str, Any] = {
    "num_encoder_layers": 1,
    "num_decoder_layers": 2,
    "dim_feedforward": 12,
    "dropout": 0.0,
    "batch_first": True,
}
add("Transformer", (8, 2), _FEW, [(2, 3, 8), (2, 4, 8)])
add("Transformer", (8, 2), {**_FEW, "dropout": 0.2, "activation": "gelu"}, [(2, 3, 8), (2, 4, 8)], random=True)
add(
    "Transformer",
    (8, 2),
    _FEW,
    _all(_floats(2, 3, 8), _floats(2, 4, 8), _causal(4), _padding(3)),
    _named("tgt_mask", "src_key_padding_mask", tgt_is_causal=True),
    **_NESTED,
)
CASES.append(
    Case(
        "Transformer",
        lambda namespace: namespace.Transformer(
            8,
            2,
            custom_encoder=_build("TransformerEncoder", _ENCODER, (False,))(namespace),
            custom_decoder=_build("TransformerDecoder", _DECODER)(namespace),
        ),
        _all(_floats(3, 2, 8), _floats(4, 2, 8)),
        call,
    )
)

WITHOUT_ENTRY = {"TransformerDecoder": "its layer has one"}
ANY_SHAPE = {"TransformerDecoder", "TransformerEncoder"}  # their layers say it
WRONG_SHAPES = {
    "Transformer": (
        lambda: nn.Transformer(4, 2, 1, 1, 8, batch_first=True),
        [(2, 3, 6), (2, 3, 4)],
        "(N, S, 4) or (S, 4) as its src",
    ),
    "TransformerDecoderLayer": (
        lambda: nn.TransformerDecoderLayer(4, 2, 8),
        [(2, 3, 6), (2, 3, 4)],
        "(L, N, 4) or (L, 4) as its tgt",
    ),
    "TransformerEncoderLayer": (
        lambda: nn.TransformerEncoderLayer(4, 2, 8),
        [(2, 3, 6)],
        "(L, N, 4) or (L, 4) as its src",
    ),
}
