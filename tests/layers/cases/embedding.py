"""Cases of the layers in `layers/embedding.py`."""

from __future__ import annotations

from typing import Any

import torch

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_WRITES = "it writes into the weight"
_MAX_NORM: dict[str, Any] = {
    "lacking": {"jax": _WRITES, "tensorflow": _WRITES},
    "vmap": "aten::embedding_renorm_",  # the samples share the weight that it writes into
}
_SPARSE = {"vmap": "'SparseCPU' backend"}


def _rows() -> tuple[torch.Tensor, ...]:
    return (torch.tensor([[1, 2, 2], [5, 0, 3]]),)


for _kwargs, _words in (
    ({}, {}),
    ({"padding_idx": 2}, {}),
    ({"max_norm": 0.5}, _MAX_NORM),
    ({"sparse": True}, _SPARSE),
    ({"scale_grad_by_freq": True}, {}),
):
    add("Embedding", (6, 3), _kwargs, _rows, **_words)


_STARTS = {"vmap": "offsets.0. has to be 0"}  # turned round, as a second sample's are, they start elsewhere


def _bags() -> tuple[torch.Tensor, ...]:
    return torch.tensor([1, 2, 2, 5, 0, 3]), torch.tensor([0, 2, 2, 5])


def _bags_with_end() -> tuple[torch.Tensor, ...]:
    return torch.tensor([1, 2, 2, 5, 0, 3]), torch.tensor([0, 2, 2, 6])


def _bags_of_repeated() -> tuple[torch.Tensor, ...]:
    """The row used twice comes last: elsewhere https://github.com/pytorch/pytorch/issues/190063 mistakes its count."""
    return torch.tensor([1, 5, 2, 5, 0, 3]), torch.tensor([0, 2, 2, 5])


for _kwargs, _inputs, _words in (
    ({}, _rows, {}),
    ({"mode": "sum"}, _bags, _STARTS),
    ({"mode": "max", "padding_idx": 2}, _bags, _STARTS),
    ({"padding_idx": -4, "scale_grad_by_freq": True}, _bags_of_repeated, _STARTS),
    ({"mode": "sum", "include_last_offset": True}, _bags_with_end, _STARTS),
    ({"max_norm": 0.5}, _rows, _MAX_NORM),
    ({"sparse": True, "mode": "sum"}, _rows, _SPARSE),
):
    add("EmbeddingBag", (6, 3), _kwargs, _inputs, **_words)


def _weighted_rows() -> tuple[torch.Tensor, ...]:
    return *_rows(), torch.randn(2, 3)


def _weighted_bags() -> tuple[torch.Tensor, ...]:
    return *_bags(), torch.randn(6)


add(
    "EmbeddingBag",
    (6, 3),
    {"mode": "sum"},
    _weighted_rows,
    lambda module, input, weights: module(input, per_sample_weights=weights),
)
add("EmbeddingBag", (6, 3), {"mode": "sum", "padding_idx": 2}, _weighted_bags, **_STARTS)

WRONG_SHAPES = {
    "Embedding": (lambda: nn.Embedding(4, 3), [(2, 5)], "(*) of int64 or int32"),
    "EmbeddingBag": (lambda: nn.EmbeddingBag(4, 3), [(2, 5)], "(B, L) of int64 or int32, or (N,) with offsets"),
}

WITHOUT_ENTRY = {"EmbeddingBag": "module_db has no entry"}
