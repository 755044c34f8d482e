"""Torch's own modules made into ours: the parts that a constructor of torch.nn makes, with their initialisation.

A constructor of ours would draw the initialisation anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

__all__: list[str] = []

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def adopt(module: torch.nn.Module) -> None:
    """Makes the modules of a tree ours, in place, where they are exactly of the classes that a transformer has."""
    from bridge import layers  # which imports this file

    for part in module.modules():
        if type(part) in _DESCRIPTIONS:
            part.__dict__["_constructed_with"] = _DESCRIPTIONS[type(part)](part)
            part.__class__ = getattr(layers, type(part).__name__)


def adopted(module: torch.nn.Module | None) -> torch.nn.Module | None:
    """A layer of ours with the very parameters of a normalisation of torch's, which stays as it is."""
    if type(module) not in _DESCRIPTIONS:
        return module
    twin = object.__new__(type(module))
    twin.__dict__ = {**module.__dict__, "_parameters": dict(module._parameters)}  # type: ignore[union-attr]
    adopt(twin)  # type: ignore[arg-type]
    return twin


def _described(*names: str, **others: Callable[[Any], Any]) -> Callable[[Any], Arguments]:
    """What a part was constructed with, from its attributes of the same names and from functions of it."""

    def describe(part: Any) -> Arguments:
        return (), {name: getattr(part, name) for name in names} | {name: of(part) for name, of in others.items()}

    return describe


def _dtype(part: torch.nn.Module) -> torch.dtype:
    return next(part.parameters()).dtype


def _activation(part: Any) -> Any:
    return {F.relu: "relu", F.gelu: "gelu"}.get(part.activation, part.activation)


_LAYER = _described(
    "norm_first",
    d_model=lambda part: part.self_attn.embed_dim,
    nhead=lambda part: part.self_attn.num_heads,
    dim_feedforward=lambda part: part.linear1.out_features,
    dropout=lambda part: part.dropout.p,
    activation=_activation,
    layer_norm_eps=lambda part: part.norm1.eps,
    batch_first=lambda part: part.self_attn.batch_first,
    bias=lambda part: part.linear1.bias is not None,
    dtype=_dtype,
)
_DESCRIPTIONS: dict[type[torch.nn.Module] | type[None], Callable[[Any], Arguments]] = {
    torch.nn.Linear: _described("in_features", "out_features", bias=lambda part: part.bias is not None, dtype=_dtype),
    torch.nn.Dropout: _described("p", "inplace"),
    torch.nn.LayerNorm: _described(
        "normalized_shape", "eps", "elementwise_affine", bias=lambda part: part.bias is not None
    ),
    torch.nn.MultiheadAttention: _described(
        "embed_dim",
        "num_heads",
        "dropout",
        "batch_first",
        bias=lambda part: part.in_proj_bias is not None,
        dtype=_dtype,
    ),
    torch.nn.ModuleList: lambda part: ((list(part),), {}),
    torch.nn.TransformerEncoderLayer: _LAYER,
    torch.nn.TransformerDecoderLayer: _LAYER,
    torch.nn.TransformerEncoder: _described(
        "num_layers", "norm", "enable_nested_tensor", "mask_check", encoder_layer=lambda part: part.layers[0]
    ),
    torch.nn.TransformerDecoder: _described("num_layers", "norm", decoder_layer=lambda part: part.layers[0]),
}
"""For each class of torch's that its constructors make, what such a part was constructed with."""
